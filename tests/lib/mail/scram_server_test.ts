import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { ByteReader, writeAll } from "../../../lib/core/mod.ts";
import { Scram } from "../../../lib/core/sasl/scram_client.ts";
import { fromBase64, toBase64 } from "../../../lib/core/sasl/plain.ts";
import { parseScramFirst, parseScramLast } from "../../../lib/core/sasl/scram_messages.ts";
import {
  type MailSink,
  mailSink,
  type MailSinkOptions,
  serveImap,
  serveNntp,
  servePop3,
} from "../../../lib/mail/mod.ts";
import { ScramPasswords, ScramServer } from "../../../lib/mail/sink/scram_server.ts";

/** The exchange of RFC 7677, section 3. */
const RFC = {
  first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
  nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
  challenge: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
  last: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  proof: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};
const passwords = new ScramPasswords(
  (user) => user === "user" ? "pencil" : undefined,
  Uint8Array.fromBase64("W22ZaJ0SNY7soEsUEjb6gQ=="),
);

function judge(first: string, last: string) {
  const server = new ScramServer(passwords, RFC.nonce);
  return server.begin(toBase64(first)) === undefined ? { kind: "invalid" } : server.finish(toBase64(last));
}

Deno.test("SCRAM-SHA-256 server: the example of RFC 7677", () => {
  const server = new ScramServer(passwords, RFC.nonce);
  assertEquals(fromBase64(server.begin(toBase64(RFC.first)) ?? ""), RFC.challenge);
  assertEquals(server.finish(toBase64(RFC.last)), {
    ...{ kind: "good", user: "user", password: "pencil", last: toBase64(RFC.proof) },
  });
});

Deno.test("SCRAM-SHA-256 server: messages that are invalid or wrong", () => {
  const table: readonly (readonly [first: string, last: string, kind: string])[] = [
    ["y,,n=user,r=rOprNGfwEbeRWgbNEkqO", RFC.last, "invalid"],
    ["n,a=user,n=user,r=rOprNGfwEbeRWgbNEkqO", RFC.last, "invalid"],
    [RFC.first, RFC.last.replace("c=biws", "c=eSws"), "invalid"],
    [RFC.first, RFC.last.replace("k0,", "k1,"), "invalid"],
    [RFC.first, RFC.last.replace("p=dH", "p=eH"), "wrong"],
    [RFC.first, RFC.last.replace(/p=.*/, "p=AAAA"), "wrong"],
    [RFC.first, RFC.last.replace(/,p=.*/, ""), "invalid"],
    [RFC.first.replace("user", "nobody"), RFC.last, "wrong"],
    ["", RFC.last, "invalid"],
  ];
  for (const [first, last, kind] of table) assertEquals(judge(first, last).kind, kind, `${first} ${last}`);
  for (
    const text of ["p=tls-unique,,n=a,r=b", "n,a=b,n=c,r=d", "n,,n=a", "n,,n=a=b,r=c", "n,,n=,r=c", "n,,m=x,n=a,r=b"]
  ) {
    assertEquals(parseScramFirst(text), undefined, text);
  }
  assertEquals(parseScramFirst("n,a=a=3Db,n=a=3Db,r=c")?.user, "a=b");
  for (const text of ["c=biws,p=AAAA", "c=b!,r=a,p=AAAA", "c=biws,r=a,p=A", "c=biws,r=a,p=AAAA,x=y"]) {
    assertEquals(parseScramLast(text), undefined, text);
  }
});

Deno.test("SCRAM-SHA-256 server: 5,000 mutated messages are never good", () => {
  const mutated = (text: string) =>
    fc.tuple(fc.nat(text.length - 1), fc.string({ maxLength: 3 })).map(([at, piece]) =>
      text.slice(0, at) + piece + text.slice(at + 1)
    );
  fc.assert(
    fc.property(fc.boolean(), mutated(RFC.first), mutated(RFC.last), (isFirst, first, last) => {
      const [one, other] = isFirst ? [first, RFC.last] : [RFC.first, last];
      if (one !== RFC.first || other !== RFC.last) assert(judge(one, other).kind !== "good", `${one} ${other}`);
    }),
    { seed: 20261128, numRuns: 5000 },
  );
});

