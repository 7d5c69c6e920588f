import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { concat, NetworkError, TimeoutError, ToucanError, UsageError } from "../../../lib/core/mod.ts";
import {
  decodeMessage,
  encodeMessage,
  type MessageParts,
  packMessages,
  parseTsigKeys,
  readZone,
  recordLine,
  type ResourceRecord,
  type Transfer,
  type TransferConnection,
  type TransferOptions,
  transferZone,
  TsigChain,
  type TsigKey,
  tsigSize,
  verifyQuery,
  withTsig,
} from "../../../lib/dns/internal.ts";

const ZONE = "z.test.";
const KEY: TsigKey = { name: "k.", algorithm: "hmac-sha256.", secret: new Uint8Array(32).fill(7) };
const NOW = 1_700_000_000;

const records = (text: string) => {
  const { records, errors } = readZone(text, { origin: ZONE, ttl: 60 });
  assertEquals(errors, []);
  return records;
};
const soa = (serial: number) => `@ SOA ns hm ${serial} 2 3 4 5\n`;

/** Returns the messages of a server for a query. */
type Server = (
  query: ReturnType<typeof decodeMessage>,
  bytes: Uint8Array,
) => Promise<readonly Uint8Array[]> | readonly Uint8Array[];

/** Transfers from a server without a socket; its bytes come in pieces of `piece` bytes. */
async function transfer(server: Server, options: TransferOptions = {}, piece = 1000, cut = 0): Promise<Transfer> {
  let stream = new Uint8Array();
  const connection: TransferConnection = {
    peer: "peer",
    async write(bytes) {
      const query = bytes.slice(2);
      stream = concat((await server(decodeMessage(query), query)).flatMap((message) => [
        Uint8Array.of(message.length >> 8, message.length & 255),
        message,
      ]));
      stream = stream.slice(0, stream.length - cut);
      return bytes.length;
    },
    read(into) {
      const part = stream.subarray(0, Math.min(piece, into.length));
      into.set(part);
      stream = stream.slice(part.length);
      return Promise.resolve(part.length === 0 ? null : part.length);
    },
    close() {},
  };
  return await transferZone(ZONE, () => Promise.resolve(connection), {
    now: () => NOW * 1000,
    timeout: 60_000,
    ...options,
  });
}

/** Answers with these records, each list in a message of its own. */
const answering = (...lists: readonly (readonly ResourceRecord[])[]): Server => (query) =>
  lists.map((answers, index) =>
    encodeMessage({ ...head(query), questions: index === 0 ? query.questions : [], answers })
  );
const head = ({ id }: { readonly id: number }): MessageParts => ({ id, response: true, authoritative: true });
const whole = records(`${soa(3)}@ NS ns\nns A 192.0.2.1\nb TXT x\n`);
const [first, ...others] = whole;
assert(first);

Deno.test("transferZone: a zone in one message, in many, and in single bytes", async () => {
  const lists = [[[...whole, first]], [[first], ...others.map((record) => [record]), [first]], [whole, [first]]];
  for (const list of lists) {
    for (const piece of [1, 1000]) {
      const { zone, messages, signed } = await transfer(answering(...list), {}, piece);
      assert(zone.kind === "full");
      assertEquals([Array.from(zone.records, recordLine), messages, signed], [
        whole.map(recordLine),
        list.length,
        false,
      ]);
    }
  }
});

Deno.test("transferZone: changes since a version, all of the zone instead, and none (RFC 1995)", async () => {
  const changes = [
    ...records(`${soa(3)}${soa(1)}a A 192.0.2.1\n${soa(2)}b A 192.0.2.2\n${soa(2)}${soa(3)}c A 192.0.2.3\n${soa(3)}`),
  ];
  const server: Server = (query, bytes) => {
    assertEquals(query.questions[0]?.type, "IXFR");
    assertEquals(query.authorities[0]?.fields.serial, 1);
    return answering(changes.slice(0, 4), changes.slice(4))(query, bytes);
  };
  const { zone } = await transfer(server, { serial: 1 });
  assert(zone.kind === "changes");
  const texts = zone.changes.map(({ from, deleted, to, added }) => [
    from.fields.serial,
    deleted.map(recordLine),
    to.fields.serial,
    added.map(recordLine),
  ]);
  assertEquals(texts, [
    [1, ["a.z.test. 60 IN A 192.0.2.1"], 2, ["b.z.test. 60 IN A 192.0.2.2"]],
    [2, [], 3, ["c.z.test. 60 IN A 192.0.2.3"]],
  ]);
  assertEquals((await transfer(answering([...whole, first]), { serial: 1 })).zone.kind, "full");
  assertEquals((await transfer(answering([first], others, [first]), { serial: 1 })).zone.kind, "full");
  assertEquals((await transfer(answering([first]), { serial: 3 })).zone.kind, "current");
  assertEquals((await transfer(answering([first]), { serial: 4 })).zone.kind, "current");
  // Serials are compared modulo 2^32 (RFC 1982).
  assertEquals((await transfer(answering([first], others, [first]), { serial: 0xffff_ffff })).zone.kind, "full");
});

