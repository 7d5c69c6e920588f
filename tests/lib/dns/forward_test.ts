import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import {
  decodeMessage,
  encodeQuery,
  extendedErrorOption,
  nameServerAt,
  parseNameServer,
  type TextRecord,
} from "../../../lib/dns/internal.ts";
import type { ClientQuery, ServedAnswer } from "../../../lib/dns/server/answer/types.ts";
import { Forwarder, type ForwarderOptions } from "../../../lib/dns/server/forward/forwarder.ts";
import { checkNoLoop } from "../../../lib/dns/server/forward/upstreams.ts";
import { response, type ResponseParts, scriptedServer, type UdpTurn } from "../../kit/scripted_dns.ts";

/** Query of a client: type, class, flags. */
interface Wish {
  readonly type?: string;
  readonly class?: string;
  readonly dnssecOk?: boolean;
  readonly authenticData?: boolean;
  readonly checkingDisabled?: boolean;
  readonly recursionDesired?: boolean;
}

function queryOf(name: string, wish: Wish = {}): ClientQuery {
  const { type = "A", class: klass = "IN", dnssecOk = false, checkingDisabled = false, recursionDesired = true } = wish;
  const message = decodeMessage(encodeQuery({ id: 7, name, ...wish, type, class: klass }));
  return {
    question: { name, type, class: klass },
    ...{ dnssecOk, checkingDisabled, recursionDesired, message },
    client: { hostname: "127.0.0.1", port: 4000 },
    transport: "udp",
  };
}

const A = (name: string, ttl = 60, data = "192.0.2.1"): TextRecord => ({ name, type: "A", ttl, data });
const SOA = (name: string, ttl = 900, minimum = 300): TextRecord => {
  return { name, type: "SOA", ttl, data: `ns.test. admin.test. 1 2 3 4 ${minimum}` };
};
const shown = (answer: ServedAnswer | undefined) =>
  answer?.answers.map(({ name, ttl, type, data }) => `${name} ${ttl} ${type} ${data}`);
const codes = (answer: ServedAnswer | undefined) => answer?.errors?.map(({ code }) => code);

/** Runs a test with a forwarder to a scripted server, and a clock that the test moves. */
async function forwarding(
  script: ResponseParts | ((turn: UdpTurn) => ResponseParts | undefined),
  test: (
    kit: {
      forwarder: Forwarder;
      asked: () => number;
      clock: { now: number };
      ask: (name: string, wish?: Wish) => Promise<ServedAnswer | undefined>;
    },
  ) => Promise<void>,
  options: Partial<ForwarderOptions> = {},
): Promise<void> {
  const clock = { now: 1000 };
  await using server = scriptedServer(async (turn) => {
    const parts = typeof script === "function" ? script(turn) : script;
    if (parts) await turn.send(response(turn.query, { recursionAvailable: true, ...parts }));
  });
  await using forwarder = new Forwarder({ servers: [nameServerAt(server.addr)], now: () => clock.now, ...options });
  const ask = async (name: string, wish?: Wish) => await forwarder.answer(queryOf(name, wish));
  await test({ forwarder, clock, ask, asked: () => server.queries.length });
}

Deno.test("forwarder: an answer comes from the cache until its TTL is over, with the time left", async () => {
  await forwarding({ answers: [A("a.test.", 60), A("a.test.", 30, "192.0.2.2")] }, async ({ ask, clock, asked }) => {
    const first = await ask("a.test.");
    assertEquals(shown(first), ["a.test. 30 A 192.0.2.1", "a.test. 30 A 192.0.2.2"]);
    assert(first?.source.startsWith("forward 127.0.0.1:"));
    clock.now += 29_500;
    const later = await ask("A.Test.");
    assertEquals(shown(later), ["A.Test. 1 A 192.0.2.1", "A.Test. 1 A 192.0.2.2"]);
    assertEquals([later?.source, later?.keep, asked()], ["cache", 0, 1]);
    clock.now += 500;
    await ask("a.test.");
    assertEquals(asked(), 2);
  });
});

