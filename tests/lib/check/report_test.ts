import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type CheckReport,
  meetExpectations,
  metricsText,
  parseCheckTarget,
  parseExpectations,
  type ProbeReport,
  redactEvents,
  Redaction,
  redactReport,
  reportPage,
  TargetHistory,
  waterfallSvg,
} from "../../../lib/check/internal.ts";
import { screenLines } from "../../../cmd/check/screen.ts";
import { judgeReports } from "../../../lib/check/verdict/verdict.ts";
import { found } from "../../../lib/check/words/findings.ts";
import { UsageError } from "../../../lib/core/mod.ts";

function probe(values: Partial<ProbeReport>): ProbeReport {
  return { probe: "http", layer: "application", state: "done", began: 10, ms: 20, findings: [], facts: {}, ...values };
}

function report(probes: readonly ProbeReport[], target = "http://shop.example.com/"): CheckReport {
  const began = new Date("2026-11-28T10:00:00Z");
  return { target: parseCheckTarget(target), began, ms: 30, probes, ...judgeReports(probes) };
}

const REFUSED = report([
  probe({
    probe: "lookup",
    layer: "name",
    findings: [found("name-found", { name: "shop.example.com", addresses: ["192.0.2.7"] })],
  }),
  probe({
    probe: "connect",
    layer: "reach",
    findings: [found("port-refused", { address: "192.0.2.7", port: 80 })],
  }),
]);

const FACTS = [
  probe({ facts: { "status": 200, "first-byte": 120.5, "version": "1.3" } }),
  probe({ facts: { days: 20, "http-version": "1.0", size: 2048, cached: true, issuer: "CN=R3, O=X" } }),
];

/** An expectation, and whether it is met by {@link FACTS}. */
const EXPECTATIONS: readonly (readonly [text: string, met: boolean])[] = [
  ["status=200", true],
  ["status!=200", false],
  ["status<300", true],
  ["first-byte<200ms", true],
  ["first-byte<0.1s", false],
  ["first-byte>=120.5", true],
  ["version=1.3", true],
  ["version!=1.2", true],
  ["days>14", true],
  ["days<=14", false],
  ["no-such-value<1", false],
  ["http-version=1.0", true],
  ["http-version=1", false],
  ["http-version!=1.1", true],
  ["status = 200", true],
  ["status==200", true],
  ["status == '200'", true],
  ['version="1.3"', true],
  ["size=2k", true],
  ["size < 2K", false],
  ["size<=2KiB", true],
  ["size>5B", true],
  ["size<5m", true],
  ["size>2047.9k", false],
  ["first-byte<5m", true],
  ['issuer="CN=R3, O=X"', true],
  ["issuer = 'CN=R3, O=X' ", true],
  ['issuer="CN=R3, O=Y"', false],
  ["cached=true", true],
  ["cached!=true", false],
];

for (const [text, met] of EXPECTATIONS) {
  Deno.test(`check: expectation ${text} is ${met ? "" : "not "}met`, () => {
    assertEquals(meetExpectations(parseExpectations(text), FACTS).map((result) => result.met), [met]);
  });
}

Deno.test("check: expectations are separated by commas outside quotes", () => {
  const texts = parseExpectations(`issuer="CN=R3, O=X",status=200, version='a,b' ,reason=it's`).map(({ text }) => text);
  assertEquals(texts, ['issuer="CN=R3, O=X"', "status=200", "version='a,b'", "reason=it's"]);
});

