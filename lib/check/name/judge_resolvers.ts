import { type Finding, found } from "../words/findings.ts";
import type { AnswerSeen } from "./ask.ts";
import type { ResolversInput, ResolversSeen, ServerSeen } from "./resolvers_seen.ts";

/** Judges each name server by itself: whether it answers, and in time. What the answers mean for the name is judged with the lookup. Pure. */
export function judgeResolvers(
  { permitted, problem, servers, slow }: ResolversSeen,
  { host }: ResolversInput,
): Finding[] {
  if (problem !== undefined) return [found("resolver-file-unreadable", { reason: problem })];
  if (!permitted) return [found("resolvers-not-permitted", {})];
  const others = servers.length > 1;
  return servers.flatMap((server) => judgeServer(server, host, others, slow));
}

function judgeServer({ server, a, aaaa }: ServerSeen, name: string, others: boolean, slow: number): Finding[] {
  const best = [a, aaaa].find(({ status }) => status === "NOERROR" || status === "NODATA") ?? a;
  const { status, reason = "" } = best;
  const ms = Math.round(Math.min(a.ms, aaaa.ms));
  if (status === "silent") return [found("resolver-silent", { server, ms, others })];
  if (status === "unreachable") return [found("resolver-unreachable", { server, reason })];
  if (status === "malformed") return [found("resolver-malformed", { server, reason })];
  if (status === "REFUSED") return [found("resolver-refuses", { server, name })];
  return [
    ...(ms > slow ? [found("resolver-slow", { server, ms })] : []),
    found("resolver-answers", { server, status, data: [...answersOf(a), ...answersOf(aaaa)].slice(0, 16) }),
  ];
}

function answersOf({ data }: AnswerSeen): readonly string[] {
  return data;
}