/** Servers of a sink: the begin of an exchange, its challenges, and the replies to good and wrong credentials. */
const SERVERS: readonly (readonly [
  protocol: string,
  serve: (sink: MailSink) => { readonly port: number },
  offer: readonly [ask: string, until: RegExp, offered: RegExp],
  auth: string,
  challenge: RegExp,
  good: RegExp,
  wrong: RegExp,
])[] = [
  [
    "smtp",
    (sink) => sink,
    ["EHLO me\r\n", /^250 /, /^250.AUTH .*SCRAM-SHA-256/],
    "AUTH SCRAM-SHA-256",
    /^334 /,
    /^235 /,
    /^535 /,
  ],
  [
    "pop3",
    ({ access }) => servePop3("127.0.0.1:0", { ...access, authWithoutTls: false }),
    ["CAPA\r\n", /^\.$/, /^SASL SCRAM-SHA-256$/],
    "AUTH SCRAM-SHA-256",
    /^\+ /,
    /^\+OK /,
    /^-ERR \[AUTH\]/,
  ],
  [
    "imap",
    ({ access }) => serveImap("127.0.0.1:0", { ...access, authWithoutTls: false }),
    ["a CAPABILITY\r\n", /^a OK/, /LOGINDISABLED AUTH=SCRAM-SHA-256/],
    "a AUTHENTICATE SCRAM-SHA-256",
    /^\+ /,
    /^a OK /,
    /^a NO \[AUTHENTICATIONFAILED\]/,
  ],
  [
    "nntp",
    ({ access, store }) => serveNntp("127.0.0.1:0", store.account().inbox, { ...access, authWithoutTls: false }),
    ["CAPABILITIES\r\n", /^\.$/, /^SASL SCRAM-SHA-256$/],
    "AUTHINFO SASL SCRAM-SHA-256",
    /^383 /,
    /^283 /,
    /^481 /,
  ],
];

async function talking(port: number) {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const reader = new ByteReader(conn, "the server");
  const line = async () => new TextDecoder().decode(await reader.readLine(10_000) ?? undefined);
  await line();
  return {
    line,
    ask: async (text: string) => (await writeAll(conn, new TextEncoder().encode(text)), await line()),
    [Symbol.dispose]: () => conn.close(),
  };
}

const OPTIONS: MailSinkOptions = { credentials: { user: "ada=,", password: "s\u00adecret" }, authWithoutTls: false };

for (const [protocol, serve, [ask, until, offered], auth, challenge, good, wrong] of SERVERS) {
  Deno.test(`${protocol} server: SCRAM-SHA-256 where the password is known, also without TLS`, async () => {
    await using sink = await mailSink(OPTIONS);
    const { port } = serve(sink);
    for (const initial of [true, false]) {
      for (
        const [user, password, reply] of [["ada=,", "secret", good], ["ada=,", "no", wrong], [
          "eve",
          "secret",
          wrong,
        ]] as const
      ) {
        using client = await talking(port);
        const lines = [await client.ask(ask)];
        while (!until.test(lines.at(-1) ?? "")) lines.push(await client.line());
        assert(lines.some((line) => offered.test(line)), lines.join("\n"));
        const scram = new Scram(user, password);
        const first = toBase64(scram.first);
        if (!initial) assertMatch(await client.ask(`${auth}\r\n`), challenge);
        const asked = await client.ask(initial ? `${auth} ${first}\r\n` : `${first}\r\n`);
        assertMatch(asked, challenge);
        const answer = await scram.answer(fromBase64(asked.replace(challenge, "")) ?? "");
        assert(typeof answer === "string");
        let last = await client.ask(`${toBase64(answer)}\r\n`);
        if (reply === good) {
          const proof = last.replace(protocol === "nntp" ? good : challenge, "");
          assert(scram.proves(fromBase64(proof) ?? ""), last);
          if (protocol !== "nntp") last = await client.ask("\r\n");
        }
        assertMatch(last, reply, `${user} ${password}`);
      }
    }
  });
}

Deno.test("mail sink: SCRAM-SHA-256 is not offered without credentials, and an exchange ends that is cancelled", async () => {
  await using sink = await mailSink();
  using client = await talking(sink.port);
  await client.ask("EHLO me\r\n");
  let line = "";
  while (!/^250 /.test(line)) line = await client.line();
  assertEquals(line.includes("SCRAM"), false);
  assertMatch(await client.ask("AUTH SCRAM-SHA-256\r\n"), /^538 /);
  await using other = await mailSink(OPTIONS);
  using cancels = await talking(other.port);
  await cancels.ask("HELO me\r\n");
  for (const answers of [["*"], [toBase64(RFC.first), "*"], ["x"], [toBase64(RFC.first), "x"]]) {
    let reply = await cancels.ask("AUTH SCRAM-SHA-256\r\n");
    for (const answer of answers) {
      assertMatch(reply, /^334 /);
      reply = await cancels.ask(`${answer}\r\n`);
    }
    assertMatch(reply, /^501 /);
  }
  assertMatch(await cancels.ask("MAIL FROM:<a@x>\r\n"), /^530 /);
});
