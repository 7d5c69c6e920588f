import { assertEquals } from "@std/assert";
import { judgeRoot } from "../../../lib/check/name/judge_root.ts";
import { judgeResolvers } from "../../../lib/check/name/judge_resolvers.ts";
import type { AnswerSeen } from "../../../lib/check/name/ask.ts";
import type { RootSeen } from "../../../lib/check/name/root_seen.ts";
import { judgeReports } from "../../../lib/check/verdict/verdict.ts";
import type { Finding } from "../../../lib/check/mod.ts";

const NOW = new Date("2026-11-29T12:00:00Z");

/** Returns what a check with these findings about names comes to. */
function outcomeOf(findings: readonly Finding[]): string {
  const report = { probe: "root", layer: "name", state: "done", began: 0, ms: 1, facts: {}, findings } as const;
  const { cause, outcome } = judgeReports([report]);
  return `${cause?.finding.code ?? "none"} ${outcome}`;
}

/** A name server that gives every question the same answer. */
function saying(status: string, local = false): RootSeen["servers"][number] {
  const answer: AnswerSeen = { status, data: [], aliases: [], ms: 5 };
  return {
    server: local ? "127.0.0.53:53" : "192.0.2.53:53",
    local,
    root: answer,
    missing: answer,
    asked: "x.invalid.",
  };
}

Deno.test("check alone: its network is to blame for a silent resolver elsewhere, this machine for its own and for its files", () => {
  const rows: readonly (readonly [RootSeen, string])[] = [
    [{ permitted: true, servers: [saying("silent")] }, "resolvers-silent timeout"],
    [{ permitted: true, servers: [saying("silent"), saying("silent", true)] }, "resolvers-silent timeout"],
    [{ permitted: true, servers: [saying("unreachable")] }, "resolvers-unreachable network"],
    [{ permitted: true, servers: [saying("malformed")] }, "resolvers-malformed network"],
    [{ permitted: true, servers: [saying("silent", true)] }, "local-resolver-dead machine"],
    [{ permitted: true, servers: [saying("unreachable", true)] }, "local-resolver-dead machine"],
    [{ permitted: true, servers: [saying("NXDOMAIN")] }, "resolvers-deny-all machine"],
    [{ permitted: true, servers: [saying("REFUSED")] }, "resolvers-deny-all machine"],
    [
      { permitted: true, servers: [], problem: "cannot read /etc/resolv.conf: it is a FIFO" },
      "resolver-file-unreadable machine",
    ],
    [{ permitted: false, servers: [] }, "none well"],
  ];
  for (const [seen, expected] of rows) assertEquals(outcomeOf(judgeRoot(seen, NOW)), expected);
});

Deno.test("check: a resolver file that cannot be read is the fault of this machine for every target", () => {
  const seen = {
    permitted: true,
    problem: "cannot read /etc/resolv.conf: is a directory",
    servers: [],
    search: [],
    slow: 500,
  };
  assertEquals(outcomeOf(judgeResolvers(seen, { host: "a.test", https: false })), "resolver-file-unreadable machine");
});
