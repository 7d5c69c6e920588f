import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { selfSigned, SystemError, UsageError } from "../../../lib/core/mod.ts";
import {
  type MailRefusal,
  type MailSink,
  mailSink,
  type MailSinkFault,
  type MailSinkOptions,
  sendMail,
} from "../../../lib/mail/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { type RawSmtp, rawSmtp, speak } from "../../kit/raw_smtp.ts";
import { looks, until } from "../../kit/wait.ts";

const MESSAGE = { from: "ada@example.com", to: ["bob@example.com"], subject: "s", text: "hello\n" };
const AUTH_ALL = "AUTH LOGIN PLAIN CRAM-MD5 XOAUTH2";
const ENVELOPE = "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n";

async function withSink(
  options: MailSinkOptions,
  use: (client: RawSmtp, sink: MailSink, faults: string[]) => Promise<void>,
): Promise<void> {
  const faults: string[] = [];
  await using sink = await mailSink({ onFault: ({ error }) => void faults.push(error.code), ...options });
  using client = await rawSmtp(sink.port);
  await use(client, sink, faults);
  // Whatever a client did, the next one is served.
  assertEquals((await sendMail(sink.address, MESSAGE, { tls: "none" })).server, sink.address);
}

/** Opens a message, and returns the reply to DATA. */
async function begin(client: RawSmtp): Promise<string> {
  await client.ask("EHLO me\r\n");
  await client.say(ENVELOPE);
  await client.reply();
  await client.reply();
  return await client.reply();
}

async function sourceOf(sink: MailSink, index: number): Promise<string> {
  return new TextDecoder().decode(await sink.store.read(sink.store.messages[index]?.id ?? ""));
}

Deno.test("mail sink: EHLO capabilities", () =>
  withSink({}, async (client) => {
    const offers = (await client.ask("EHLO me\r\n")).split("\n").slice(1).map((line) => line.slice(4));
    assertEquals(offers, [
      "PIPELINING",
      "SIZE 67108864",
      "8BITMIME",
      "SMTPUTF8",
      "ENHANCEDSTATUSCODES",
      "CHUNKING",
      "DSN",
      "AUTH LOGIN PLAIN CRAM-MD5 XOAUTH2",
    ]);
  }));

const PAIR = await selfSigned();
/** Offered capabilities, and the replies to STARTTLS and AUTH PLAIN, before TLS. */
for (
  const [what, options, offered, codes] of [
    ["by default", {}, AUTH_ALL, [503, 235]],
    ["with startTls", { startTls: true }, "STARTTLS AUTH LOGIN PLAIN CRAM-MD5 XOAUTH2", [220]],
    ["with a certificate", { keyPair: PAIR }, "STARTTLS AUTH LOGIN PLAIN CRAM-MD5 XOAUTH2", [220]],
    ["with a certificate, but not this way", { keyPair: PAIR, startTls: false }, AUTH_ALL, [503, 235]],
    ["beyond loopback", { host: "0.0.0.0" }, "AUTH CRAM-MD5", [503, 538]],
    ["beyond loopback, where that was allowed", { host: "0.0.0.0", authWithoutTls: true }, AUTH_ALL, [503, 235]],
    ["where that was forbidden", { authWithoutTls: false }, "AUTH CRAM-MD5", [503, 538]],
  ] as const
) {
  Deno.test(`mail sink: STARTTLS and AUTH ${what}`, () =>
    withSink(options, async (client) => {
      const offers = (await client.ask("EHLO me\r\n")).split("\n").map((line) => line.slice(4));
      assertEquals(offers.filter((line) => /^(?:AUTH|STARTTLS)/.test(line)).join(" "), offered);
      const asked = ["STARTTLS", "AUTH PLAIN AGEAYg=="].slice(0, codes.length);
      const got: number[] = [];
      for (const line of asked) got.push(Number((await client.ask(`${line}\r\n`)).slice(0, 3)));
      assertEquals(got, [...codes]);
    }));
}

