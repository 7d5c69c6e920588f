import { plainIP } from "../../core/mod.ts";
import { isLocalScope } from "../link/scope.ts";
import { type Finding, found } from "../words/findings.ts";
import type { AnswersInput } from "./answers_seen.ts";
import type { ServerSeen } from "./resolvers_seen.ts";

/** Judges whether the system, the hosts file and the name servers agree on the addresses of a name. Pure. */
export function judgeAgreement(
  { host, lookup, resolvers }: AnswersInput,
  servers: readonly ServerSeen[],
  hosts?: readonly string[],
): Finding[] {
  const system = (lookup?.addresses ?? []).map(({ address }) => plainIP(address));
  const said = servers.flatMap(dataOf);
  const findings = judgeServers(host, servers);
  if (lookup?.by !== "system") return findings;
  if (hosts && hosts.length > 0) {
    const differs = said.length > 0 && !hosts.some((address) => said.includes(address));
    const data = { name: host, addresses: hosts.slice(0, 8), resolvers: said.slice(0, 8) };
    return [found(differs ? "hosts-file-override" : "hosts-file", data), ...findings];
  }
  const answered = servers.some(({ a }) => /^(?:NOERROR|NXDOMAIN|NODATA)$/.test(a.status));
  if (!answered || said.some((address) => system.includes(address))) return findings;
  const searched = servers.map(({ searched }) => searched).find((name) => name !== undefined);
  if (said.length === 0 && searched !== undefined) {
    const data = { name: host, found: searched, search: resolvers?.search ?? [] };
    return [found(host.includes(".") ? "search-list-surprise" : "search-list-used", data), ...findings];
  }
  const data = { name: host, system: system.slice(0, 8), resolvers: said.slice(0, 8), file: hosts !== undefined };
  return [found("system-differs", data), ...findings];
}

/** Judges whether the servers agree. */
function judgeServers(name: string, servers: readonly ServerSeen[]): Finding[] {
  const having = servers.filter((server) => dataOf(server).length > 0);
  const [first] = having;
  if (!first) return [];
  // A server may say NXDOMAIN, and have addresses in the same answer.
  const denying = servers.filter((server) => dataOf(server).length === 0)
    .filter(({ a, aaaa }) => a.status === "NXDOMAIN" && aaaa.status === "NXDOMAIN");
  const findings = denying.map(({ server, a }) =>
    found("resolver-denies-name", { name, server, other: first.server, reason: a.reason })
  );
  const expected = dataOf(first);
  for (const other of having.slice(1)) {
    const data = dataOf(other);
    if (data.some((address) => expected.includes(address))) continue;
    const shown = { name, evidence: [lineOf(first), lineOf(other)] };
    const split = isLocalScope(data[0] ?? "") !== isLocalScope(expected[0] ?? "");
    findings.push(found(split ? "split-horizon" : "resolvers-differ", shown));
  }
  return findings;
}

function dataOf({ a, aaaa }: ServerSeen): string[] {
  return [...a.data, ...aaaa.data].map(plainIP);
}

function lineOf(server: ServerSeen): string {
  return `${server.server}: ${dataOf(server).slice(0, 4).join(", ")}`;
}