const outside = records("x.other. A 192.0.2.1\n");
/** Servers whose transfers are rejected as a whole. */
const WRONG: Record<string, readonly [code: string, message: string, server: Server, options?: TransferOptions]> = {
  "no message": ["connection-cut", "without an answer", () => []],
  "the end missing": ["connection-cut", "in the middle of the transfer", answering(whole)],
  "a message without records": ["transfer-malformed", "has no records", answering([])],
  "no SOA record": ["transfer-malformed", "first record is not the SOA", answering(others)],
  "another SOA record": [
    "transfer-malformed",
    "the SOA record is that of",
    answering(records("sub SOA a b 1 2 3 4 5\n")),
  ],
  "a record outside": ["transfer-malformed", "is outside the zone", answering([first, ...outside, first])],
  "records behind the end": ["transfer-malformed", "follow the last SOA", answering([...whole, first, first])],
  "an SOA record that changes": ["transfer-malformed", "has changed during", answering([...whole, ...records(soa(4))])],
  "changes from another version": [
    "transfer-malformed",
    "begin at version 2, not 1",
    answering(records(soa(3) + soa(2))),
    { serial: 1 },
  ],
  "changes that stop early": [
    "transfer-malformed",
    "do not lead to",
    answering(records(soa(3) + soa(1) + soa(2) + soa(3))),
    { serial: 1 },
  ],
  "another id": [
    "answer-malformed",
    "another query",
    (query, bytes) => answering(whole)({ ...query, id: query.id ^ 1 }, bytes),
  ],
  "a query as answer": [
    "answer-malformed",
    "not a response",
    (query) => [encodeMessage({ ...head(query), response: false, questions: query.questions, answers: whole })],
  ],
  "another question": [
    "answer-malformed",
    "question differs",
    (
      query,
    ) => [encodeMessage({ ...head(query), questions: [{ name: "y.", type: "AXFR", class: "IN" }], answers: whole })],
  ],
  "a truncated message": [
    "answer-malformed",
    "truncated",
    (query) => [encodeMessage({ ...head(query), truncated: true, questions: query.questions })],
  ],
  "garbage": ["answer-cut", "ends too early", () => [Uint8Array.of(1, 2, 3)]],
  "REFUSED": [
    "transfer-refused",
    "refuses the transfer of z.test.: REFUSED",
    (query) => [encodeMessage({ ...head(query), rcode: 5, questions: query.questions })],
  ],
  "REFUSED in the middle": ["transfer-refused", "SERVFAIL", (query) => [
    encodeMessage({ ...head(query), questions: query.questions, answers: whole }),
    encodeMessage({ ...head(query), rcode: 2 }),
  ]],
  "too many bytes": ["transfer-too-large", "more than 100 B", answering(whole, [first]), { maxBytes: 100 }],
};

for (const [what, [code, message, server, options]] of Object.entries(WRONG)) {
  Deno.test(`transferZone: ${what}: ${code}`, async () => {
    const error = await assertRejects(() => transfer(server, options), ToucanError, message);
    assertEquals(error.code, code);
  });
}

Deno.test("transferZone: a connection that ends in the middle of a message", async () => {
  for (const cut of [1, 30]) {
    const error = await assertRejects(() => transfer(answering([...whole, first]), {}, 7, cut), NetworkError);
    assertEquals(error.code, "connection-cut");
  }
});

Deno.test("transferZone: a server that stops sending ends with a timeout that names it", async () => {
  const silent: TransferConnection = {
    peer: "peer",
    write: (bytes) => Promise.resolve(bytes.length),
    read: () => new Promise(() => {}),
    close() {},
  };
  const open = () => Promise.resolve(silent);
  const idle = await assertRejects(() => transferZone(ZONE, open, { idleTimeout: 20, timeout: 60_000 }), TimeoutError);
  assert(idle.message.includes("sent no data for 0.02s"), idle.message);
  await assertRejects(() => transferZone(ZONE, open, { timeout: 20 }), TimeoutError, "transfer z.test.");
});