for (
  const [lines, codes] of [
    [["MAIL FROM:<a@b.example>"], [503]],
    [["EHLO me", "RCPT TO:<a@b.example>"], [250, 503]],
    [["EHLO me", "DATA"], [250, 503]],
    [["EHLO me", "MAIL FROM:<a@b.example>", "DATA"], [250, 250, 554]],
    [["EHLO me", "MAIL FROM:<a@b.example>", "MAIL FROM:<a@b.example>"], [250, 250, 503]],
    [["EHLO me", "MAIL FROM:<a@b.example> SIZE=999999999999"], [250, 552]],
    [["EHLO me", "MAIL FROM:<a@b.example> SIZE=x"], [250, 501]],
    [["EHLO me", "MAIL FROM:<a@b.example> BODY=BINARYMIME"], [250, 501]],
    [["EHLO me", "MAIL FROM:<a@b.example> X=FULL"], [250, 555]],
    [["EHLO me", "MAIL FROM:<a@b.example> RET=BODY", "MAIL FROM:<a@b.example> ENVID=+zz"], [250, 501, 501]],
    [[
      "EHLO me",
      "MAIL FROM:<a@b.example> RET=hdrs ENVID=a+3Db",
      "RCPT TO:<a@b.example> NOTIFY=SUCCESS,delay ORCPT=rfc822;a+2Bb@b.example",
      "RCPT TO:<a@b.example> NOTIFY=NEVER",
      "RCPT TO:<a@b.example> NOTIFY=NEVER,SUCCESS",
      "RCPT TO:<a@b.example> NOTIFY",
      "RCPT TO:<a@b.example> ORCPT=a@b.example",
      "RCPT TO:<a@b.example> SIZE=1",
    ], [250, 250, 250, 250, 501, 501, 501, 555]],
    [["EHLO me", "MAIL FROM:<-x@b.example>", "RCPT TO:<a.@b_c.example>", "RCPT TO:<postmaster>"], [250, 250, 250, 250]],
    [["EHLO me", "MAIL FROM:<root>", "RCPT TO:<www-data>", "RCPT TO:<@relay:bob>", "RCPT TO:<>"], [
      250,
      250,
      250,
      250,
      553,
    ]],
    [["EHLO me", "MAIL FROM:<root>", "RCPT TO:<a b>", "RCPT TO:<a@>", "RCPT TO:<@b>"], [250, 250, 553, 553, 553]],
    [["EHLO me", `MAIL FROM:<${"x".repeat(200)}@b.example>`, "RCPT TO:<a..b@c.example>"], [250, 250, 250]],
    [["EHLO me", "MAIL FROM:<>", "RCPT TO:<Postmaster>", "RSET", "RCPT TO:<a@b.example>"], [250, 250, 250, 250, 503]],
    [["EHLO me", "MAIL FROM:<a@b.example>", "RCPT TO:<ä@b.example>"], [250, 250, 553]],
    [["EHLO me", `MAIL FROM:<${"x".repeat(400)}@b.example>`], [250, 553]],
    [["EHLO me", "MAIL FROM:<a@b.example>", "RCPT TO:<no@refused.example>"], [250, 250, 550]],
    [["EHLO me", "MAIL FROM:<a@b.example>", "RCPT TO:<x@All.example>"], [250, 250, 550]],
    [["EHLO", "HELO", "EHLO a b", "HELO <x>", "EHLO my_pc", "EHLO ä", 'EHLO (a);"b'], [
      501,
      501,
      250,
      250,
      250,
      250,
      250,
    ]],
    [["NOOP", "VRFY x", "HELP", "EXPN x", "TURN", "constructor", "__proto__"], [
      250,
      252,
      214,
      502,
      500,
      500,
      500,
    ]],
    [["EHLO me", "AUTH NTLM", "AUTH PLAIN !", "AUTH CRAM-MD5 eA=="], [250, 504, 501, 501]],
    [["EHLO me", "AUTH LOGIN", "*"], [250, 334, 501]],
    [["EHLO me", "AUTH PLAIN AGEAYg==", "AUTH PLAIN AGEAYg=="], [250, 235, 503]],
    [["STARTTLS now"], [501]],
    [["EHLO me", "MAIL FROM:<>", "RCPT TO:<a@any.example>", "RCPT TO:<bob@b.example>"], [250, 250, 550, 550]],
    [["a\x01b"], [500]],
    [["QUIT"], [221]],
  ] as const
) {
  Deno.test(`mail sink: ${lines.join(", ").slice(0, 70)} → ${codes.join(" ")}`, () =>
    withSink({ refuse: ["no@refused.example", "@all.example", "*@any.*", "bob@*"] }, async (client) => {
      const got: number[] = [];
      for (const line of lines) {
        const bytes = Array.from(new TextEncoder().encode(line), (byte) => String.fromCharCode(byte)).join("");
        got.push(Number((await client.ask(`${bytes}\r\n`)).slice(0, 3)));
      }
      assertEquals(got, [...codes]);
    }));
}

