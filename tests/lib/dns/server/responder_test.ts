import { assert, assertEquals, assertNotEquals, fail } from "@std/assert";
import { NetworkList } from "../../../../lib/core/mod.ts";
import {
  type AnswerSource,
  cookieOption,
  cookies,
  decodeHead,
  decodeMessage,
  type DnsMessage,
  type EdnsOption,
  encodeMessage,
  encodeQuery,
  extendedErrors,
  Faults,
  keepalive,
  keepaliveOption,
  nsid,
  nsidOption,
  optionData,
  paddingOption,
  parseFaultRules,
  RateLimit,
  recordFrom,
  Responder,
  type ResponderOptions,
  type ServedQuery,
  type ServerTransport,
} from "../../../../lib/dns/internal.ts";
import { sipHash } from "../../../../lib/dns/server/answer/siphash.ts";
import { serverCookie } from "../../../../lib/dns/server/answer/server_cookie.ts";

const CLIENT = { hostname: "127.0.0.1", port: 40_000 };
const ANSWER = { rcode: 0, authoritative: true, source: "test", keep: 60 };

/** Answers for names below `test.`; `big.test.` has forty records, `broken.test.` throws, `late.test.` is a promise. */
const SOURCE: AnswerSource = {
  answer({ question: { name } }) {
    const key = name.toLowerCase();
    if (!key.endsWith("test.")) return undefined;
    if (key === "broken.test.") throw new Error("a fault of the source");
    const count = key === "big.test." ? 40 : 1;
    const answers = Array.from(
      { length: count },
      (_, index) => recordFrom({ name, type: "TXT", ttl: 60, data: `"text ${index} of ${count}, and more text"` }),
    );
    const answer = { ...ANSWER, answers };
    return key === "late.test." ? Promise.resolve(answer) : answer;
  },
};

function responderWith(options: Partial<ResponderOptions> = {}): Responder {
  return new Responder({
    sources: [SOURCE],
    recursive: false,
    secret: new Uint8Array(16),
    idleMs: 30_000,
    access: new NetworkList(["loopback"]),
    cacheSize: 100,
    keys: [],
    maxPending: 10,
    ...options,
  });
}

async function ask(
  responder: Responder,
  query: Uint8Array,
  transport: ServerTransport = "udp",
  hostname = "127.0.0.1",
): Promise<DnsMessage> {
  const response = await responder.respond(query, { ...CLIENT, hostname }, transport);
  return decodeMessage(response ?? fail("no response"));
}

function queryFor(name: string, more: Partial<Parameters<typeof encodeQuery>[0]> = {}) {
  return encodeQuery({ id: 4711, name, type: "TXT", ...more });
}

Deno.test("Responder: repeats id, question with its letters, RD and CD, in the first answer and in one that is ready", async () => {
  const responder = responderWith();
  for (let round = 0; round < 4; round++) {
    const name = round % 2 === 0 ? "WwW.tEst." : "www.test.";
    const response = await ask(
      responder,
      encodeQuery({ id: round, name, type: "TXT", checkingDisabled: true, recursionDesired: round < 2 }),
    );
    const { id, questions, recursionDesired, checkingDisabled, authoritative, recursionAvailable, answers } = response;
    assertEquals([id, questions], [round, [{ name, type: "TXT", class: "IN" }]]);
    assertEquals([recursionDesired, checkingDisabled], [round < 2, true]);
    assertEquals([authoritative, recursionAvailable, answers.length], [true, false, 1]);
  }
});

Deno.test("Responder: an answer that is ready is the same, byte for byte, as one that is made", async () => {
  const responder = responderWith({ cacheSize: 3 });
  let asked = 0;
  const counting = responderWith({ sources: [{ answer: (query) => (asked++, SOURCE.answer(query)) }] });
  const queries = ["a.test.", "A.Test.", "big.test.", "none.", "b.test."].flatMap((name) =>
    [{}, { plain: true }, { dnssecOk: true }, { udpSize: 4096 }, { authenticData: true }].map((more) =>
      queryFor(name, more)
    )
  );
  const first = await Promise.all(queries.map((query) => responderWith().respond(query, CLIENT, "udp")));
  for (let round = 0; round < 3; round++) {
    for (const [index, query] of queries.entries()) {
      assertEquals(await responder.respond(query, CLIENT, "udp"), first[index]);
      assertEquals(await counting.respond(query, CLIENT, "udp"), first[index]);
    }
  }
  assert(asked < 3 * queries.length, `${asked} of ${3 * queries.length} were asked for`);
});

