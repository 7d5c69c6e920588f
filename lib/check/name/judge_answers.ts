import { type Finding, found } from "../words/findings.ts";
import type { AnswersInput, AnswersSeen } from "./answers_seen.ts";
import { judgeAgreement } from "./judge_agreement.ts";
import { judgeAbsence } from "./judge_absence.ts";
import { judgeRecords } from "./judge_records.ts";

/** Judges a name by the lookup of the system, the name servers and the hosts file: without an address why, else what to know of it. Pure. */
export function judgeAnswers({ hosts }: AnswersSeen, input: AnswersInput): Finding[] {
  const { lookup, resolvers } = input;
  const servers = resolvers?.servers ?? [];
  if (!lookup || lookup.addresses.length === 0) {
    return [...judgeAbsence(input, servers), ...judgeRecords(input, servers)];
  }
  return [
    ...blocked(input, hosts),
    ...judgeAgreement(input, servers, hosts),
    ...judgeRecords(input, servers),
  ];
}

/** An address that stands for "blocked": name servers and hosts files that filter give these. */
function blocked({ host, lookup, resolvers }: AnswersInput, hosts: readonly string[] = []): Finding[] {
  const addresses = lookup?.addresses ?? [];
  if (!addresses.every(({ address }) => address === "0.0.0.0" || address === "::")) return [];
  if (hosts.length > 0) return [found("name-blocked-here", { name: host, address: hosts[0] ?? "" })];
  const reason = resolvers?.servers.map(({ a }) => a.reason).find((reason) => reason !== undefined);
  return [found("name-blocked", { name: host, address: addresses[0]?.address ?? "", reason })];
}