Deno.test("mail sink: commands that come together are answered together, and a message in pieces is whole", () =>
  withSink({}, async (client, sink) => {
    await client.say(`EHLO me\r\n${ENVELOPE}a\r\n..b\r\n.\r\n${ENVELOPE}second\r\n.\r\nQUIT\r\n`);
    const codes: string[] = [];
    for (let i = 0; i < 10; i++) codes.push((await client.reply()).slice(0, 3));
    assertEquals(codes.join(" "), "250 250 250 354 250 250 250 354 250 221");
    assertMatch(
      await sourceOf(sink, 0),
      /^Return-Path: <a@b.example>\r\nX-Envelope-To: <c@d.example>\r\nReceived: from me \(\[127\.0\.0\.1\]\)\r\n by toucan with ESMTP; .*\r\na\r\n\.b\r\n$/,
    );
    using slow = await rawSmtp(sink.port);
    for (const char of `EHLO me\r\n${ENVELOPE}x\r\n.\r\n`) await slow.say(char);
    for (let i = 0; i < 4; i++) await slow.reply();
    assertMatch(await slow.reply(), /^250 2\.0\.0 Ok: queued as /);
    assertEquals(sink.store.count, 3);
  }));

for (const smuggle of ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\r\n.\n"]) {
  Deno.test(`mail sink: ${JSON.stringify(smuggle)} smuggles nothing`, () =>
    withSink({}, async (client, sink) => {
      assertMatch(await begin(client), /^354/);
      const second = "MAIL FROM:<eve@evil.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nsmuggled";
      const answer = await client.ask(`a${smuggle}${second}\r\n.\r\n`);
      assertMatch(answer, /^550 5\.6\.0 /);
      assertEquals(sink.store.count, 0);
    }));
}

for (const line of ["NOOP\nNOOP\r\n", "NOOP\n", "NO\rOP\r\n", `${"x".repeat(20_000)}\r\n`, "x".repeat(1 << 20)]) {
  Deno.test(`mail sink: ${JSON.stringify(line).slice(0, 30)} is an invalid line, and closes the connection`, () =>
    withSink({}, async (client) => {
      await client.say(line).catch(() => {});
      assertMatch(await client.reply(), /^500 5\.5\.2 /);
      assertEquals(await client.reply(), "");
    }));
}

Deno.test("mail sink: an HTTP request is disconnected at its first line", () =>
  withSink({}, async (client) => {
    assertMatch(await client.ask(`POST / HTTP/1.1\r\nHost: x\r\n\r\nEHLO me\r\n${ENVELOPE}`), /^421 /);
    assertEquals(await client.reply(), "");
  }));

Deno.test("mail sink: a client is disconnected after too many errors", () =>
  withSink({}, async (client) => {
    let last = "";
    for (
      let reply = await client.ask("WHAT\r\n");
      reply !== "";
      reply = await client.ask("WHAT\r\n").catch(() => "")
    ) last = reply;
    assertMatch(last, /^421 /);
  }));

Deno.test("mail sink: a client may send many messages whose recipients are all refused", () =>
  withSink({ refuse: ["*"] }, async (client) => {
    await client.ask("EHLO me\r\n");
    for (let i = 0; i < 100; i++) {
      await client.say(`${ENVELOPE}RSET\r\n`);
      for (const code of [/^250 /, /^550 /, /^554 /, /^250 /]) assertMatch(await client.reply(), code);
    }
  }));