Deno.test("Responder: truncates at the size that the client accepts, at most 1232 bytes, and never over streams", async () => {
  const responder = responderWith();
  for (
    const [more, limit] of [[{ plain: true }, 512], [{ udpSize: 100 }, 512], [{ udpSize: 900 }, 900], [{
      udpSize: 4096,
    }, 1232]] as const
  ) {
    const response = await ask(responder, queryFor("big.test.", more));
    assert(response.truncated && response.size <= limit, `${response.size} of ${limit}`);
    const whole = await ask(responder, queryFor("big.test.", more), "tcp");
    assertEquals([whole.truncated, whole.answers.length], [false, 40]);
  }
});

/** Queries that are answered with an error: the response code, and the code of the extended error. */
const REJECTED: Readonly<Record<string, readonly [query: Uint8Array, rcode: number, extended?: number]>> = {
  "another operation": [edited(queryFor("a.test."), 2, 0x28), 4],
  "a query that is cut": [queryFor("a.test.").slice(0, 20), 1],
  "a head alone": [queryFor("a.test.").slice(0, 12), 1],
  "no question": [encodeMessage({ id: 1, questions: [] }), 1],
  "two questions": [
    encodeMessage({
      id: 1,
      questions: [{ name: "a.test.", type: "A", class: "IN" }, { name: "b.test.", type: "A", class: "IN" }],
    }),
    1,
  ],
  "counts that lie": [edited(queryFor("a.test.", { plain: true }), 11, 9), 1],
  "a name that points to itself": [Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1), 1],
  "a cookie of five bytes": [queryFor("a.test.", { options: [{ code: 10, data: new Uint8Array(5) }] }), 1],
  "another version of EDNS": [edited(queryFor("a.test."), queryFor("a.test.").length - 5, 1), 16],
  "a name of nobody": [queryFor("a.example."), 5, 20],
  "another class": [queryFor("a.example.", { class: "HS" }), 5, 21],
  "a type of messages": [queryFor("a.test.", { type: "MAILB" }), 4, 21],
  "a transfer over UDP": [queryFor("a.test.", { type: "AXFR" }), 5, 21],
  "a source that fails": [queryFor("broken.test."), 2, 0],
};

for (const [what, [query, rcode, extended]] of Object.entries(REJECTED)) {
  Deno.test(`Responder: ${what} is answered with response code ${rcode}`, async () => {
    const response = await ask(responderWith(), query);
    assertEquals([response.response, response.rcode, response.answers.length], [true, rcode, 0]);
    assertEquals(extendedErrors(response).map(({ code }) => code), extended === undefined ? [] : [extended]);
  });
}