Deno.test("forwarder: type, class, DO and CD are parts of a question", async () => {
  await forwarding({ answers: [], authorities: [SOA("test.")] }, async ({ ask, asked }) => {
    const wishes: Wish[] = [{}, { type: "MX" }, { class: "HS" }, { dnssecOk: true }, { checkingDisabled: true }];
    for (const wish of [...wishes, ...wishes]) await ask("a.test.", wish);
    assertEquals(asked(), wishes.length);
  });
});

/** Answers and the seconds for which they are kept. */
const LIFETIMES: readonly (readonly [title: string, parts: ResponseParts, seconds: number])[] = [
  ["a TTL above a day", { answers: [A("a.test.", 1_000_000)] }, 86_400],
  ["no such name: the minimum of the SOA", { rcode: 3, authorities: [SOA("test.", 900, 300)] }, 300],
  ["no such name: the TTL of the SOA", { rcode: 3, authorities: [SOA("test.", 200, 300)] }, 200],
  ["no such record: at most three hours", { authorities: [SOA("test.", 90_000, 90_000)] }, 10_800],
  ["no such record without a SOA", {}, 0],
  ["a SOA of another zone", { rcode: 3, authorities: [SOA("other.")] }, 0],
  ["a TTL of 0", { answers: [A("a.test.", 0)] }, 0],
  ["server failure", { rcode: 2 }, 5],
  ["refused", { rcode: 5 }, 5],
];

for (const [title, parts, seconds] of LIFETIMES) {
  Deno.test(`forwarder keeps ${title}: ${seconds} s`, async () => {
    await forwarding(parts, async ({ ask, clock, asked }) => {
      await ask("a.test.");
      const sent = asked();
      if (seconds > 0) {
        clock.now += seconds * 1000 - 1;
        assertEquals([(await ask("a.test."))?.source, asked()], ["cache", sent]);
        clock.now += 1;
      }
      await ask("a.test.");
      assertEquals(asked(), 2 * sent);
    });
  });
}

Deno.test("forwarder: the same question in progress is asked once", async () => {
  await forwarding({ answers: [A("a.test.")] }, async ({ ask, asked }) => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(index % 2 ? "a.test." : "A.TEST.")));
    assertEquals([asked(), new Set(answers.map((answer) => answer?.answers.length)).size], [1, 1]);
    assertEquals(answers[0]?.answers[0]?.name, "A.TEST.");
  });
});

Deno.test("forwarder: only aliases of the name and the records they lead to are passed on and kept", async () => {
  const parts: ResponseParts = {
    answers: [
      { name: "www.test.", type: "CNAME", ttl: 60, data: "web.test." },
      A("bank.test.", 60, "192.0.2.66"),
      A("web.test."),
    ],
    authorities: [{ name: "test.", type: "NS", ttl: 60, data: "ns.evil." }, SOA("bank.test.")],
    additionals: [A("ns.evil.", 60, "192.0.2.66")],
  };
  const script = ({ query }: UdpTurn) => /^www/i.test(query.questions[0]?.name ?? "") ? parts : { rcode: 3 };
  await forwarding(script, async ({ ask, asked }) => {
    const answer = await ask("www.test.");
    assertEquals(shown(answer), ["www.test. 60 CNAME web.test.", "web.test. 60 A 192.0.2.1"]);
    assertEquals([answer?.authorities, answer?.additionals], [[], undefined]);
    assertEquals([(await ask("bank.test."))?.rcode, (await ask("web.test."))?.rcode, asked()], [3, 3, 3]);
  });
});

Deno.test("forwarder: a DNAME is passed on with the alias that it makes; a loop of aliases ends", async () => {
  const answers = [
    { name: "old.test.", type: "DNAME", ttl: 60, data: "new.test." },
    { name: "a.old.test.", type: "CNAME", ttl: 60, data: "a.new.test." },
    A("a.new.test."),
  ];
  await forwarding({ answers }, async ({ ask }) => {
    assertEquals((await ask("a.old.test."))?.answers.map(({ type }) => type), ["DNAME", "CNAME", "A"]);
    const lettered = await ask("A.oLD.test.");
    assertEquals(shown(lettered)?.slice(1), ["A.oLD.test. 60 CNAME A.new.test.", "A.new.test. 60 A 192.0.2.1"]);
    assertEquals(lettered?.keep, 0);
  });
  const circle = ["a", "b", "c"].map((name, index) => ({
    ...{ name: `${name}.test.`, type: "CNAME", ttl: 60 },
    data: `${"bca"[index]}.test.`,
  }));
  await forwarding({ answers: circle }, async ({ ask }) => {
    assertEquals((await ask("a.test."))?.answers.length, 3);
  });
});

