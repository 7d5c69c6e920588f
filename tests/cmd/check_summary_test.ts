import { assertEquals } from "@std/assert";
import type { Checked } from "../../cmd/check/checked.ts";
import { Summary } from "../../cmd/check/summary.ts";
import { type Finding, type Layer, parseCheckTarget } from "../../lib/check/mod.ts";
import { judgeReports } from "../../lib/check/verdict/verdict.ts";
import { parseExpectations } from "../../lib/check/verdict/expectation.ts";
import { found } from "../../lib/check/words/findings.ts";

/** A result with findings, and an expectation that is not met. */
function checked(text: string, findings: readonly (readonly [Layer, Finding])[], unmet = false): Checked {
  const probes = findings.map(([layer, finding]) => ({
    ...{ probe: "a", layer, state: "done" as const, began: 0, ms: 1, findings: [finding], facts: {} },
  }));
  const target = parseCheckTarget(text);
  const report = { target, began: new Date(0), ms: 1, probes, ...judgeReports(probes) };
  const [expectation] = parseExpectations("status=200");
  return { report, expected: unmet && expectation ? [{ expectation, met: false, found: [404] }] : [], events: [] };
}

const refused = found("port-refused", { address: "192.0.2.1", port: 1 });
const unknown = found("clock-unknown", {});

Deno.test("check: a summary has the lowest broken layer first, then invalid targets, unmet expectations, warnings", () => {
  const summary = new Summary();
  const old = found("old-tls-accepted", { versions: ["TLS 1.0"] });
  const slow = found("resolver-slow", { server: "192.0.2.53:53", ms: 900 });
  const rows: readonly Parameters<Summary["add"]>[0][] = [
    checked("ok.test", [["name", unknown]]),
    checked("warned.test", [["tls", old], ["name", slow]]),
    checked("unmet.test", [["tls", old]], true),
    { invalid: "http://", error: new Error('invalid target "http://":\u001b the host is missing') },
    checked("b.test", [["reach", refused]]),
    checked("a.test", [["reach", refused]], true),
    checked("name.test", [["reach", refused], ["name", found("lookup-timed-out", { name: "name.test", reason: "x" })]]),
    checked("link.test", [["link", found("no-interface", {})]]),
  ];
  rows.forEach((row) => summary.add(row));
  const { targets, ...counts } = summary.record();
  assertEquals(counts, {
    ...{ event: "summary", count: 8, broken: 4, invalid: 1, unexpected: 1, warning: 1, ok: 1 },
    layers: { link: 1, name: 1, reach: 2, tls: 0, application: 0 },
  });
  assertEquals(targets.map(({ target, state, layer = "", code = "" }) => [target, state, layer, code].join(" ")), [
    "link.test broken link no-interface",
    "name.test broken name lookup-timed-out",
    "a.test broken reach port-refused",
    "b.test broken reach port-refused",
    "http:// invalid  invalid-target",
    "unmet.test unexpected  ",
    "warned.test warning name resolver-slow",
    "ok.test ok  ",
  ]);
  const lines = summary.lines();
  assertEquals(
    lines[0],
    "8 targets: 4 broken (link 1, name 1, reach 2), 1 invalid, 1 not as expected, 1 with warnings, 1 ok",
  );
  assertEquals(lines.slice(5), [
    '✗ invalid target "http://":\\x1b the host is missing',
    "✗ unmet.test: expected status=200: 404",
    "! warned.test: name: the name server 192.0.2.53:53 is slow: 900 ms; 1 more",
    "✓ ok.test: ok",
  ]);
  // On a terminal a line is broken between words.
  assertEquals(summary.lines(40).slice(-7), [
    '✗ invalid target "http://":\\x1b the',
    "  host is missing",
    "✗ unmet.test: expected status=200: 404",
    "! warned.test: name: the name server",
    "  192.0.2.53:53 is slow: 900 ms; 1",
    "  more",
    "✓ ok.test: ok",
  ]);
});