function edited(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

Deno.test("Responder: never answers a response, or what is too short for a head", async () => {
  const responder = responderWith();
  for (
    const bytes of [
      new Uint8Array(),
      new Uint8Array(11),
      edited(queryFor("a.test."), 2, 0x80),
      edited(queryFor("a.test."), 2, 0x81),
    ]
  ) {
    assertEquals(await responder.respond(bytes, CLIENT, "udp"), undefined);
  }
});

Deno.test("Responder: mutated queries get a response with their id, or none", async () => {
  let seed = 1;
  const random = (
    below: number,
  ) => (seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x6d2b79f5 | 0, (seed >>> 8) % below);
  const responder = responderWith();
  const options = [cookieOption(new Uint8Array(8)), keepaliveOption(), paddingOption(20), nsidOption()];
  for (let round = 0; round < 20_000; round++) {
    const query = queryFor(["a.test.", "big.test.", "x.example."][round % 3] ?? "", round % 2 === 0 ? { options } : {});
    for (let changes = random(4); changes >= 0; changes--) query[random(query.length)] = random(256);
    const bytes = random(4) === 0 ? query.slice(0, random(query.length)) : query;
    const transport = (["udp", "tcp", "tls", "https"] as const)[round % 4] ?? "udp";
    const response = await responder.respond(bytes, CLIENT, transport);
    if (!response) continue;
    const head = decodeMessage(response);
    assertEquals([head.response, head.id], [true, (bytes[0] ?? 0) << 8 | (bytes[1] ?? 0)]);
    assert(transport !== "udp" || response.length <= 1232);
  }
});

Deno.test("Responder: answers the options of EDNS", async () => {
  const responder = responderWith({ nsid: new TextEncoder().encode("lab") });
  const options = [nsidOption(), cookieOption(new Uint8Array(8).fill(7)), keepaliveOption(), paddingOption(1)];
  const named = (response: DnsMessage) => [nsid(response.edns), keepalive(response.edns), response.size % 468];
  assertEquals(named(await ask(responder, queryFor("a.test.", { options }), "tls")), ["lab", 30_000, 0]);
  assertEquals(named(await ask(responder, queryFor("a.test.", { options }), "https")), ["lab", undefined, 0]);
  assertEquals(named(await ask(responder, queryFor("a.test.", { options }), "tcp")).slice(0, 2), ["lab", 30_000]);
  const udp = await ask(responder, queryFor("a.test.", { options }));
  assertEquals([nsid(udp.edns), keepalive(udp.edns), optionData(udp.edns, 12)], ["lab", undefined, undefined]);
  assertEquals(cookies(udp.edns)?.client, new Uint8Array(8).fill(7));
  assertEquals(cookies(udp.edns)?.server.length, 16);
  const without = await ask(responder, queryFor("a.test."));
  assertEquals(without.edns?.options, [] as EdnsOption[]);
  assertEquals((await ask(responder, queryFor("a.test.", { plain: true }))).edns, undefined);
});

Deno.test("sipHash and serverCookie: the vectors of the authors, and of RFC 9018", () => {
  const key = Uint8Array.from({ length: 16 }, (_, index) => index);
  const input = Uint8Array.from({ length: 15 }, (_, index) => index);
  assertEquals(sipHash(key, input).toHex(), "e545be4961ca29a1");
  assertEquals(sipHash(key, new Uint8Array()).toHex(), "310e0edd47db6f72");
  // RFC 9018, A.1 and A.4.
  const secret = Uint8Array.fromHex("e5e973e5a6b2a43f48e7dc849e37bfcf");
  assertEquals(
    serverCookie(secret, Uint8Array.fromHex("2464c4abcf10c957"), "198.51.100.100", 1559731985).toHex(),
    "010000005cf79f111f8130c3eee29480",
  );
  const other = Uint8Array.fromHex("dd3bdf9344b678b185a6f5cb60fca715");
  const six = serverCookie(
    other,
    Uint8Array.fromHex("22681ab97d52c298"),
    "2001:db8:220:1:59de:d0f4:8769:82b8",
    1559741817,
  );
  assertEquals(six.toHex(), "010000005cf7c57926556bd0934c72f8");
});

Deno.test("Responder: clients of other networks are refused", async () => {
  const responder = responderWith({ access: new NetworkList(["loopback", "192.0.2.0/24"]) });
  for (let round = 0; round < 3; round++) {
    assertEquals((await ask(responder, queryFor("a.test."), "udp", "192.0.2.9")).rcode, 0);
    const refused = await ask(responder, queryFor("a.test."), "udp", "198.51.100.9");
    assertEquals([refused.rcode, extendedErrors(refused)[0]?.code], [5, 18]);
  }
});

Deno.test("Responder: faults and their answers, one draw per query", async () => {
  const rules = parseFaultRules("*.drop.test=drop").concat(
    parseFaultRules("s.test=servfail"),
    parseFaultRules("r.test=refuse"),
    parseFaultRules("n.test=nxdomain"),
    parseFaultRules("t.test=truncate"),
    parseFaultRules("w.test=wrong-id"),
    parseFaultRules("c.test=cut"),
    parseFaultRules("d.test=delay:5ms"),
    parseFaultRules("half.test=servfail:50%"),
  );
  const responder = responderWith({ faults: new Faults(rules) });
  assertEquals(await responder.respond(queryFor("x.drop.test."), CLIENT, "udp"), undefined);
  for (const [name, rcode] of [["s.test.", 2], ["r.test.", 5], ["n.test.", 3]] as const) {
    const response = await ask(responder, queryFor(name));
    assertEquals([response.rcode, extendedErrors(response)[0]?.text], [rcode, "simulated fault"]);
  }
  const truncated = await ask(responder, queryFor("t.test."));
  assertEquals([truncated.truncated, truncated.answers.length], [true, 0]);
  assertEquals((await ask(responder, queryFor("t.test."), "tcp")).answers.length, 1);
  assertNotEquals((await ask(responder, queryFor("w.test."))).id, 4711);
  const cut = await responder.respond(queryFor("c.test."), CLIENT, "udp") ?? fail("no response");
  assertEquals(decodeHead(cut).id, 4711);
  assertEquals((await ask(responder, queryFor("d.test."))).answers.length, 1);
  let failed = 0;
  for (let round = 0; round < 200; round++) {
    failed += (await ask(responder, queryFor("half.test."))).rcode === 2 ? 1 : 0;
  }
  assert(failed > 60 && failed < 140, `${failed} of 200`);
});

Deno.test("Responder: stop() ends the delays", async () => {
  const responder = responderWith({ faults: new Faults(parseFaultRules("*=delay:10m")) });
  const response = ask(responder, queryFor("a.test."));
  responder.stop();
  assertEquals((await response).answers.length, 1);
});

Deno.test("Responder: the rate limit drops like responses over UDP, and lets every second one slip", async () => {
  const responder = responderWith({ rateLimit: new RateLimit(5, 2) });
  const seen = { whole: 0, slipped: 0, dropped: 0 };
  for (let round = 0; round < 25; round++) {
    const response = await responder.respond(queryFor("a.test."), CLIENT, "udp");
    const message = response && decodeMessage(response);
    seen[!message ? "dropped" : message.truncated ? "slipped" : "whole"]++;
    if (message?.truncated) assertEquals([message.id, message.questions.length, message.answers.length], [4711, 1, 0]);
  }
  // The second may change in between.
  assert(seen.whole >= 5 && seen.whole <= 10 && seen.slipped >= 5 && seen.dropped >= 5, JSON.stringify(seen));
  assertEquals((await ask(responder, queryFor("a.test."), "tcp")).answers.length, 1);
});

Deno.test("Responder: the rate limit leaves out the clients that it does not apply to", async () => {
  const access = new NetworkList(["loopback", "192.0.2.0/24"]);
  const responder = responderWith({ rateLimit: new RateLimit(1, 0), unlimited: new NetworkList(["loopback"]), access });
  const answered = { "127.0.0.1": 0, "192.0.2.9": 0 };
  for (let round = 0; round < 20; round++) {
    for (const hostname of ["127.0.0.1", "192.0.2.9"] as const) {
      const response = await responder.respond(queryFor("a.test."), { ...CLIENT, hostname }, "udp");
      if (response) answered[hostname]++;
    }
  }
  assertEquals(answered["127.0.0.1"], 20);
  // The second may change in between.
  assert(answered["192.0.2.9"] <= 2, JSON.stringify(answered));
});

Deno.test("Responder: more queries than may wait are dropped, and others answered", async () => {
  const log: ServedQuery[] = [];
  const gate = Promise.withResolvers<void>();
  const source: AnswerSource = { answer: (query) => gate.promise.then(() => SOURCE.answer(query)) };
  const responder = responderWith({ sources: [source], maxPending: 3, onQuery: (query) => log.push(query) });
  const responses = Array.from({ length: 5 }, () => responder.respond(queryFor("a.test."), CLIENT, "udp"));
  gate.resolve();
  assertEquals((await Promise.all(responses)).map((response) => response !== undefined), [
    true,
    true,
    true,
    false,
    false,
  ]);
  assertEquals(log.filter(({ limited }) => limited).length, 2);
});

Deno.test("Responder: the log names client, question, result and origin", async () => {
  const log: ServedQuery[] = [];
  const responder = responderWith({ onQuery: (query) => log.push(query) });
  for (let round = 0; round < 3; round++) await ask(responder, queryFor("A.test."));
  await ask(responder, queryFor("x.example."));
  const facts = log.map((
    { client, name, type, rcode, source, answers },
  ) => [client, name, type, rcode, source, answers]);
  assertEquals(facts, [
    ...Array.from({ length: 3 }, () => ["127.0.0.1:40000", "A.test.", "TXT", 0, "test", 1]),
    ["127.0.0.1:40000", "x.example.", "TXT", 5, "none", 0],
  ]);
});