Deno.test("forwarder: the records of DNSSEC are passed on to those that ask for them", async () => {
  const signature = (name: string, type: string): TextRecord => ({
    ...{ name, type: "RRSIG", ttl: 60 },
    data: `${type} 13 2 60 20300101000000 20200101000000 1 test. AAAA`,
  });
  const parts: ResponseParts = {
    answers: [A("a.test."), signature("a.test.", "A"), signature("a.test.", "MX")],
    authorities: [{ name: "a.test.", type: "NSEC", ttl: 60, data: "b.test. A" }, signature("a.test.", "NSEC")],
  };
  await forwarding(parts, async ({ ask }) => {
    const secure = await ask("a.test.", { dnssecOk: true });
    assertEquals(secure?.answers.map(({ type, data }) => `${type} ${data.split(" ")[0]}`), ["A 192.0.2.1", "RRSIG A"]);
    assertEquals(secure?.authorities?.length, 2);
    const plain = await ask("a.test.");
    assertEquals([plain?.answers.length, plain?.authorities?.length], [1, 0]);
  });
});

Deno.test("forwarder: AD is passed on from loopback, to clients that ask for it", async () => {
  await forwarding({ authenticData: true, answers: [A("a.test.")] }, async ({ ask }) => {
    const wishes: Wish[] = [{}, { authenticData: true }, { dnssecOk: true }];
    const found: (boolean | undefined)[] = [];
    for (const wish of wishes) found.push((await ask("a.test.", wish))?.authenticData);
    assertEquals(found, [false, true, true]);
  });
});

Deno.test("forwarder: extended errors are passed on, failures repeated as cached errors", async () => {
  const edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [extendedErrorOption(7, "old")] };
  await forwarding({ rcode: 2, edns }, async ({ ask, asked }) => {
    assertEquals((await ask("a.test."))?.errors, [{ code: 7, text: "old" }]);
    assertEquals([codes(await ask("a.test.")), asked()], [[7, 13], 1]);
  });
});

Deno.test("forwarder: servers without an answer give SERVFAIL with the reason", async () => {
  await forwarding(() => undefined, async ({ ask, asked }) => {
    const silent = await ask("a.test.");
    assertEquals([silent?.rcode, codes(silent)], [2, [22]]);
    assert(silent?.errors?.[0]?.text?.startsWith("no answer from 127.0.0.1:"));
    const sent = asked();
    assertEquals([(await ask("a.test."))?.source, asked()], ["cache", sent]);
  }, { timeout: 50, attempts: 1 });
  await forwarding({ authorities: [{ name: "test.", type: "NS", ttl: 60, data: "ns.test." }] }, async ({ ask }) => {
    const referral = await ask("a.test.");
    assertEquals([referral?.rcode, codes(referral)], [2, [22]]);
  });
  await forwarding({ rcode: 1 }, async ({ ask }) => {
    const confused = await ask("a.test.");
    assertEquals([confused?.rcode, codes(confused)], [2, [23]]);
    assert(confused?.errors?.[0]?.text?.endsWith("responded FORMERR"));
  });
});

Deno.test("forwarder: a refused port gives SERVFAIL with a network error; the next server is asked", async () => {
  using closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dead = parseNameServer(`tcp://127.0.0.1:${closed.addr.port}`);
  closed.close();
  await using forwarder = new Forwarder({ servers: [dead] });
  const answer = await forwarder.answer(queryOf("a.test."));
  assertEquals([answer?.rcode, codes(answer)], [2, [23]]);
  assert(answer?.errors?.[0]?.text?.includes("connection refused"));
  await using live = scriptedServer((turn) => turn.send(response(turn.query, { answers: [A("a.test.")] })));
  await using two = new Forwarder({ servers: [dead, nameServerAt(live.addr)] });
  assertEquals(shown(await two.answer(queryOf("a.test."))), ["a.test. 60 A 192.0.2.1"]);
});