/** Signs the answers of a server; `sign` says which. */
function signing(
  lists: readonly (readonly ResourceRecord[])[],
  sign: (index: number) => boolean,
  key = KEY,
  time = NOW,
): Server {
  return async (query, bytes) => {
    const chain = new TsigChain(key);
    await chain.verify(bytes, query.tsig, NOW);
    const list: Uint8Array[] = [];
    let pending: Uint8Array[] = [];
    for (const [index, answers] of lists.entries()) {
      const message = encodeMessage({ ...head(query), questions: index === 0 ? query.questions : [], answers });
      if (sign(index)) {
        for (const each of pending) await chain.verify(each, undefined, NOW);
        pending = [];
        list.push(await chain.sign(message, { time }));
      } else {
        pending.push(message);
        list.push(message);
      }
    }
    return list;
  };
}

const many = (count: number) => [[first], ...Array.from({ length: count - 2 }, () => others.slice(0, 1)), [first]];

Deno.test("transferZone: signatures of every message, and of the first, every hundredth and the last", async () => {
  for (const algorithm of ["hmac-sha256.", "hmac-sha384.", "hmac-sha512."] as const) {
    const key = { ...KEY, algorithm };
    const { signed } = await transfer(signing([whole, [first]], () => true, key), { key });
    assert(signed);
  }
  const seldom = signing(many(202), (index) => index % 100 === 0 || index === 201);
  assertEquals((await transfer(seldom, { key: KEY })).messages, 202);
});

/** Reasons why a signed transfer is rejected. */
const BAD: Record<string, readonly [reason: string, server: Server, key?: TsigKey]> = {
  "no signature at all": ["unsigned", answering([...whole, first])],
  "no signature of the last message": ["unsigned", signing([whole, [first]], (index) => index === 0)],
  "100 messages without one": ["unsigned", signing(many(102), (index) => index === 0)],
  "another secret": ["BADSIG", async (query, bytes) => {
    const chain = new TsigChain({ ...KEY, secret: new Uint8Array(32) });
    await chain.sign(bytes, { time: NOW });
    return [
      await chain.sign(encodeMessage({ ...head(query), questions: query.questions, answers: whole }), { time: NOW }),
    ];
  }],
  "a changed message": ["BADSIG", async (query, bytes) => {
    const [message = new Uint8Array()] = await signing([[...whole, first]], () => true)(query, bytes);
    const changed = message.slice();
    changed[3] = (changed[3] ?? 0) ^ 0x10;
    return [changed];
  }],
  "messages in another order": ["BADSIG", async (query, bytes) => {
    const [one, two, three] = await signing([[first], others, [first]], () => true)(query, bytes);
    return [one, three, two].filter((each) => each !== undefined);
  }],
  "an old signature": ["BADTIME", signing([[...whole, first]], () => true, KEY, NOW - 301)],
  "another key": ["BADKEY", async (query, bytes) => {
    const chain = new TsigChain({ ...KEY, name: "other." });
    await chain.sign(bytes, { time: NOW });
    return [
      await chain.sign(encodeMessage({ ...head(query), questions: query.questions, answers: whole }), { time: NOW }),
    ];
  }],
  "a key that the server does not know": ["BADKEY", (query) => [rejected(query, 17)]],
  "a signature that the server rejects": ["BADSIG", (query) => [rejected(query, 16)]],
  "a short signature": ["BADTRUNC", (query) => [
    withTsig(encodeMessage({ ...head(query), questions: query.questions, answers: whole }), {
      ...tsig(query.id),
      mac: new Uint8Array(16),
    }),
  ]],
  "a clock that the server rejects": ["BADTIME", async (query, bytes) => {
    const chain = new TsigChain(KEY);
    await chain.verify(bytes, query.tsig, NOW);
    const other = Uint8Array.of(0, 0, 0x65, 0x53, 0xf1, 0);
    return [
      await chain.sign(encodeMessage({ ...head(query), rcode: 9, questions: query.questions }), {
        time: NOW,
        error: 18,
        other,
      }),
    ];
  }],
};
const tsig = (id: number) => ({
  name: "k.",
  algorithm: "hmac-sha256.",
  time: NOW,
  fudge: 300,
  mac: new Uint8Array(),
  originalId: id,
  error: 0,
  other: new Uint8Array(),
});
const rejected = (query: ReturnType<typeof decodeMessage>, error: number) =>
  withTsig(encodeMessage({ ...head(query), rcode: 9, questions: query.questions }), { ...tsig(query.id), error });

