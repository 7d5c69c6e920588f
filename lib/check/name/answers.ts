import type { Probe } from "../probe/probe.ts";
import { hostsFileAddresses } from "./hosts_file.ts";
import { judgeAnswers } from "./judge_answers.ts";
import type { AnswersInput, AnswersSeen } from "./answers_seen.ts";

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