for (
  const text of [
    "",
    "status",
    "status=",
    "=200",
    "Status=200",
    "version<x",
    "status=200,",
    "status===200",
    "status=>200",
    "!status=200",
    "status<>200",
    "size<5s",
  ]
) {
  Deno.test(`check: invalid expectation ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseExpectations(text), UsageError);
  });
}

Deno.test("check: a target is not well if a layer that it needs was skipped without a fault below", () => {
  const reports = [probe({ layer: "name" }), probe({ layer: "reach", state: "skipped" })];
  const { outcome, cause } = judgeReports(reports, ["reach"]);
  assertEquals([outcome, cause?.layer, cause?.finding.code], ["network", "reach", "layer-not-checked"]);
  assertEquals(judgeReports(reports).outcome, "well");
});

Deno.test("check: the time of a layer is that in which its probes ran", () => {
  /** Begin and duration of each probe, and what the layer has. */
  const rows: readonly (readonly [times: readonly (readonly [number, number])[], began: number, ms: number])[] = [
    [[[10, 2]], 10, 2],
    [[[10, 2], [331, 1]], 10, 3],
    [[[331, 1], [10, 5], [12, 1], [14, 3]], 10, 8],
    [[[0, 4], [4, 4]], 0, 8],
  ];
  for (const [times, began, ms] of rows) {
    const { layers } = judgeReports(times.map(([began, ms]) => probe({ layer: "reach", began, ms })));
    const reach = layers.find(({ layer }) => layer === "reach");
    assertEquals([reach?.began, reach?.ms], [began, ms]);
  }
});

/** A text, and the same without addresses and names. */
const REDACTED: readonly (readonly [text: string, redacted: string])[] = [
  ["connect to 192.0.2.7 and 192.0.2.8, then 192.0.2.7", "connect to ipv4-1 and ipv4-2, then ipv4-1"],
  ["[2001:db8::7]:443 and fe80::1%eth0/64", "ipv6-1:443 and ipv6-2/64"],
  ["shop.example.com and SHOP.example.com.", "host-1 and host-1"],
  ["mail from ada@example.com", "mail from user-1"],
  ["names: *.example.com, Domain=.example.com", "names: *.host-1, Domain=.host-1"],
  ["v=spf1 exists:%{i}._spf.example.com -all", "v=spf1 exists:%{i}.host-1 -all"],
  ["... done. Next: 3.11.example.com", "... done. Next: host-1"],
  ["CN=shop.example.com, O=Example Ltd", "CN=host-1, O=subject-1"],
  [
    "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:_spf.example.com -all",
    "v=spf1 ip4:ipv4-1/24 ip6:ipv6-1/32 include:host-1 -all",
  ],
  ["7.2.0.192.in-addr.arpa", "host-1"],
  ["bücher.example and xn--bcher-kva.example", "host-1 and host-2"],
  ["::ffff:192.0.2.7 port 80", "ipv6-1 port 80"],
  ["no page https://a.example.com/u/ada?token=1 (status 404)", "no page https://host-1/… (status 404)"],
  [
    "http://a.example.com/: moved to http://192.0.2.1:80/x/y, again",
    "http://host-1/: moved to http://ipv4-1:80/…, again",
  ],
  ["127.0.0.1 and ::1 tell nothing", "127.0.0.1 and ::1 tell nothing"],
  ["TLS 1.3 at 12:30:45, see /etc/resolv.conf", "TLS 1.3 at 12:30:45, see /etc/resolv.conf"],
];

for (const [text, redacted] of REDACTED) {
  Deno.test(`check: redacted ${text}`, () => assertEquals(new Redaction().text(text), redacted));
}

Deno.test("check: a redacted report has the same words for the same things everywhere, and no name", () => {
  const redacted = redactReport(REFUSED);
  assertEquals(JSON.stringify(redacted).match(/example|192\.0\.2/g), null);
  assertEquals(`${redacted.probes[0]?.findings[0]?.data.addresses}`, `${redacted.cause?.finding.data.address}`);
});

Deno.test("check: names of targets are redacted that look like no name", () => {
  const redaction = new Redaction();
  for (const text of ["http://intranet:81/", "bücher", "ada@corp"]) redaction.learn(parseCheckTarget(text));
  assertEquals(
    redaction.text("INTRANET. of xn--bcher-kva, my-intranet, intranets"),
    "host-1 of host-2, my-intranet, intranets",
  );
  assertEquals(redaction.text("ada@corp at corp, not corp.example.net"), "user-1 at host-3, not host-4");
});

Deno.test("check: a redacted exchange has the same words as the report, and neither paths nor cookies", () => {
  const redaction = new Redaction();
  const { target } = redactReport(REFUSED, redaction);
  const lines = [
    "GET /u/ada?token=1 HTTP/1.1",
    "Host: shop.example.com",
    "Set-Cookie: id=secret",
    "Location: /login/ada",
  ];
  const events = lines.map((text) => ({ at: 1, direction: ">", text, peer: "192.0.2.7:80" } as const));
  const redacted = redactEvents(events, redaction);
  assertEquals(redacted.map(({ text }) => text), ["GET /… HTTP/1.1", "Host: host-1", "Set-Cookie: …", "Location: …"]);
  assertEquals([redacted[0]?.peer, target.text], ["ipv4-1:80", "http://host-1/"]);
});

Deno.test("check: redacted are names of one word where a host is named, and titles of pages", () => {
  const data = {
    url: "http://shop.example.com/",
    status: 404,
    reason: "Not Found",
    title: "Acme login",
    server: "nginx",
  };
  const named = { name: "shop.example.com", names: ["shop.example.com", "acme", "*.example.com", "192.0.2.7"] };
  const findings = [
    found("http-not-found", data),
    found("certificate-wrong-name", named),
    found("greeted", { protocol: "SMTP", text: "220 intern01 ESMTP Postfix" }),
    found("greeted", { protocol: "FTP", text: "220 ProFTPD Server ready" }),
  ];
  const redaction = new Redaction();
  const { probes } = redactReport(report([probe({ findings })]), redaction);
  const [page, certificate, smtp, ftp] = probes[0]?.findings.map(({ data }) => data) ?? [];
  assertEquals([page?.title, page?.server], ["…", "nginx"]);
  assertEquals(certificate?.names, ["host-1", "host-2", "*.host-3", "ipv4-1"]);
  assertEquals([smtp?.text, ftp?.text], ["220 host-4 ESMTP Postfix", "220 ProFTPD Server ready"]);
  const text = "certificate 0: subject CN=acme; issuer CN=acme; names acme, intern01; valid 2026";
  const [event] = redactEvents([{ at: 1, direction: "*", text }], redaction);
  assertStringIncludes(event?.text ?? "", "; names host-2, host-4;");
  const session = [
    ...["220-intern01 ESMTP", "EHLO me.invalid", "250-intern02 greets you", "250-PIPELINING", "250 SIZE"],
    ...["221 intern01 closing", "221 2.0.0 Bye", "451 try intern01 later"],
  ];
  assertEquals(
    redactEvents(session.map((text) => ({ at: 1, direction: "<", text })), redaction).map(({ text }) => text),
    [
      ...["220-host-4 ESMTP", "EHLO me.invalid", "250-host-5 greets you", "250-PIPELINING", "250 SIZE"],
      ...["221 host-4 closing", "221 2.0.0 Bye", "451 try host-4 later"],
    ],
  );
});

Deno.test("check: page and waterfall have no script, and escape what peers say", () => {
  const hostile = report([probe({ subject: "<script>alert(1)</script>", summary: '"><img src=x>' })]);
  const page = reportPage([{ report: hostile, tries: ["toucan x '<b>'"], events: [], unmet: ["<i>"] }], new Date(0));
  for (const text of [page, waterfallSvg(hostile)]) {
    assert(!/<script|<img|<b>|<i>/.test(text), text);
  }
  assertStringIncludes(page, "Content-Security-Policy");
});

Deno.test("check: a waterfall has all of its bars and texts within its width, also on a phone", () => {
  const late = report([probe({ began: 0, ms: 0.1 }), probe({ began: 29.9, ms: 0.1, subject: "x".repeat(300) })]);
  for (const [form, width] of [["wide", 720], ["narrow", 340]] as const) {
    const svg = waterfallSvg(late, form);
    assertStringIncludes(svg, `viewBox="0 0 ${width} `);
    const bars = [...svg.matchAll(/<rect [^>]*x="([\d.]+)" [^>]*width="([\d.]+)"/g)];
    const ends = bars.map(([, x, length]) => Number(x) + Number(length));
    assertEquals([bars.length, ends.filter((end) => end > width)], [2, []]);
  }
});

