import type { HostAddress } from "../../core/mod.ts";
import type { ProbeRun } from "../probe/run.ts";
import { factsOf } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import type { TlsPlace } from "../tls/ask_hello.ts";
import { caaProbe } from "../tls/caa.ts";
import { certificateProbe } from "../tls/certificate.ts";
import { handshakeProbe } from "../tls/handshake.ts";
import type { HandshakeInput, HandshakeSeen } from "../tls/handshake_seen.ts";
import { tlsaProbe } from "../tls/tlsa.ts";
import { versionsProbe } from "../tls/versions.ts";

/** Application protocols that clients of a scheme offer. */
const OFFERED: Readonly<Record<string, readonly string[]>> = {
  https: ["h2", "http/1.1"],
  wss: ["http/1.1"],
  dot: ["dot"],
  doh: ["h2", "http/1.1"],
};

/** Starts the probes of TLS that begins with the connection; resolves to what the handshake of a client of today showed. */
export function planTls(
  run: ProbeRun,
  { host, port, scheme }: ServiceTarget,
  open: Promise<HostAddress | undefined>,
): Promise<HandshakeSeen | undefined> {
  const http = factsOf(scheme).application === "http";
  const place = open.then((address) => address && { host, address, port, alpn: OFFERED[scheme], http });
  return planTlsAt(run, place);
}

/**
 * Starts the probes of TLS at a place: the handshake, and when that succeeds, side by side, what else the server presents, which
 * versions it speaks, and what DNS says of it.
 */
export function planTlsAt(
  run: ProbeRun,
  place: Promise<HandshakeInput | undefined>,
): Promise<HandshakeSeen | undefined> {
  const handshake = run.start(handshakeProbe, place);
  const trusted: Promise<HandshakeInput | undefined> = handshake.then((seen) =>
    seen && !seen.error ? run.exchange.after(place) : undefined
  );
  const certificate = run.start(certificateProbe, trusted);
  // What versions there are does not depend on the protocol that is spoken then.
  run.start(versionsProbe, trusted.then((at) => at && withoutAlpn(at)));
  const chain = certificate.then((seen) => seen?.chain ?? []);
  run.start(tlsaProbe, trusted.then((at) => at && { host: at.host, port: at.port, chain }));
  run.start(caaProbe, trusted.then((at) => at && { host: at.host }));
  return handshake;
}

function withoutAlpn({ host, address, port, beforeTls }: TlsPlace): TlsPlace {
  return { host, address, port, beforeTls };
}