Deno.test("mail sink: a message over the limit is rejected at MAIL, or after DATA", () =>
  withSink({ limits: { messageSize: 1000 } }, async (client, sink) => {
    await client.ask("EHLO me\r\n");
    assertMatch(await client.ask("MAIL FROM:<a@b.example> SIZE=1001\r\n"), /^552 5\.3\.4 /);
    assertMatch(await begin(client), /^354/);
    assertMatch(await client.ask(`${"x".repeat(70)}\r\n`.repeat(20) + ".\r\n"), /^552 5\.3\.4 /);
    // The connection goes on.
    assertMatch(await begin(client), /^354/);
    assertMatch(await client.ask(`${"x".repeat(70)}\r\n`.repeat(13) + ".\r\n"), /^250 /);
    assertEquals(sink.store.count, 1);
  }));

Deno.test("mail sink: a client that sends far beyond the limit is disconnected", () =>
  withSink({ limits: { messageSize: 1000 } }, async (client, sink) => {
    await begin(client);
    const flood = async () => {
      while (true) await client.say("x".repeat(100_000));
    };
    await assertRejects(flood);
    assertEquals(sink.store.count, 0);
  }));

Deno.test("mail sink: 1 MB of header in one line is stored unchanged", () =>
  withSink({}, async (client, sink) => {
    await begin(client);
    const line = `Subject: ${"x".repeat(1 << 20)}`;
    assertMatch(await client.ask(`${line}\r\n\r\nbody\r\n.\r\n`), /^250 /);
    assertStringIncludes(await sourceOf(sink, 0), line);
  }));

Deno.test("mail sink: messages beyond the storage limits are rejected, and none is lost", async () => {
  for (const limits of [{ messages: 2 }, { heldBytes: 1000 }]) {
    await using sink = await mailSink({ limits });
    const replies: number[] = [];
    for (let i = 0; i < 6; i++) {
      const report = await sendMail(sink.address, MESSAGE, { tls: "none" });
      replies.push(report.recipients[0]?.reply.code ?? 0);
    }
    const { count } = sink.store;
    assertEquals(replies, [...Array<number>(count).fill(250), ...Array<number>(6 - count).fill(452)]);
    assert(count > 0 && count < 6);
    const [first] = sink.store.messages;
    await sink.store.remove(first?.id ?? "");
    assertEquals((await sendMail(sink.address, MESSAGE, { tls: "none" })).accepted, 1);
  }
});

Deno.test("mail sink: too many recipients, and too many clients", async () => {
  await using sink = await mailSink({ limits: { recipients: 2, connections: 2 } });
  const report = await sendMail(sink.address, { ...MESSAGE, to: ["a@x.example", "b@x.example", "c@x.example"] }, {
    tls: "none",
  });
  assertEquals(report.recipients.map(({ reply }) => reply.code), [250, 250, 452]);
  using one = await rawSmtp(sink.port);
  using two = await rawSmtp(sink.port);
  using three = await rawSmtp(sink.port, false);
  assertMatch(await three.reply(), /^421 /);
  assertEquals([await one.ask("NOOP\r\n"), await two.ask("NOOP\r\n")].map((reply) => reply.slice(0, 3)), [
    "250",
    "250",
  ]);
});

Deno.test("mail sink: slow clients are disconnected: silent, dripping a command, dripping a message, not reading", async () => {
  const faults: string[] = [];
  await using sink = await mailSink({
    limits: { idleTime: 1000, dataTime: 1000 },
    onFault: ({ error }) => void faults.push(error.code),
  });
  using silent = await rawSmtp(sink.port);
  using dripping = await rawSmtp(sink.port);
  using message = await rawSmtp(sink.port);
  await begin(message);
  const drip = async (client: RawSmtp) => {
    for await (const _ of looks("an end of the connection")) await client.say("x");
  };
  await Promise.all([assertRejects(() => drip(dripping)), assertRejects(() => drip(message))]);
  assertMatch(await silent.reply(), /^421 4\.4\.2 /);
  assertEquals(await silent.reply(), "");
  assertEquals(faults, ["client-too-slow", "client-too-slow", "client-too-slow"]);
  using deaf = await rawSmtp(sink.port);
  const flood = async () => {
    while (true) await deaf.say("HELP\r\n".repeat(1000));
  };
  await assertRejects(flood);
  assertEquals(faults.length, 4);
});