Deno.test("check: the history of a target tells changes, counts, a strip and percentiles of what is well", () => {
  const history = new TargetHistory();
  const well = (ms: number) => ({ ...report([probe({})]), ms });
  const changes = [well(10), well(30), REFUSED, REFUSED, well(20)].map((one) => history.add(one)?.to.well);
  assertEquals(changes, [true, undefined, false, undefined, true]);
  assertEquals(history.counts, { all: 5, well: 3 });
  assertEquals(history.strip(4), "✓✗✗✓");
  assertEquals([history.percentile(50), history.percentile(95)], [20, 30]);
});

Deno.test("check: what is expected and not met is a state of its own, in changes, the strip and metrics", () => {
  const history = new TargetHistory();
  const fine = { ...report([probe({})]), ms: 10 };
  const rounds: readonly (readonly [typeof fine, readonly string[]])[] = [
    ...[[fine, []], [fine, ["status=200"]], [fine, ["status=200"]], [fine, ["status=200", "days>14"]]] as const,
    ...[[REFUSED, ["status=200"]], [fine, []]] as const,
  ];
  const changes = rounds.map(([one, unmet]) => history.add(one, unmet)?.to);
  assertEquals(changes.map((to) => to && [to.well, to.broken?.code, ...to.unmet]), [
    [true, undefined],
    [false, undefined, "status=200"],
    undefined,
    [false, undefined, "status=200", "days>14"],
    [false, REFUSED.cause?.finding.code, "status=200"],
    [true, undefined],
  ]);
  assertEquals([history.strip(6), history.counts.well, history.percentile(50)], ["✓✗✗✗✗✓", 2, 10]);
  history.add(fine, ["status=200"]);
  assertStringIncludes(metricsText([{ report: fine, history }]), "probe_success{target=");
  assert(/^probe_success\{[^}]*\} 0$/m.test(metricsText([{ report: fine, history }])));
});

