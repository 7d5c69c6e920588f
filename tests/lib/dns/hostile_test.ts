import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { NetworkError, TimeoutError, ToucanError, type TraceEvent } from "../../../lib/core/mod.ts";
import {
  decodeHead,
  type DnsHead,
  type LookupResult,
  query,
  type ResolverConfig,
  serverConfig,
  type TextRecord,
} from "../../../lib/dns/internal.ts";
import {
  framed,
  response,
  type ResponseParts,
  type ScriptedServer,
  scriptedServer,
  type UdpTurn,
} from "../../kit/scripted_dns.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const NAME = "www.example.test.";
const good = (query: DnsHead, address = "192.0.2.1") =>
  response(query, { answers: [{ name: NAME, type: "A", ttl: 5, data: address }] });
const evil = (query: DnsHead) => good(query, "203.0.113.66");

function ask(server: ScriptedServer, more: Partial<ResolverConfig> = {}, timeout = 5000): Promise<LookupResult> {
  return query(NAME, "A", { config: { ...serverConfig([server.addr]), attempts: 1, ...more }, timeout });
}

const data = ({ answers }: LookupResult) => answers.map((record) => record.data);

/** Datagrams that are not the answer, each sent before the one that is. */
const STRANGERS: Record<string, (turn: UdpTurn) => Promise<void>> = {
  "from another port": ({ query, sendFromElsewhere }) => sendFromElsewhere(evil(query)),
  "with another id": ({ query, send }) => send(evil({ ...query, id: query.id ^ 1 })),
  "about another name": ({ query, send }) =>
    send(evil({ ...query, questions: [{ name: "evil.example.test.", type: "A", class: "IN" }] })),
  "about another type": ({ query, send }) =>
    send(evil({ ...query, questions: [{ name: NAME, type: "MX", class: "IN" }] })),
  "with two questions": ({ query, send }) => {
    const [question] = query.questions;
    return send(evil({ ...query, questions: question ? [question, question] : [] }));
  },
  "without a question": ({ query, send }) => send(evil({ ...query, questions: [] })),
  "that is a query": ({ query, send }) => send(response(query, { response: false })),
  "that is empty": ({ send }) => send(new Uint8Array()),
  "that is short": ({ bytes, send }) => send(bytes.slice(0, 11)),
  "that is garbage": ({ send }) => send(crypto.getRandomValues(new Uint8Array(700))),
};

for (const [what, send] of Object.entries(STRANGERS)) {
  Deno.test(`query: a datagram ${what} is ignored, and the next answer used`, async () => {
    await using server = scriptedServer(async (turn) => {
      // More than once, and the answer only when all were ignored.
      for (let i = 0; i < 3; i++) await send(turn);
      await turn.send(good(turn.query));
    });
    assertEquals(data(await ask(server)), ["192.0.2.1"]);
  });
  Deno.test(`query: only a datagram ${what}: times out`, async () => {
    await using server = scriptedServer(send);
    const error = await assertRejects(() => ask(server, {}, 150), TimeoutError, "did not match");
    assertEquals(error.code, "timeout");
  });
}

Deno.test("query: the name in the answer may differ in case", async () => {
  await using server = scriptedServer(({ query, send }) =>
    send(good({ ...query, questions: [{ name: "WwW.eXample.test.", type: "A", class: "IN" }] }))
  );
  assertEquals(data(await ask(server)), ["192.0.2.1"]);
});

Deno.test("query: aliases that DNAME records make of the name as it was sent have its letters", async () => {
  await using server = scriptedServer(({ query, send }) => {
    const sent = query.questions[0]?.name ?? "";
    const label = sent.slice(0, sent.indexOf("."));
    const alias = (from: string, to: string) => [
      { name: `${from}.test.`, type: "DNAME", ttl: 1, data: `${to}.test.` },
      { name: `${label}.${from}.test.`, type: "CNAME", ttl: 1, data: `${label}.${to}.test.` },
    ];
    // As a server that has the name from a cache, or from this query.
    const last = address(`${label.toUpperCase()}.Third.test.`, "192.0.2.1");
    return send(response(query, { answers: [...alias("first", "Second"), ...alias("second", "Third"), last] }));
  });
  const config = serverConfig([server.addr]);
  const found = await query("wWw-letters-of-the-query.first.test.", "A", { config, timeout: DEADLINE_MS });
  assertEquals(found.answers.map(({ name, type, data }) => `${name} ${type} ${data}`), [
    "wWw-letters-of-the-query.first.test. CNAME wWw-letters-of-the-query.Second.test.",
    "wWw-letters-of-the-query.Second.test. CNAME wWw-letters-of-the-query.Third.test.",
    "wWw-letters-of-the-query.Third.test. A 192.0.2.1",
  ]);
});

