import { type Finding, found } from "../words/findings.ts";
import { cutList } from "../words/cut.ts";
import { day } from "../words/day.ts";
import type { RootSeen, RootServerSeen } from "./root_seen.ts";

/** Milliseconds that a clock may be wrong before it matters. */
const TOLERANCE_MS = 3_600_000;

/** Judges the name servers of this machine, and its clock by the signatures of the root. Pure. */
export function judgeRoot({ permitted, problem, servers }: RootSeen, now: Date): Finding[] {
  if (problem !== undefined) return [found("resolver-file-unreadable", { reason: problem })];
  if (!permitted) return [found("resolvers-not-permitted", {})];
  const dead = servers.filter(({ root, missing }) => /^[a-z]/.test(root.status) && /^[a-z]/.test(missing.status));
  if (dead.length === servers.length) {
    const names = servers.map(({ server }) => server);
    const evidence = servers.map(({ server, root }) => `${server}: ${root.reason ?? root.status}`);
    const failing = (status: string) => servers.some(({ root }) => root.status === status);
    if (failing("malformed")) return [found("resolvers-malformed", { name: "the root", servers: names, evidence })];
    if (servers.every(({ local }) => local)) return [found("local-resolver-dead", { servers: names, evidence })];
    return [found(failing("silent") ? "resolvers-silent" : "resolvers-unreachable", { servers: names, evidence })];
  }
  const answering = servers.filter((server) => !dead.includes(server));
  if (answering.every(deniesAll)) {
    const names = answering.map(({ server }) => server);
    const evidence = servers.map(({ server, root }) => `${server}: ${root.status} for the root`);
    return [found("resolvers-deny-all", { servers: names, status: answering[0]?.root.status ?? "", evidence })];
  }
  return [...judgeClock(servers, now), ...servers.flatMap((server) => judgeServer(server, servers.length > 1))];
}

/**
 * Whether a server looks nothing up: that the root does not exist cannot be, and one that gives every name the same answer refuses or
 * fails for all. Any other says of a name below `invalid` that it does not exist (RFC 6761 §6.4).
 */
function deniesAll({ root, missing }: RootServerSeen): boolean {
  if (root.data.length > 0 || missing.data.length > 0) return false;
  return root.status === "NXDOMAIN" || (root.status === missing.status && !/^[a-z]/.test(root.status));
}

function judgeServer({ server, root, missing, asked }: RootServerSeen, others: boolean): Finding[] {
  const { status, reason = "" } = root;
  const ms = Math.round(root.ms);
  const hijacked = missing.data.length > 0
    ? [found("nxdomain-hijacked", { server, name: asked, addresses: cutList(missing.data, 4) })]
    : [];
  if (status === "silent") return [...hijacked, found("resolver-silent", { server, ms, others })];
  if (status === "unreachable") return [...hijacked, found("resolver-unreachable", { server, reason })];
  if (status === "malformed") return [...hijacked, found("resolver-malformed", { server, reason })];
  if (root.data.length === 0) return [...hijacked, found("resolver-without-root", { server, status })];
  return [...hijacked, found("resolver-works", { server, ms })];
}

/** The clock is wrong if no server's signatures hold now; old ones of one server may be its own fault. */
function judgeClock(servers: readonly RootServerSeen[], now: Date): Finding[] {
  const times = servers.flatMap(({ signed }) => signed ?? []);
  const [first] = times;
  if (!first) return [found("clock-unknown", {})];
  const holds = times.find(({ from, until }) =>
    now.getTime() > from.getTime() - TOLERANCE_MS && now.getTime() < until.getTime() + TOLERANCE_MS
  );
  const { from, until } = holds ?? first;
  const data = { now: day(now), from: day(from), until: day(until) };
  return [holds ? found("clock-plausible", data) : found("clock-implausible", data)];
}