Deno.test("check: metrics have the names of blackbox_exporter, and escape targets", () => {
  const history = new TargetHistory();
  history.add(REFUSED);
  const target = { ...REFUSED.target, text: 'a"b' };
  const text = metricsText([{ report: { ...REFUSED, target }, history }]);
  assertStringIncludes(text, 'probe_success{target="a\\"b"} 0\n');
  assertStringIncludes(text, 'toucan_layer_broken{target="a\\"b",layer="reach"} 1\n');
  assertStringIncludes(text, 'toucan_failed_checks_total{target="a\\"b"} 1\n');
  const facts = { "chain-expires": 1_800_000_000, redirects: 1, status: 200 };
  const page = metricsText([{ report: report([probe({ facts })]), history }]);
  for (const line of ["ssl_earliest_cert_expiry 1800000000", "http_redirects 1", "http_status_code 200"]) {
    const [name, value] = line.split(" ");
    assertStringIncludes(page, `probe_${name}{target="http://shop.example.com/"} ${value}\n`);
  }
});

Deno.test("check: no line about a layer or a probe is longer than the terminal is wide", () => {
  for (const width of [40, 65, 66, 80, 120]) {
    const lines = screenLines(REFUSED, { width, verbose: true }).filter((line) =>
      / {2}\d|not checked|not used/.test(line)
    );
    assertEquals(lines.filter((line) => line.length > width), [], `${width} columns`);
    assertEquals(lines.some((line) => /[▏▎▍▌▋▊▉█]/.test(line)), width >= 66, `${width} columns`);
  }
});