/** Changes to a good answer that make it unreadable, though it is the server's. */
const BROKEN: Record<string, readonly [code: string, change: (bytes: Uint8Array) => Uint8Array]> = {
  "cut in a record": ["answer-cut", (bytes) => bytes.slice(0, -2)],
  "without the records it counts": ["answer-cut", (bytes) => bytes.slice(0, 12 + 18 + 4)],
  "with a pointer to itself": ["answer-malformed", (bytes) => withOwner(bytes, 0xc0, 34)],
  "with a pointer forward": ["answer-malformed", (bytes) => withOwner(bytes, 0xc0, 40)],
  "with an unknown kind of label": ["answer-malformed", (bytes) => withOwner(bytes, 0x80, 0)],
  "with an address of three bytes": ["answer-malformed", (bytes) => {
    const copy = withOwner(bytes, 0xc0, 12);
    copy[copy.length - 5] = 3;
    return copy.slice(0, -1);
  }],
  "with an address of five bytes": ["answer-malformed", (bytes) => {
    const copy = withOwner(bytes, 0xc0, 12);
    copy[copy.length - 5] = 5;
    return Uint8Array.of(...copy, 9);
  }],
};

/** The answer with the pointer to the name of its record replaced. The question ends at 12 + 18 + 4. */
function withOwner(bytes: Uint8Array, ...owner: number[]): Uint8Array {
  return Uint8Array.of(...bytes.slice(0, 34), ...owner, ...bytes.slice(34 + 2));
}

for (const [what, [code, change]] of Object.entries(BROKEN)) {
  Deno.test(`query: an answer ${what} is an error`, async () => {
    await using server = scriptedServer(({ query, send }) => send(change(good(query))));
    const error = await assertRejects(() => ask(server), NetworkError);
    assertEquals(error.code, code);
  });
}

Deno.test("query: reads an answer of the maximum datagram size", async () => {
  const answers = Array.from({ length: 1900 }, (_, i): TextRecord => ({
    name: NAME,
    type: "A",
    data: `192.0.${i >> 8}.${i & 255}`,
  }));
  await using server = scriptedServer(({ query, send }) => send(response(query, { answers })));
  assertEquals((await ask(server)).answers.length, 1900);
});

const alias = (name: string, data: string): TextRecord => ({ name, type: "CNAME", ttl: 1, data });
const address = (name: string, data: string): TextRecord => ({ name, type: "A", ttl: 1, data });
const soa: TextRecord = {
  name: "example.test",
  type: "SOA",
  ttl: 900,
  data: "ns.example.test root.example.test 0 0 0 0 60",
};

interface AnswerClass {
  readonly answers?: TextRecord[];
  readonly authorities?: TextRecord[];
  readonly flags?: ResponseParts;
  readonly code?: string;
  readonly data?: readonly string[];
  readonly negativeTtl?: number;
}

const MEANINGS: Record<string, AnswerClass> = {
  "records of other names count for nothing": {
    answers: [address("evil.test", "203.0.113.66"), address(NAME, "192.0.2.1")],
    data: ["192.0.2.1"],
  },
  "only records of other names mean no data": { answers: [address("evil.test", "203.0.113.66")], code: "no-data" },
  "aliases are followed, in any order of the records": {
    answers: [address("b.test", "192.0.2.2"), alias("a.test", "b.test"), alias(NAME, "a.test")],
    data: ["a.test.", "b.test.", "192.0.2.2"],
  },
  "an alias of itself": { answers: [alias(NAME, NAME)], code: "alias-loop" },
  "a ring of aliases": {
    answers: [alias(NAME, "a.test"), alias("a.test", "b.test"), alias("b.test", "a.test")],
    code: "alias-loop",
  },
  "an alias that leads away from an authority": {
    answers: [alias(NAME, "away.test")],
    flags: { authoritative: true },
    code: "alias-not-followed",
  },
  "an alias of a name without data": {
    answers: [alias(NAME, "a.test")],
    authorities: [soa],
    flags: { recursionAvailable: true },
    code: "no-data",
    negativeTtl: 60,
  },
  "an alias of a name that does not exist": {
    answers: [alias(NAME, "a.test")],
    flags: { rcode: 3 },
    code: "name-not-found",
  },
  "a referral": {
    authorities: [{ name: "example.test", type: "NS", data: "ns.example.test" }],
    code: "referral",
  },
  "nothing at all": { code: "no-data" },
  "NXDOMAIN": { flags: { rcode: 3 }, authorities: [soa], code: "name-not-found", negativeTtl: 60 },
  "FORMERR": { flags: { rcode: 1 }, code: "format-error" },
  "SERVFAIL": { flags: { rcode: 2 }, code: "server-failed" },
  "NOTIMP": { flags: { rcode: 4 }, code: "not-implemented" },
  "REFUSED": { flags: { rcode: 5 }, code: "query-refused" },
  "NOTAUTH": { flags: { rcode: 9 }, code: "not-authoritative" },
  "a code without a name": { flags: { rcode: 14 }, code: "rcode-14" },
};

