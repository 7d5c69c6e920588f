import { ipVersion, isBelow } from "../../core/mod.ts";
import type { NameServer } from "../../dns/mod.ts";
import { answersProbe } from "../name/answers.ts";
import { dnssecProbe } from "../name/dnssec.ts";
import { lookupProbe, type LookupSeen } from "../name/lookup.ts";
import { resolversProbe } from "../name/resolvers.ts";
import { writtenProbe } from "../name/written.ts";
import type { ProbeRun } from "../probe/run.ts";

/** A name to look up. */
export interface NamePlan {
  /** Name in ASCII, or address. */
  readonly host: string;
  /** Port, for rules. */
  readonly port: number;
  /** Family that addresses are limited to. */
  readonly family?: 4 | 6;
  /** Whether the records for HTTPS are asked for. */
  readonly https: boolean;
  /** Whether the name gets its addresses by a rule, and no server is asked. */
  readonly ruled: boolean;
}

/**
 * Starts the probes of a name: the lookup as programs do it, then every name server, and the signatures, side by side. Resolves to
 * the addresses, without waiting for the rest.
 */
export function planName(run: ProbeRun, plan: NamePlan): Promise<LookupSeen | undefined> {
  const { host, port, family, https } = plan;
  if (/(?:^|\.)xn--/i.test(host)) run.start(writtenProbe, { host });
  if (!isAskedFor(plan)) return run.start(lookupProbe, { host, port, alone: true });
  const answering = Promise.withResolvers<NameServer | undefined>();
  const resolvers = run.start(resolversProbe, run.exchange.after({ host, https, onAnswer: answering.resolve }));
  resolvers.then(() => answering.resolve(undefined));
  run.start(dnssecProbe, answering.promise.then((server) => server && { host, servers: [server] }));
  const looked = run.start(lookupProbe, { host, port });
  run.start(
    answersProbe,
    Promise.all([looked, resolvers]).then(([lookup, resolvers]) => ({ host, family, lookup, resolvers })),
  );
  return looked;
}

/** Whether name servers are asked for a name: not for addresses, the names of this machine, and multicast DNS (RFC 6761, 6762). */
function isAskedFor({ host, ruled }: NamePlan): boolean {
  return !ruled && ipVersion(host) === undefined && !["localhost", "local"].some((domain) => isBelow(host, domain));
}
