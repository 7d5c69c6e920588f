import type { Probe } from "../probe/probe.ts";
import type { LookupSeen } from "./lookup.ts";
import type { ResolversSeen } from "./resolvers.ts";
import { hostsFileAddresses } from "./hosts_file.ts";
import { judgeAnswers } from "./judge_answers.ts";

/** What the lookup of the system and the name servers said. */
export interface AnswersInput {
  /** Name in ASCII. */
  readonly host: string;
  /** Family that addresses are limited to. */
  readonly family?: 4 | 6;
  /** The lookup; undefined if it failed. */
  readonly lookup?: LookupSeen;
  /** The name servers; undefined if they could not be asked. */
  readonly resolvers?: ResolversSeen;
}

/** What else is known of the name. */
export interface AnswersSeen {
  /** Addresses in the hosts file; undefined where it cannot be read, or was not asked. */
  readonly hosts?: readonly string[];
}

/** Why a name has no address, and whether all that say one agree. */
export const answersProbe: Probe<AnswersInput, AnswersSeen> = {
  name: "answers",
  layer: "name",
  async observe({ host, lookup }) {
    if (lookup?.by !== "system") return {};
    const hosts = await hostsFileAddresses(host);
    return hosts ? { hosts } : {};
  },
  judge: judgeAnswers,
  facts({ hosts }, { resolvers }) {
    const [first] = resolvers?.servers ?? [];
    const ttls = resolvers?.servers.flatMap(({ a, aaaa }) => [a, aaaa]).flatMap(({ ttl }) => ttl ?? []) ?? [];
    return {
      ...(ttls.length > 0 && { ttl: Math.min(...ttls) }),
      ...(first && { aliases: Math.max(0, Math.max(first.a.aliases.length, first.aaaa.aliases.length) - 1) }),
      ...(hosts && { "hosts-file": hosts.length > 0 }),
    };
  },
};
