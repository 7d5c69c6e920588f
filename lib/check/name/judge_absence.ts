import { type Finding, found } from "../words/findings.ts";
import type { AnswersInput } from "./answers_seen.ts";
import type { ServerSeen } from "./resolvers_seen.ts";

/** Judges why a name has no address: the most certain reason first. Pure. */
export function judgeAbsence(input: AnswersInput, servers: readonly ServerSeen[]): Finding[] {
  const { host, family, lookup } = input;
  const system = lookup?.error?.message ?? "the lookup did not end in time";
  const evidence = servers.map(({ server, a }) => `${server}: ${a.status}${a.reason ? ` (${a.reason})` : ""}`);
  const answering = servers.filter(({ a }) => !/^(?:silent|unreachable|malformed)$/.test(a.status));
  const names = servers.map(({ server }) => server);
  if (servers.length > 0 && answering.length === 0) {
    const failing = (status: string) => servers.some(({ a }) => a.status === status);
    if (failing("malformed")) return [found("resolvers-malformed", { name: host, servers: names, evidence })];
    return [found(failing("silent") ? "resolvers-silent" : "resolvers-unreachable", { servers: names, evidence })];
  }
  const other = servers.find(({ a, aaaa }) => a.data.length > 0 || aaaa.data.length > 0);
  const late = !family && (!lookup || lookup.error?.code === "timeout") ? other && unanswered(other) : undefined;
  if (other && late) return [found("lookup-waits", { ...absenceData(input, other, system), ...late })];
  if (other) return [found(family ? "no-address-of-family" : "lookup-disagrees", absenceData(input, other, system))];
  // A server that denies the root, too, tells nothing of the name.
  const knowing = answering.filter((server) => !deniesRoot(server));
  const [denying] = answering;
  if (denying && knowing.length === 0) {
    const { status } = denying.a;
    const lines = answering.map(({ server, root }) => `${server}: ${root?.status} for the root`);
    return [found("resolvers-without-root", { name: host, status, servers: names, evidence: [...evidence, ...lines] })];
  }
  const with_ = (status: string) => knowing.find(({ a }) => a.status === status);
  const broken = with_("SERVFAIL");
  const missing = with_("NXDOMAIN");
  const empty = with_("NODATA");
  if (missing) {
    const { aliases } = missing.a;
    const last = aliases.at(-1);
    if (last !== undefined) return [found("alias-dangling", { name: host, target: last, aliases: [...aliases] })];
    const single = !host.replace(/\.$/, "").includes(".");
    return [found("name-does-not-exist", { name: host, single, search: input.resolvers?.search ?? [], evidence })];
  }
  if (empty) return [found("name-without-address", { name: host, aliases: [...empty.a.aliases], evidence })];
  if (broken) return [found("name-servfail", { name: host, reason: broken.a.reason, evidence })];
  if (with_("REFUSED")) return [found("resolvers-refuse", { name: host, servers: names, evidence })];
  const code = lookup?.error?.code;
  if (!lookup || code === "timeout") return [found("lookup-timed-out", { name: host, reason: system })];
  return [found("name-not-found", { name: host, reason: system, evidence })];
}

/** Whether a name server gives for the root, which exists, the same answer as for the name. */
function deniesRoot({ a, root }: ServerSeen): boolean {
  return root !== undefined && root.status === a.status && root.data.length === 0 && a.aliases.length === 0;
}

/** The type of address that a server has, and the one about which it says nothing. */
function unanswered({ a, aaaa }: ServerSeen): { readonly works: string; readonly fails: string } | undefined {
  if (aaaa.status === "silent") return { works: "A", fails: "AAAA" };
  return a.status === "silent" ? { works: "AAAA", fails: "A" } : undefined;
}

function absenceData({ host, family }: AnswersInput, { server, a, aaaa }: ServerSeen, reason: string) {
  const addresses = [...a.data, ...aaaa.data].slice(0, 8);
  return { name: host, family: family ?? 0, server, addresses, reason };
}