Deno.test("mail sink: a message cut off in the middle is not stored", () =>
  withSink({}, async (client, sink, faults) => {
    await begin(client);
    await client.say("half a mess");
    client.conn.close();
    while (faults.length === 0) await sendMail(sink.address, MESSAGE, { tls: "none" });
    assertEquals(faults, ["connection-cut"]);
    assertEquals(sink.store.messages.some(({ from }) => from === "a@b.example"), false);
  }));

Deno.test("mail sink: nothing may come between STARTTLS and the handshake", () =>
  withSink({ startTls: true }, async (client, sink) => {
    await client.ask("EHLO me\r\n");
    assertMatch(await client.ask(`STARTTLS\r\nEHLO evil\r\n${ENVELOPE}`), /^554 /);
    assertEquals([await client.reply(), sink.store.count], ["", 0]);
  }));

Deno.test("mail sink: STARTTLS resets the session, and is not offered again", async () => {
  await using sink = await mailSink();
  const { keyPair } = await import("../../kit/sink_certificate.ts");
  await using secured = await mailSink({ keyPair });
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: secured.port });
  using client = await speak(plain, true);
  await client.ask("EHLO me\r\n");
  await client.ask("MAIL FROM:<a@b.example>\r\n");
  assertMatch(await client.ask("STARTTLS\r\n"), /^220 /);
  const tls = await Deno.startTls(plain, { hostname: "localhost", caCerts: [keyPair.cert] });
  using inner = await speak(tls, false);
  assertMatch(await inner.ask("RCPT TO:<c@d.example>\r\n"), /^503 /);
  const offers = await inner.ask("EHLO me\r\n");
  assert(!offers.includes("STARTTLS"));
  assertMatch(await inner.ask("STARTTLS\r\n"), /^503 /);
  assertEquals(sink.store.count, 0);
});

Deno.test("mail sink: a TLS connection that stays open after QUIT is closed, and counts until then", async () => {
  const { keyPair } = await import("../../kit/sink_certificate.ts");
  await using sink = await mailSink({ keyPair, limits: { connections: 1 } });
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: sink.port });
  using client = await speak(plain, true);
  await client.ask("EHLO me\r\n");
  await client.ask("STARTTLS\r\n");
  using inner = await speak(await Deno.startTls(plain, { hostname: "localhost", caCerts: [keyPair.cert] }), false);
  assertMatch(await inner.ask("QUIT\r\n"), /^221 /);
  // This client neither reads on nor closes: what is beneath its TLS has to be closed by the sink.
  using second = await rawSmtp(sink.port, false);
  assertMatch(await second.reply(), /^421 4\.7\.0 Too many connections/);
  for (let reply = ""; !reply.startsWith("220");) {
    using next = await rawSmtp(sink.port, false);
    reply = await next.reply();
  }
});

Deno.test("mail sink: three wrong passwords close the connection", () =>
  withSink({ credentials: { user: "ada", password: "pw" } }, async (client, sink) => {
    await client.ask("EHLO me\r\n");
    assertMatch(await client.ask("MAIL FROM:<a@b.example>\r\n"), /^530 /);
    const wrong = `AUTH PLAIN ${btoa("\0ada\0no")}\r\n`;
    assertEquals(
      [await client.ask(wrong), await client.ask(wrong), await client.ask(wrong)].map((reply) => reply.slice(0, 3)),
      [
        "535",
        "535",
        "421",
      ],
    );
    assertEquals(sink.store.count, 0);
  }));

Deno.test("mail sink: shutdown completes a message being received, and closes idle connections", async () => {
  const sink = await mailSink();
  using idle = await rawSmtp(sink.port);
  using busy = await rawSmtp(sink.port);
  await begin(busy);
  const over = sink.shutdown();
  assertMatch(await idle.reply(), /^421 4\.3\.2 /);
  assertMatch(await busy.ask("x\r\n.\r\n"), /^250 /);
  await over;
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port: sink.port }));
});