for (const [what, [reason, server, key = KEY]] of Object.entries(BAD)) {
  Deno.test(`transferZone: ${what}: ${reason}`, async () => {
    const error = await assertRejects(() => transfer(server, { key }), NetworkError);
    assertEquals([error.code, error.reason], ["tsig-failed", reason], error.message);
  });
}

Deno.test("TsigChain: a signature has the announced size, and covers the id of the query", async () => {
  const plain = encodeMessage({ id: 5, questions: [{ name: ZONE, type: "AXFR", class: "IN" }] });
  const signed = await new TsigChain(KEY).sign(plain, { time: NOW });
  assertEquals(signed.length, plain.length + tsigSize(KEY));
  // A forwarder may change the id, since the signature has the original.
  const forwarded = signed.slice();
  forwarded[1] = 6;
  await new TsigChain(KEY).verify(forwarded, decodeMessage(forwarded).tsig, NOW);
});

Deno.test("verifyQuery, packMessages: a server that signs a transfer, and rejects queries", async () => {
  const many = [
    ...whole,
    ...records(Array.from({ length: 500 }, (_, i) => `h${i} A 10.0.${i >> 8}.${i & 255}`).join("\n")),
  ];
  const server: Server = async (query, bytes) => {
    const verified = await verifyQuery(bytes, query, [{ ...KEY, name: "other." }, KEY], NOW);
    if (verified.kind === "rejected") return [verified.answer];
    const chain = verified.kind === "signed" ? verified.chain : undefined;
    const list: Uint8Array[] = [];
    const options = { limit: 700, reserve: tsigSize(KEY) };
    for (const message of packMessages({ ...head(query), questions: query.questions }, [...many, first], options)) {
      list.push(chain ? await chain.sign(message, { time: NOW }) : message);
    }
    assert(list.every(({ length }) => length <= 700) && list.length > 10);
    return list;
  };
  for (const options of [{}, { key: KEY }]) {
    const { zone } = await transfer(server, options);
    assert(zone.kind === "full");
    assertEquals(Array.from(zone.records, recordLine), many.map(recordLine));
  }
  const wrong: readonly (readonly [TransferOptions, string])[] = [
    [{ key: { ...KEY, name: "x." } }, "BADKEY"],
    [{ key: { ...KEY, algorithm: "hmac-sha512." } }, "BADKEY"],
    [{ key: { ...KEY, secret: new Uint8Array(9) } }, "BADSIG"],
    [{ key: KEY, now: () => (NOW - 1000) * 1000 }, "BADTIME"],
  ];
  for (const [options, reason] of wrong) {
    const error = await assertRejects(() => transfer(server, options), NetworkError);
    assertEquals(error.reason, reason, error.message);
  }
});

const SECRET = "c2VjcmV0";
Deno.test("parseTsigKeys: the forms of BIND and NSD, and lines; no error tells a secret", () => {
  const read = (text: string) =>
    parseTsigKeys(text).map(({ name, algorithm, secret }) => [name, algorithm, secret.toBase64()]);
  const clause = `# a comment\nkey "a.test" {\n  algorithm hmac-sha512; // c\n  secret "${SECRET}";\n};\n`;
  assertEquals(read(clause), [["a.test.", "hmac-sha512.", SECRET]]);
  assertEquals(
    read(`key b. { secret ${SECRET}; algorithm "HMAC-SHA256"; };\n/* x */ ${clause}`).map(([name]) => name),
    ["b.", "a.test."],
  );
  assertEquals(read(`hmac-sha384:c:${SECRET}\nd:${SECRET}\n`), [["c.", "hmac-sha384.", SECRET], [
    "d.",
    "hmac-sha256.",
    SECRET,
  ]]);
  for (
    const text of [
      "",
      "a",
      `a:b:c:${SECRET}`,
      "a:***",
      `hmac-md5:a:${SECRET}`,
      `key "a" { algorithm hmac-sha256; };`,
      "a:",
      `..:${SECRET}`,
    ]
  ) {
    const error = assertThrows(() => parseTsigKeys(text), UsageError);
    assert(!error.message.includes(SECRET) && !error.message.includes("***"), error.message);
  }
});