Deno.test("forwarder: the cache is bounded in entries and bytes, and drops what was unused for longest", async () => {
  const script = ({ query }: UdpTurn) => ({ answers: [A(query.questions[0]?.name ?? "")] });
  await forwarding(script, async ({ ask, asked, forwarder }) => {
    for (const name of ["a.", "b.", "a.", "c."]) await ask(name);
    assertEquals([forwarder.cached, asked()], [2, 3]);
    await ask("a.");
    assertEquals(asked(), 3);
    await ask("b.");
    assertEquals(asked(), 4);
  }, { cache: { entries: 2 } });
  await forwarding(script, async ({ ask, forwarder }) => {
    for (let index = 0; index < 40; index++) await ask(`n${index}.test.`);
    assert(forwarder.cached > 0 && forwarder.cached < 20, `${forwarder.cached} answers`);
  }, { cache: { bytes: 10_000 } });
});

Deno.test("forwarder: too many questions in progress are answered at once", async () => {
  const { promise: release, resolve } = Promise.withResolvers<void>();
  await using server = scriptedServer(async (turn) => {
    await release;
    await turn.send(response(turn.query, { answers: [A(turn.query.questions[0]?.name ?? "")] }));
  });
  await using forwarder = new Forwarder({ servers: [nameServerAt(server.addr)], maxQueries: 1 });
  const first = forwarder.answer(queryOf("a.test."));
  assertEquals(codes(await forwarder.answer(queryOf("b.test."))), [14]);
  resolve();
  assertEquals((await first)?.rcode, 0);
});

Deno.test("forwarder: queries without RD, about servers and for transfers are left to others", async () => {
  await forwarding({}, async ({ ask, asked }) => {
    for (
      const wish of [{ recursionDesired: false }, { class: "CH", type: "TXT" }, { type: "AXFR" }, { class: "ANY" }]
    ) {
      assertEquals(await ask("version.bind.", wish), undefined);
    }
    assertEquals(asked(), 0);
  });
});

Deno.test("forwarder: its own query that comes back ends with SERVFAIL", async () => {
  const own: { forwarder?: Forwarder } = {};
  const { promise: answered, resolve } = Promise.withResolvers<ServedAnswer | undefined>();
  await using server = scriptedServer(async ({ bytes, query, send }) => {
    const message = decodeMessage(bytes);
    const back = await own.forwarder?.answer({ ...queryOf("a.test."), message });
    resolve(back);
    await send(response(query, { rcode: back?.rcode }));
  });
  await using made = new Forwarder({ servers: [nameServerAt(server.addr)] });
  own.forwarder = made;
  assertEquals((await made.answer(queryOf("a.test.")))?.rcode, 2);
  assertEquals((await answered)?.errors?.[0]?.text, "forwarding loop: a name server forwards to this server");
});

Deno.test("forwarder: an address of its own is refused as a name server", () => {
  const servers = [parseNameServer("127.0.0.1:1053")];
  const own: readonly (readonly [listening: string, server: string])[] = [
    ["127.0.0.1", "127.0.0.1:1053"],
    ["0.0.0.0", "127.0.0.1:1053"],
    ["::", "127.0.0.1:1053"],
    ["127.0.0.1", "[::ffff:127.0.0.1]:1053"],
    ["127.0.0.1", "tcp://[::ffff:7f00:1]:1053"],
    ["0.0.0.0", "[::ffff:127.0.0.1]:1053"],
    ["::ffff:127.0.0.1", "127.0.0.1:1053"],
    ["::ffff:0.0.0.0", "127.0.0.1:1053"],
    ["::1", "[0:0::1]:1053"],
    ["192.0.2.1", "[::ffff:192.0.2.1]:1053"],
    ["127.0.0.1", "LocalHost:1053"],
  ];
  for (const [hostname, server] of own) {
    const check = () => checkNoLoop([parseNameServer(server)], [{ hostname, port: 1053 }]);
    assertThrows(check, UsageError, "is an address of this server");
  }
  checkNoLoop(servers, [{ hostname: "127.0.0.1", port: 1054 }, { hostname: "192.0.2.1", port: 1053 }]);
  assertThrows(() => new Forwarder({ servers: [] }), UsageError, "no name server");
});