Deno.test("mail sink: an address in use is an error, and leaves nothing running", async () => {
  await using sink = await mailSink();
  const error = await assertRejects(() => mailSink({ port: sink.port }), SystemError);
  assertEquals(error.code, "address-in-use");
});

Deno.test("mail sink: a maildir has every acknowledged message, which a second sink finds", () =>
  withFolder(async (folder) => {
    const directory = `${folder}/Maildir`;
    const names = (part: string) => [...Deno.readDirSync(`${directory}/${part}`)].map(({ name }) => name);
    {
      await using sink = await mailSink({ directory });
      await Promise.all(Array.from({ length: 20 }, (_, i) => {
        return sendMail(sink.address, { ...MESSAGE, bcc: ["eve@example.com"], subject: `number ${i}` }, {
          tls: "none",
        });
      }));
      assertEquals([names("new").length, names("tmp").length, sink.store.count], [20, 0, 20]);
      assertEquals(names("new").toSorted(), sink.store.messages.map(({ id }) => id).toSorted());
    }
    // Another program has read one, and put in one of its own.
    const [one = ""] = names("new");
    await Deno.rename(`${directory}/new/${one}`, `${directory}/cur/${one}:2,S`);
    await Deno.writeTextFile(`${directory}/new/foreign`, "Subject: foreign\n\nx\n");
    await Deno.symlink("/etc/hostname", `${directory}/new/link`);
    await using sink = await mailSink({ directory });
    assertEquals(sink.store.count, 21);
    const mail = sink.store.messages.find(({ id }) => id === one);
    assertEquals([mail?.from, mail?.to], ["ada@example.com", ["bob@example.com", "eve@example.com"]]);
    assertEquals(await sink.store.read("../../etc/passwd"), undefined);
    assertEquals(await sink.store.remove("../../etc/passwd"), false);
    assertEquals([await sink.store.remove(one), names("cur")], [true, []]);
    await Deno.remove(`${directory}/new/foreign`);
    assertEquals(await sink.store.read("foreign"), undefined);
  }));

Deno.test("mail sink: a maildir that cannot be written is an error at the start, and refuses when it is gone", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    assertEquals(
      (await assertRejects(() => mailSink({ directory: `${folder}/file` }), SystemError)).code,
      "not-a-directory",
    );
    const faults: string[] = [];
    const onFault = ({ error }: MailSinkFault) => void faults.push(error.code);
    await using sink = await mailSink({ directory: `${folder}/Maildir`, onFault });
    await Deno.remove(`${folder}/Maildir/tmp`, { recursive: true });
    const report = await sendMail(sink.address, MESSAGE, { tls: "none" });
    assertEquals([report.accepted, report.recipients[0]?.reply.code, sink.store.count], [0, 451, 0]);
    // Both the client and the caller get the error.
    assertEquals(faults, ["file-not-found"]);
  }));

Deno.test("mail sink: silent clients in the TLS handshake are closed, within and beyond the limit of connections", async () => {
  const faults: string[] = [];
  await using sink = await mailSink({
    implicitTls: true,
    limits: { idleTime: 1000, connections: 2 },
    onFault: ({ error }) => void faults.push(error.code),
  });
  const silent = await Promise.all(Array.from({ length: 5 }, () => rawSmtp(sink.port, false)));
  // No client starts the handshake: they only see that they were closed.
  for (const client of silent) {
    assertEquals(await client.reply(), "");
    client.conn.close();
  }
  assertEquals(faults.toSorted(), [
    ...Array<string>(2).fill("client-too-slow"),
    ...Array<string>(3).fill("too-many-connections"),
  ]);
  const report = await sendMail(sink.address, MESSAGE, { tls: "implicit", trust: { pin: sink.pin } });
  assertEquals([report.accepted, report.tls], [1, "pin"]);
});

