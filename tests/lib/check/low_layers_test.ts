import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { check, type ProbeReport } from "../../../lib/check/mod.ts";
import { kindOfInterface, scopeOf } from "../../../lib/check/link/scope.ts";
import { defaultRoutes4, defaultRoutes6, judgeRoutes } from "../../../lib/check/link/routes.ts";
import { judgeInterfaces } from "../../../lib/check/link/judge_interfaces.ts";
import { addressesIn } from "../../../lib/check/name/hosts_file.ts";
import { judgeAbsence } from "../../../lib/check/name/judge_absence.ts";
import { lookAlike } from "../../../lib/check/name/look_alike.ts";
import { ProbeRun } from "../../../lib/check/probe/run.ts";
import { connectProbe, isRepeated } from "../../../lib/check/reach/connect.ts";
import { helloTo } from "../../../lib/check/reach/hello.ts";
import { judgeTalk } from "../../../lib/check/reach/judge_talk.ts";
import type { TalkInput, TalkSeen } from "../../../lib/check/reach/talk_seen.ts";
import { isProtocol, protocolOf } from "../../../lib/check/reach/protocol.ts";
import { spreadOf } from "../../../lib/check/reach/spread.ts";
import { TimeoutError } from "../../../lib/core/mod.ts";
import { nameServerAt } from "../../../lib/dns/internal.ts";
import { nameServerOn } from "../../kit/check_names.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { freeUdpPort } from "../../kit/port.ts";
import { octets } from "../../kit/raw.ts";

const SEED = 17;

Deno.test("check: the scope of an address", () => {
  const rows = {
    "127.0.0.1": "loopback",
    "::1": "loopback",
    "0.0.0.0": "none",
    "169.254.1.1": "link-local",
    "fe80::1": "link-local",
    "10.1.2.3": "private",
    "172.31.0.1": "private",
    "172.32.0.1": "global",
    "fd00::1": "private",
    "100.64.0.1": "shared",
    "::ffff:10.0.0.1": "private",
    "2001:db8::1": "global",
    "192.0.2.1": "global",
    "198.51.100.1": "global",
    "203.0.113.5": "global",
    "100.63.255.255": "global",
    "100.128.0.1": "global",
    "169.253.1.1": "global",
    "192.169.0.1": "global",
    "11.0.0.1": "global",
    "fe00::1": "global",
    "::ffff:203.0.113.5": "global",
    "::ffff:127.0.0.1": "loopback",
  } as const;
  for (const [address, scope] of Object.entries(rows)) assertEquals([address, scopeOf(address)], [address, scope]);
});

Deno.test("check: what the name of an interface tells", () => {
  assertEquals(
    ["tun0", "utun3", "wg0", "docker0", "veth12ab", "eth0", "en0", "wlan0", "tailscale0"].map(kindOfInterface),
    [
      ...(["tunnel", "tunnel", "tunnel", "container", "container"] as const),
      ...(["hardware", "hardware", "hardware", "tunnel"] as const),
    ],
  );
});

Deno.test("check: interfaces that this run may not list are a note", () => {
  const findings = judgeInterfaces({ permitted: false, interfaces: [] }, false);
  assertEquals(findings.map(({ code }) => code), ["interfaces-not-permitted"]);
});

Deno.test("check: default routes in the tables of Linux", () => {
  const v4 = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n" +
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\neth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n";
  const zeros = "0".repeat(32);
  const v6 = `${zeros} 00 ${zeros} 00 fd000000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n` +
    `${zeros} 00 ${zeros} 00 ${zeros} ffffffff 00000001 00000000 00200200 lo\n`;
  assertEquals(defaultRoutes4(v4), [{ family: 4, via: "eth0" }]);
  assertEquals(defaultRoutes6(v6), [{ family: 6, via: "eth0" }]);
  assertEquals(judgeRoutes({ readable: false, routes: [] }).map(({ code }) => code), ["routes-not-readable"]);
});

Deno.test("check: tables of routes and hosts files of any text are read", () => {
  const text = fc.string({ unit: fc.constantFrom("0", "a", "F", " ", "\t", "\n", "#", "1.2.3.4", "host") });
  fc.assert(
    fc.property(text, (text) => {
      defaultRoutes4(text);
      defaultRoutes6(text);
      assert(addressesIn(text, "host").every((address) => address === "1.2.3.4" || address.length < 50));
    }),
    { seed: SEED },
  );
});

Deno.test("check: addresses in a hosts file", () => {
  const text = "127.0.0.1 localhost\n# 192.0.2.9 www.test\n192.0.2.1\tWWW.test alias # comment\r\nnonsense www.test\n" +
    "2001:DB8::1 www.test\n";
  assertEquals(addressesIn(text, "www.test."), ["192.0.2.1", "2001:db8::1"]);
  assertEquals(addressesIn(text, "comment"), []);
});

