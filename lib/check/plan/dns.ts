import { dnsProbe } from "../application/dns.ts";
import type { ProbeRun } from "../probe/run.ts";
import type { ServiceTarget } from "../target/target.ts";
import type { Below } from "./below.ts";

/** Starts the probes of a name server. */
export function planDns(
  run: ProbeRun,
  { host, port: namedPort, scheme, path }: ServiceTarget,
  { open, port }: Below,
): void {
  run.start(dnsProbe, open.then((address) => address && { host, address, port, namedPort, scheme, path }))
    .then(() => run.exchange.end());
}