Deno.test("mail sink: a second sink finds every recipient, the order, and files left by a killed one", () =>
  withFolder(async (folder) => {
    const directory = `${folder}/Maildir`;
    const to = Array.from(
      { length: 900 },
      (_, i) => `${"r".repeat(55)}${i}@${"d".repeat(60)}.${"e".repeat(60)}.example`,
    );
    {
      await using sink = await mailSink({ directory });
      await sendMail(sink.address, { ...MESSAGE, to }, { tls: "none" });
      for (let i = 0; i < 30; i++) await sendMail(sink.address, MESSAGE, { tls: "none" });
    }
    const time = new Date();
    const ids = [...Deno.readDirSync(`${directory}/new`)].map(({ name }) => name);
    // One and the same moment: the order is that of the ids.
    for (const id of ids) await Deno.utime(`${directory}/new/${id}`, time, time);
    const own = "1700000000.M1R0123456789abQ1.toucan";
    const HOUR = 3_600_000;
    for (
      const [name, hours] of [
        [own, 2],
        [own.replace("Q1", "Q2"), 0],
        ["1700000000.P1.elsewhere", 2],
        ["1700000000.P2.elsewhere", 37],
      ] as const
    ) {
      await Deno.writeTextFile(`${directory}/tmp/${name}`, "half a mess");
      await Deno.utime(`${directory}/tmp/${name}`, time, new Date(time.getTime() - hours * HOUR));
    }
    await using sink = await mailSink({ directory });
    assertEquals(sink.store.messages.map(({ to }) => to.length), [900, ...Array<number>(30).fill(1)]);
    assertEquals(sink.store.messages[0]?.to, to);
    const count = (id: string) => Number(/Q(\d+)/.exec(id)?.[1]);
    const order = sink.store.messages.map(({ id }) => count(id));
    assertEquals(order, order.toSorted((a, b) => a - b));
    assertEquals(
      [...Deno.readDirSync(`${directory}/tmp`)].map(({ name }) => name).toSorted(),
      [
        own.replace("Q1", "Q2"),
        "1700000000.P1.elsewhere",
      ].toSorted(),
    );
    const id = sink.store.messages[1]?.id ?? "";
    assertEquals(new TextDecoder().decode(await sink.store.read(id, 12)), "Return-Path:");
  }));

Deno.test("mail sink: a password in an invalid command is not traced, and an IPv6 peer is bracketed", async () => {
  const traced: string[] = [];
  await using sink = await mailSink({ host: "::1", trace: ({ text }) => void traced.push(text) });
  using client = await speak(await Deno.connect({ hostname: "::1", port: sink.port }), true);
  await client.ask("EHLO me\r\n");
  for (const line of ["AUTH\tPLAIN AHUAczNjcmV0", " AUTH PLAIN AHUAczNjcmV0", "auth  plain  AHUAczNjcmV0"]) {
    await client.ask(`${line}\r\n`);
  }
  assert(!traced.join().includes("AHUAczNjcmV0"), traced.join());
  await client.say(`${ENVELOPE}x\r\n.\r\n`);
  for (let i = 0; i < 4; i++) await client.reply();
  assertStringIncludes(await sourceOf(sink, 0), "Received: from me ([IPv6:::1])\r\n");
});

Deno.test("mail sink: failed logins are limited per address, also over new connections", async () => {
  await using sink = await mailSink({ credentials: { user: "me", password: "right" } });
  const plain = (password: string) => `AUTH PLAIN ${btoa(`\0me\0${password}`)}\r\n`;
  let refused = "";
  for (let tries = 0; tries < 12 && refused === ""; tries++) {
    using client = await rawSmtp(sink.port);
    await client.ask("EHLO me\r\n");
    const reply = await client.ask(plain("wrong"));
    if (!reply.startsWith("535 ")) refused = reply;
    else assert(tries < 10, `attempt ${tries + 1} was judged`);
  }
  assertMatch(refused, /^454 4\.7\.0 Temporary authentication failure: too many failed logins, try again in \ds$/);
  using right = await rawSmtp(sink.port);
  await right.ask("EHLO me\r\n");
  assertMatch(await right.ask(plain("right")), /^454 /);
});

Deno.test("mail sink: an empty password is refused", async () => {
  const error = await assertRejects(() => mailSink({ credentials: { user: "me", password: " " } }), UsageError);
  assertEquals(error.code, "empty-password");
});