Deno.test("check: names that look like others", () => {
  const rows: readonly (readonly [string, string | undefined, readonly string[]])[] = [
    ["example.com", undefined, []],
    ["bücher.example", undefined, []],
    ["аррӏе.com", "apple.com", []],
    ["раураl.com", "paypal.com", ["Latin", "Cyrillic"]],
    ["gοοgle.com", "google.com", ["Latin", "Greek"]],
    ["яндекс.рф", undefined, []],
    ["例え.テスト", undefined, []],
    ["sonyソニー.example", undefined, []],
    ["ж-latin.example", undefined, ["Latin", "Cyrillic"]],
  ];
  for (const [name, looksLike, mixed] of rows) {
    const seen = lookAlike(name);
    assertEquals([name, seen.looksLike, seen.mixed], [name, looksLike, mixed]);
  }
});

Deno.test("check: the protocol of first bytes", () => {
  const rows: Readonly<Record<string, string>> = {
    "\x16\x03\x03\x00\x7a": "TLS",
    "\x15\x03\x01\x00\x02\x02\x46": "TLS",
    "HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port": "TLS",
    "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n": "TLS",
    "HTTP/1.1 404 Not Found\r\n": "HTTP",
    "SSH-2.0-dropbear\r\n": "SSH",
    "220 mx.test ESMTP Postfix\r\n": "SMTP",
    "220 (vsFTPd 3.0.3)\r\n": "FTP",
    "220 ready\r\n": "SMTP or FTP",
    "+OK ready\r\n": "POP3",
    "* OK [CAPABILITY IMAP4rev1]\r\n": "IMAP",
    "201 news\r\n": "NNTP",
    ":irc.test NOTICE * :*** Looking up your hostname\r\n": "IRC",
    "RFB 003.008\n": "VNC",
    "\xff\xfd\x18": "Telnet",
    "\x00\x01": "an unknown protocol",
    "HTTP/1.1 400 Bad Request\r\n\r\nReason: You're speaking plain HTTP to an SSL-enabled server port.": "TLS",
  };
  for (const [text, protocol] of Object.entries(rows)) assertEquals([text, protocolOf(octets(text))], [text, protocol]);
  assertEquals(protocolOf(new Uint8Array()), undefined);
  assertEquals([isProtocol("SMTP or FTP", "FTP"), isProtocol("SSH", "HTTP")], [true, false]);
});

Deno.test("check: what an open port says, by what was expected", () => {
  const port = { host: "a.test", address: { address: "192.0.2.1", family: 4 }, port: 80 } as const;
  const http = { protocol: "HTTP", tls: false } as const;
  const https = { protocol: "HTTP", tls: true } as const;
  const rows: readonly (readonly [TalkSeen, TalkInput["expected"], readonly string[]])[] = [
    [{ first: "sent", protocol: "SSH", line: "SSH-2.0" }, http, ["speaks-other-protocol"]],
    [{ first: "waited", protocol: "TLS" }, http, ["tls-on-plain-port"]],
    [{ first: "waited", protocol: "HTTP", line: "HTTP/1.1 200 OK" }, http, []],
    [{ first: "waited", protocol: "HTTP", line: "HTTP/1.1 200 OK" }, https, ["plain-on-tls-port"]],
    [{ first: "waited", protocol: "TLS" }, https, []],
    [{ first: "waited" }, https, ["port-silent"]],
    [{ first: "closed" }, https, ["closed-at-once"]],
    [{ first: "reset" }, undefined, ["port-reset"]],
    [{ first: "waited" }, undefined, ["waits-for-client"]],
  ];
  for (const [seen, expected, codes] of rows) {
    assertEquals(judgeTalk(seen, { ...port, within: 1000, expected }).map(({ code }) => code), [...codes]);
  }
});

Deno.test("check: lengths in a ClientHello agree", () => {
  fc.assert(
    fc.property(fc.domain(), (host) => {
      const hello = helloTo(host);
      const view = new DataView(hello.buffer);
      assertEquals(view.getUint16(3), hello.length - 5);
      assertEquals(view.getUint32(5) & 0xffffff, hello.length - 9);
    }),
    { seed: SEED, numRuns: 50 },
  );
});

Deno.test("check: the spread of durations", () => {
  assertEquals(spreadOf([]), undefined);
  assertEquals(spreadOf([3, 1, 2]), { min: 1, median: 2, max: 3 });
  assertEquals(spreadOf([4, 1]), { min: 1, median: 1, max: 4 });
});