for (
  const [what, { answers = [], authorities, flags, code, data: expected, negativeTtl }] of Object.entries(MEANINGS)
) {
  Deno.test(`classifyAnswer: ${what}`, async () => {
    await using server = scriptedServer(({ query, send }) => send(response(query, { answers, authorities, ...flags })));
    const result = await ask(server);
    assertEquals([result.error?.code, result.negativeTtl], [code, negativeTtl]);
    if (expected) assertEquals(data(result), [...expected]);
  });
}

Deno.test("classifyAnswer: follows a thousand aliases, and no further than they lead", async () => {
  const answers = Array.from({ length: 1000 }, (_, i) => alias(i === 0 ? NAME : `a${i}.test`, `a${i + 1}.test`));
  await using server = scriptedServer(({ query, send }) => send(response(query, { answers })));
  assertEquals((await ask(server)).answers.length, 1000);
});

/** A name with the bytes of an escape sequence, a space, and a character that reverses the text. */
const HOSTILE = "a\\027[31m\\032b.\\226\\128\\174gnp.";

Deno.test("recordLine: names and texts of a peer are printable", async () => {
  await using server = scriptedServer(({ query, send }) =>
    send(
      response(query, {
        answers: [alias(NAME, HOSTILE), address(HOSTILE, "192.0.2.1")],
      }),
    )
  );
  const result = await ask(server);
  assertEquals(data(result), [HOSTILE, "192.0.2.1"]);
});

Deno.test("query: a truncated answer is queried over TCP, and never used", async () => {
  const cut = ({ query, send }: UdpTurn) => send(response(query, { truncated: true }));
  await using server = scriptedServer(cut, (query) => framed(good(query)));
  const { tcp, truncated, ...result } = await ask(server);
  assertEquals([data({ ...result }), tcp, truncated], [["192.0.2.1"], true, true]);
});

/** Behaviour of a server over TCP after a truncated answer over UDP. */
const TCP: Record<string, readonly [code: string, reply: ((query: DnsHead) => Uint8Array | undefined) | undefined]> = {
  "does not listen": ["connection-refused", undefined],
  "closes at once": ["connection-cut", () => undefined],
  "closes in the length": ["connection-cut", () => Uint8Array.of(0)],
  "closes in the message": ["connection-cut", (query) => framed(good(query)).slice(0, -1)],
  "sends nothing in a frame": ["answer-cut", () => Uint8Array.of(0, 0)],
  "answers another query": ["answer-malformed", (query) => framed(good({ ...query, id: query.id ^ 1 }))],
  "cuts again": ["answer-malformed", (query) => framed(response(query, { truncated: true }))],
};

for (const [what, [code, reply]] of Object.entries(TCP)) {
  Deno.test(`query: a server that truncates its answer and over TCP ${what} is an error`, async () => {
    await using server = scriptedServer(
      ({ query, send }) => send(response(query, { truncated: true })),
      reply,
    );
    assertEquals((await assertRejects(() => ask(server), ToucanError)).code, code);
  });
}

Deno.test("query: a lost datagram is sent again, with another id and from another port", async () => {
  await using server = scriptedServer(async ({ query, count, send }) => {
    if (count > 1) await send(good(query));
  });
  assertEquals(data(await ask(server, { attempts: 2, wait: 100 })), ["192.0.2.1"]);
  assertEquals(server.queries.length, 2);
});

Deno.test("query: a silent server is queried again after the next, one that refuses is not", async () => {
  await using silent = scriptedServer(() => {}, () => undefined);
  await using refusing = scriptedServer(({ query, send }) => send(response(query, { rcode: 5 })));
  await using slow = scriptedServer(async ({ query, count, send }) => {
    if (count > 1) await send(good(query));
  }, () => undefined);
  const servers = [silent.addr, refusing.addr, slow.addr];
  const found = await query(NAME, "A", { config: { ...serverConfig(servers), wait: 500 }, timeout: DEADLINE_MS });
  assertEquals([data(found), found.server], [["192.0.2.1"], `127.0.0.1:${slow.addr.port}`]);
  assertEquals([silent, refusing, slow].map(({ queries }) => queries.length), [2, 1, 2]);
});

