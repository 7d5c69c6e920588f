import type { HostAddress } from "../../core/mod.ts";
import type { ProbeRun } from "../probe/run.ts";
import type { ServiceTarget } from "../target/target.ts";
import { handshakeProbe, type HandshakeSeen } from "../tls/handshake.ts";

/** Starts the probes of TLS that begins with the connection; resolves to what the handshake of a client of today showed. */
export function planTls(
  run: ProbeRun,
  { host, port }: ServiceTarget,
  open: Promise<HostAddress | undefined>,
): Promise<HandshakeSeen | undefined> {
  return run.start(handshakeProbe, open.then((address) => address && { host, address, port }));
}