Deno.test("check: connections are repeated while that cannot outlast the check", () => {
  const rows: readonly (readonly [times: readonly number[], repeated: boolean])[] = [
    [[], true],
    [[20, 20], true],
    [[20, 20, 20], false],
    [[1200], true],
    [[1300], false],
    [[700, 700], false],
  ];
  for (const [times, repeated] of rows) assertEquals([times, isRepeated(times, 5000)], [times, repeated]);
});

Deno.test("check: what the callback for reports throws rejects the check at its end", async () => {
  const seen: string[] = [];
  const onReport = ({ probe }: ProbeReport) => {
    seen.push(probe);
    throw new TypeError(`no ${probe}`);
  };
  const error = await check("tcp://127.0.0.1:1", { timeout: 2000, onReport }).catch((error: unknown) => error);
  assert(error instanceof TypeError && error.message === `no ${seen[0]}` && seen.includes("connect"), String(error));
});

Deno.test("check: a name without servers to ask is judged by the lookup", () => {
  const lookup = {
    by: "system",
    addresses: [],
    ms: 1,
    error: { code: "name-not-found", message: "no address" },
  } as const;
  const [finding] = judgeAbsence({ host: "www.test", lookup }, []);
  assertEquals(finding?.code, "name-not-found");
});

Deno.test("check: probes of a layer do not wait for each other", async () => {
  await using stack = new AsyncDisposableStack();
  const events: string[] = [];
  // The answer to one question comes only once all others have arrived, from the lookup and from the probe of the servers.
  const all = Promise.withResolvers<void>();
  const port = freeUdpPort();
  nameServerOn(stack, "127.0.0.1", port, async (type, name) => {
    events.push(type);
    if (events.filter((type) => type === "A").length === 2 && events.filter((type) => type === "AAAA").length === 2) {
      all.resolve();
    }
    await all.promise;
    return { answers: type === "A" ? [{ name, type, ttl: 300, data: "127.0.0.1" }] : [] };
  });
  const listener = stack.use(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const reports: string[] = [];
  const onReport = ({ probe }: ProbeReport) => void reports.push(probe);
  const servers = [nameServerAt({ host: "127.0.0.1", port })];
  await check(`tcp://www.example.test:${listener.addr.port}`, { servers, timeout: 4000, onReport });
  assertEquals(events.slice(0, 4).toSorted(), ["A", "A", "AAAA", "AAAA"]);
  assert(reports.indexOf("lookup") < reports.indexOf("connect"));
});

Deno.test("check: layers above do not wait for further connections", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const events: string[] = [];
  const context = { signal: new AbortController().signal, timeout: 4000, now: () => new Date(), dial: {} };
  const addresses = [{ address: "127.0.0.1", family: 4 }, { address: "127.0.0.2", family: 4 }] as const;
  const { attempts } = await connectProbe.observe(
    { addresses, port, onOpen: ({ address }) => void events.push(address) },
    context,
  );
  assertEquals(events, ["127.0.0.1"]);
  assertEquals(attempts.map(({ result, times }) => [result, times.length]), [["connected", 3], ["refused", 0]]);
});

Deno.test("check: the time of the connections is without the wait for the exchange", async () => {
  using time = new FakeTime();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const run = new ProbeRun({ signal: new AbortController().signal, timeout: 4000, now: () => new Date(0), dial: {} });
  const open = Promise.withResolvers<unknown>();
  const exchange = Promise.withResolvers<void>();
  const addresses = [{ address: "127.0.0.1", family: 4 }] as const;
  void run.start(connectProbe, { addresses, port, onOpen: open.resolve, repeatable: exchange.promise });
  await open.promise;
  await time.pass(300);
  exchange.resolve();
  const reports = await run.reports();
  assertEquals(reports.map(({ ms, facts }) => [ms, facts["addresses-open"]]), [[0, 1]]);
});

Deno.test("check: the timeout of the check skips a probe that only explains, and fails another", async () => {
  const ended = new AbortController();
  const context = { signal: ended.signal, timeout: 1000, now: () => new Date(0), dial: {} };
  const run = new ProbeRun(context);
  const never = { layer: "reach", observe: () => new Promise<never>(() => {}), judge: () => [] } as const;
  void run.start({ ...never, name: "talk", explains: true }, {});
  void run.start({ ...never, name: "connect" }, {});
  ended.abort(new TimeoutError("check: timeout"));
  const reports = await run.reports();
  assertEquals(reports.map(({ state, findings }) => `${state} ${findings[0]?.code ?? "-"}`), [
    "skipped -",
    "failed probe-timed-out",
  ]);
});