Deno.test("query: a refusal is reported rather than a timeout", async () => {
  await using silent = scriptedServer(() => {});
  await using refusing = scriptedServer(({ query, send }) => send(response(query, { rcode: 5 })));
  const config = { ...serverConfig([silent.addr, refusing.addr]), wait: 50 };
  assertEquals((await query(NAME, "A", { config, timeout: DEADLINE_MS })).error?.code, "query-refused");
});

Deno.test("query: a server without EDNS is queried without it", async () => {
  await using server = scriptedServer(({ query, bytes, send }) =>
    send(bytes.at(11) === 1 ? response({ ...query, questions: [] }, { rcode: 1 }) : good(query))
  );
  assertEquals(data(await ask(server)), ["192.0.2.1"]);
  assertEquals(server.queries.length, 2);
});

Deno.test("query: the domains of the search list in turn, until a name has such records", async () => {
  await using server = scriptedServer(({ query, send }) => {
    // The letters are in random case.
    const name = query.questions[0]?.name.toLowerCase() ?? "";
    const answers = name === "www.b.test." ? [address(name, "192.0.2.2")] : [];
    const rcode = name === "www.b.test." || name === "half.a.test." ? 0 : name === "half.b.test." ? 0 : 3;
    return send(response(query, { answers, rcode }));
  });
  const config = { ...serverConfig([server.addr]), search: ["a.test", "b.test"] };
  const asked = async (name: string, ndots = 1) => {
    const before = server.queries.length;
    const result = await query(name, "A", { config: { ...config, ndots }, timeout: DEADLINE_MS });
    return [
      result.error?.code ?? result.name,
      ...server.queries.slice(before).map((q) => q.questions[0]?.name.toLowerCase()),
    ];
  };
  assertEquals(await asked("www"), ["www.b.test.", "www.a.test.", "www.b.test."]);
  assertEquals(await asked("www."), ["name-not-found", "www."]);
  assertEquals(await asked("half"), ["no-data", "half.a.test.", "half.b.test.", "half."]);
  assertEquals(await asked("x.y"), ["name-not-found", "x.y.", "x.y.a.test.", "x.y.b.test."]);
  assertEquals(await asked("x.y", 2), ["name-not-found", "x.y.a.test.", "x.y.b.test.", "x.y."]);
});

Deno.test("query: the trace has both directions, and ignored datagrams", async () => {
  await using server = scriptedServer(async ({ query, send }) => {
    await send(evil({ ...query, id: query.id ^ 1 }));
    await send(good(query));
  });
  const events: TraceEvent[] = [];
  const config = serverConfig([server.addr]);
  await query(NAME, "A", { config, timeout: DEADLINE_MS, trace: (event) => void events.push(event) });
  assertEquals(events.map(({ direction }) => direction), [">", "*", "<", "<"]);
  assertStringIncludes(events[1]?.text ?? "", "the id differs");
});

Deno.test("query: rejects with the reason of its signal", async () => {
  await using server = scriptedServer(() => controller.abort(new Error("enough")));
  const controller = new AbortController();
  const asking = query(NAME, "A", { config: serverConfig([server.addr]), signal: controller.signal });
  await assertRejects(() => asking, Error, "enough");
});

Deno.test("query: ids differ", async () => {
  await using server = scriptedServer(({ query, send }) => send(good(query)));
  for (let i = 0; i < 20; i++) await ask(server);
  assertEquals(new Set(server.queries.map(({ id }) => id)).size > 10, true);
});

Deno.test("query: a flood of datagrams that do not match does not outlast the deadline", async () => {
  let stopped = false;
  await using server = scriptedServer(async ({ query, send }) => {
    while (!stopped) await send(evil({ ...query, id: query.id ^ 1 }));
  }, () => undefined);
  try {
    const error = await assertRejects(() => ask(server, {}, 1000), TimeoutError, "did not match");
    assertEquals(error.code, "timeout");
  } finally {
    stopped = true;
  }
});

Deno.test("query: a server over IPv6 is matched by its address", async () => {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "::1", port: 0 });
  const { addr } = socket;
  if (addr.transport !== "udp") throw new Error("a UDP socket has a UDP address");
  const serve = async () => {
    const [bytes, from] = await socket.receive();
    await socket.send(good(decodeHead(bytes)), from);
  };
  const served = serve();
  const config = serverConfig([{ transport: "ip", host: "0:0::0:1", port: addr.port }]);
  assertEquals(data(await query(NAME, "A", { config, timeout: DEADLINE_MS })), ["192.0.2.1"]);
  await served;
  socket.close();
});