Deno.test("mail sink: Received stays one field, whatever the EHLO name", () =>
  withSink({}, async (client, sink) => {
    await client.say(`EHLO a b); by evil <x> \xc3\xa4${"y".repeat(2000)}\r\n${ENVELOPE}x\r\n.\r\n`);
    for (let i = 0; i < 4; i++) await client.reply();
    assertMatch(await client.reply(), /^250 /);
    assertMatch(
      await sourceOf(sink, 0),
      /\r\nReceived: from a\?b\?\?\?by\?evil\?\?x\?\?\?y{230,240} \(\[127\.0\.0\.1\]\)\r\n by toucan with ESMTP; .*\r\nx\r\n$/,
    );
  }));

/** Rejected commands, and the sink's reports. */
for (
  const [what, lines, refusals] of [
    ["a recipient", ["MAIL FROM:<a@x>", "RCPT TO:<no@refused.example>", "RCPT TO:<b@x>"], [
      { from: "a@x", to: ["no@refused.example"], reply: "550 5.1.1 Mailbox unavailable" },
    ]],
    ["a size", ["MAIL FROM:<a@x> SIZE=5000"], [{
      from: "a@x",
      to: [],
      reply: "552 5.3.4 Message size exceeds fixed limit (4096 bytes)",
    }]],
    ["one too many", ["MAIL FROM:<>", "RCPT TO:<a@x>", "RCPT TO:<b@x>", "RCPT TO:<c@x>"], [
      { from: "", to: ["c@x"], reply: "452 4.5.3 Too many recipients" },
    ]],
    ["a message", ["MAIL FROM:<a@x>", "RCPT TO:<b@x>", "DATA", `${"x".repeat(5000)}\r\n.`], [
      { from: "a@x", to: ["b@x"], reply: "552 5.3.4 Message size exceeds fixed limit (4096 bytes)" },
    ]],
    ["none", ["MAIL FROM:<a@x>", "RCPT TO:<b@x>", "DATA", "x\r\n."], []],
  ] as const
) {
  Deno.test(`mail sink: onRefused reports ${what}`, async () => {
    const said: MailRefusal[] = [];
    const limits = { recipients: 2, messageSize: 4096 };
    await using sink = await mailSink({
      limits,
      refuse: ["@refused.example"],
      onRefused: (one) => void said.push(one),
    });
    using client = await rawSmtp(sink.port);
    for (const line of ["EHLO me", ...lines]) await client.ask(`${line}\r\n`);
    assert(said.every(({ peer }) => peer.startsWith("127.0.0.1:")));
    assertEquals(said.map(({ peer: _, ...rest }) => rest), refusals.map((one) => ({ ...one, to: [...one.to] })));
  });
}

for (const how of ["starttls", "implicit"] as const) {
  Deno.test(`mail sink: a client that rejects the certificate is reported (${how})`, async () => {
    const faults: MailSinkFault[] = [];
    const options = how === "implicit" ? { implicitTls: true } : { startTls: true };
    await using sink = await mailSink({ ...options, onFault: (fault) => void faults.push(fault) });
    await assertRejects(() => sendMail(sink.address, MESSAGE, { tls: how }));
    // A client that was refused may look once more, to say why.
    await until("it to be reported", () => faults.length > 0);
    assertEquals(faults[0]?.error.code, "tls-certificate-rejected");
    assertMatch(faults[0]?.error.message ?? "", /: the client rejects the certificate$/);
  });
}

Deno.test("mail sink: a client that closes after STARTTLS is reported as possibly rejecting the certificate", async () => {
  const faults: MailSinkFault[] = [];
  await using sink = await mailSink({ startTls: true, onFault: (fault) => void faults.push(fault) });
  const client = await rawSmtp(sink.port);
  assertMatch(await client.ask("STARTTLS\r\n"), /^220 /);
  client.conn.close();
  await until("it to be reported", () => faults.length === 1);
  assertEquals(faults[0]?.error.code, "tls-handshake");
  assertMatch(faults[0]?.error.message ?? "", /during the TLS handshake: it may not trust the certificate$/);
});
