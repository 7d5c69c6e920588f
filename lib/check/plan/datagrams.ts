import { type HostAddress, interleave } from "../../core/mod.ts";
import { encodeQuery } from "../../dns/internal.ts";
import type { ProbeRun } from "../probe/run.ts";
import { datagramProbe } from "../reach/datagram.ts";
import { factsOf } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import { planApplication } from "./application.ts";

/** A service over UDP: every address is sent a datagram, and the first that answers is asked further. */
export function planDatagrams(
  run: ProbeRun,
  target: ServiceTarget,
  port: number,
  found: Promise<readonly HostAddress[] | undefined>,
): void {
  const { application } = factsOf(target.scheme);
  const addresses = found.then((found) => found && interleave(found));
  const answering = Promise.withResolvers<HostAddress | undefined>();
  const input = { port, payload: application === "dns" ? rootQuery() : undefined, onAnswer: answering.resolve };
  const sent = run.start(datagramProbe, addresses.then((addresses) => addresses && { ...input, addresses }));
  // A server that is silent over UDP may answer over TCP.
  sent.then((seen) => {
    answering.resolve(seen?.attempts.find(({ reason }) => reason === undefined));
    run.exchange.end();
  });
  const open = addresses.then((addresses) => {
    const [first, second] = addresses ?? [];
    return second ? answering.promise.then((address) => address ?? first) : first;
  });
  if (application) planApplication(run, target, application, { open, port, handshake: Promise.resolve(undefined) });
}

/** A query for the name servers of the root, which every name server answers in some way. */
function rootQuery(): Uint8Array<ArrayBuffer> {
  const [id = 0] = crypto.getRandomValues(new Uint16Array(1));
  return encodeQuery({ id, name: ".", type: "NS", plain: true });
}
