import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import {
  NegativeError,
  NetworkError,
  raceSignal,
  TimeoutError,
  ToucanError,
  type TraceEvent,
} from "../../../lib/core/mod.ts";
import {
  buildMail,
  MailClient,
  type MailClientOptions,
  type MailMessage,
  mailSink,
  sendAll,
  sendMail,
} from "../../../lib/mail/mod.ts";
import {
  GOOD,
  type Mischief,
  type ScriptedSmtp,
  scriptedSmtp,
  smtpServer,
  type SmtpWire,
} from "../../kit/scripted_smtp.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const MESSAGE: MailMessage = { from: "ada@example.com", to: ["bob@example.com"], subject: "s", text: "hello\n" };
const PLAIN: MailClientOptions = { tls: "none", timeout: DEADLINE_MS };
const never = () => new Promise<void>(() => {});

async function fails(server: ScriptedSmtp, options = PLAIN, message = MESSAGE): Promise<ToucanError> {
  return await assertRejects(() => sendMail(server.address, message, options), ToucanError);
}

/** Each place in the dialogue, and what the client calls it. */
const PLACES = [
  ["greeting", "waiting for the greeting"],
  ["EHLO", "EHLO"],
  ["MAIL", "MAIL FROM"],
  ["RCPT", "RCPT TO"],
  ["DATA", "DATA"],
  [".", "waiting for the reply to the message"],
] as const;

for (const [word, phase] of PLACES) {
  Deno.test(`mail client: a server that closes at ${word} is reported with the phase`, async () => {
    await using server = smtpServer({ [word]: (wire) => wire.close() });
    const error = await fails(server);
    assert(error instanceof NetworkError, `${error}`);
    assertEquals(error.operation, phase);
    assertStringIncludes(error.message, `(${phase})`);
    assertEquals(server.connections, 1);
  });

  Deno.test(`mail client: a server that stalls at ${word} times out`, async () => {
    await using server = smtpServer({ [word]: (wire) => wire.gone() });
    const error = await fails(server, { ...PLAIN, timeout: 500 });
    assert(error instanceof TimeoutError);
    assertEquals(error.operation, phase);
  });

  Deno.test(`mail client: an endless reply at ${word} is rejected`, async () => {
    await using server = smtpServer({
      [word]: async (wire) => {
        while (true) await wire.say("250-more\r\n".repeat(100));
      },
    });
    const error = await fails(server);
    assertEquals(error.code, "smtp-reply-too-long");
  });

  Deno.test(`mail client: an endless line at ${word} is rejected`, async () => {
    await using server = smtpServer({
      [word]: async (wire) => {
        while (true) await wire.say("2".repeat(10_000));
      },
    });
    assertEquals((await fails(server)).code, "smtp-line-too-long");
  });

  Deno.test(`mail client: lines at ${word} without CR LF are rejected`, async () => {
    for (const [say, code] of [["250 ok\n", "smtp-bare-lf"], ["250 ok\r250 x\r\n", "smtp-bare-cr"]] as const) {
      await using server = smtpServer({ [word]: say });
      assertEquals((await fails(server)).code, code);
    }
  });

  Deno.test(`mail client: an invalid reply at ${word} is rejected`, async () => {
    await using server = smtpServer({ [word]: "\xff\x00HTTP/1.1 400 Bad Request\r\n\r\n" });
    assertEquals((await fails(server)).code, "smtp-invalid-reply");
  });
}

Deno.test("mail client: the caller's signal ends it in any phase", async () => {
  for (const [word] of PLACES) {
    const controller = new AbortController();
    await using server = smtpServer({
      [word]: async (wire) => (controller.abort(new Error("enough")), await wire.gone()),
    });
    await assertRejects(
      () => sendMail(server.address, MESSAGE, { ...PLAIN, signal: controller.signal }),
      Error,
      "enough",
    );
  }
});

Deno.test("mail client: nothing of a message is sent without STARTTLS, unless tls is opportunistic", async () => {
  await using server = smtpServer();
  const error = await fails(server, { timeout: DEADLINE_MS });
  assertEquals([error.code, server.lines], ["starttls-missing", ["EHLO [127.0.0.1]"]]);
  const report = await sendMail(server.address, MESSAGE, { tls: "opportunistic" });
  assertEquals([report.accepted, report.tls], [1, undefined]);
});

Deno.test("mail client: bytes before the handshake are fatal", async () => {
  const EHLO = "250-mx.test\r\n250 STARTTLS\r\n";
  for (const tls of ["starttls", "opportunistic"] as const) {
    await using server = smtpServer({ EHLO, STARTTLS: "220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n" });
    const error = await fails(server, { tls, timeout: DEADLINE_MS });
    assertEquals([error.code, server.lines.at(-1)], ["starttls-injection", "STARTTLS"]);
  }
});

Deno.test("mail client: plain text after the STARTTLS reply breaks the handshake", async () => {
  await using server = smtpServer({
    EHLO: "250-mx.test\r\n250 STARTTLS\r\n",
    STARTTLS: async (wire) => {
      await wire.say("220 go\r\n");
      await wire.say("250 ok\r\n".repeat(100));
    },
  });
  const error = await fails(server, { timeout: DEADLINE_MS });
  assert(["starttls-injection", "tls-not-spoken", "tls-handshake"].includes(error.code), error.code);
  assertEquals(server.lines.filter((line) => /^MAIL/.test(line)), []);
});

Deno.test("mail client: nothing is sent after STARTTLS with an untrusted certificate", async () => {
  await using sink = await mailSink({ startTls: true });
  for (const tls of ["starttls", "opportunistic"] as const) {
    const untrusted = await assertRejects(() => sendMail(sink.address, MESSAGE, { tls }), NetworkError);
    assertMatch(untrusted.code, /^tls-/);
    const pin = `sha256:${"A".repeat(43)}=`;
    const wrong = await assertRejects(() => sendMail(sink.address, MESSAGE, { tls, trust: { pin } }), NetworkError);
    assertEquals(wrong.code, "pin-mismatch");
  }
  assertEquals(sink.store.count, 0);
  const report = await sendMail(sink.address, MESSAGE, { trust: { pin: sink.pin } });
  assertEquals([report.tls, sink.store.count], ["pin", 1]);
  assertEquals((await sendMail(sink.address, MESSAGE, { trust: { insecure: true } })).tls, "nothing");
});

Deno.test("mail client: implicit TLS", async () => {
  await using sink = await mailSink({ implicitTls: true });
  const report = await sendMail(sink.address, MESSAGE, { tls: "implicit", trust: { pin: sink.pin } });
  assertEquals([report.tls, report.accepted], ["pin", 1]);
  await assertRejects(() => sendMail(sink.address, MESSAGE, { tls: "implicit" }), NetworkError);
});

const AUTHS = ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"] as const;
for (const mechanism of AUTHS) {
  Deno.test(`mail client: AUTH ${mechanism} with the right and a wrong password, neither in the trace`, async () => {
    await using sink = await mailSink({ startTls: true, credentials: { user: "ada", password: "s3cret pässword" } });
    const events: TraceEvent[] = [];
    const options = { trust: { pin: sink.pin }, trace: (event: TraceEvent) => void events.push(event) };
    const auth = { user: "ada", secret: "s3cret pässword", mechanism };
    assertEquals((await sendMail(sink.address, MESSAGE, { ...options, auth })).accepted, 1);
    const wrong = { ...options, auth: { ...auth, secret: "wrong" } };
    const error = await assertRejects(() => sendMail(sink.address, MESSAGE, wrong), NegativeError);
    assertEquals(error.code, "auth-refused");
    const traced = events.map(({ text }) => text).join("\n");
    assertStringIncludes(traced, "********");
    for (const secret of ["s3cret pässword", "\0ada\0s3cret pässword"]) {
      assert(!traced.includes(secret) && !traced.includes(new TextEncoder().encode(secret).toBase64()));
    }
    assertEquals(sink.store.count, 1);
    const nobody = await sendMail(sink.address, MESSAGE, { tls: "none" });
    assertEquals([nobody.accepted, nobody.recipients[0]?.reply.code], [0, 530]);
  });
}

Deno.test("mail client: no password is sent without TLS, unless withoutTls is set", async () => {
  await using sink = await mailSink();
  const auth = { user: "ada", secret: "pw" };
  const error = await assertRejects(() => sendMail(sink.address, MESSAGE, { ...PLAIN, auth }), NetworkError);
  assertEquals(error.code, "auth-without-tls");
  assertEquals((await sendMail(sink.address, MESSAGE, { ...PLAIN, auth: { ...auth, withoutTls: true } })).accepted, 1);
  await using server = smtpServer();
  const missing = await fails(server, { ...PLAIN, auth: { ...auth, withoutTls: true } });
  assertEquals(missing.code, "auth-missing");
});

Deno.test("mail client: one of three recipients is rejected", async () => {
  for (const EHLO of [GOOD.EHLO ?? "", "250 mx.test\r\n"]) {
    await using server = smtpServer({
      EHLO,
      RCPT: (wire, line) => wire.say(line.includes("bad") ? "550 5.1.1 nobody\r\n" : "250 ok\r\n"),
    });
    const report = await sendMail(
      server.address,
      { ...MESSAGE, to: ["a@x.example", "bad@x.example", "c@x.example"] },
      PLAIN,
    );
    assertEquals(report.recipients.map(({ address, accepted, reply }) => [address, accepted, reply.code]), [
      ["a@x.example", true, 250],
      ["bad@x.example", false, 550],
      ["c@x.example", true, 250],
    ]);
    assertEquals([report.accepted, report.recipients[1]?.reply.enhanced], [2, "5.1.1"]);
  }
});

Deno.test("mail client: the message is rejected at each command", async () => {
  const cases: readonly (readonly [Record<string, Mischief>, number])[] = [
    [{ MAIL: "550 5.7.1 not you\r\n", RCPT: "503 what\r\n", DATA: "503 what\r\n" }, 550],
    [{ RCPT: "450 4.2.1 later\r\n", DATA: "554 nobody\r\n" }, 450],
    [{ DATA: "451 4.3.0 not now\r\n" }, 451],
    [{ ".": "554 5.7.1 spam\r\n" }, 554],
  ];
  for (const [changes, code] of cases) {
    await using server = smtpServer(changes);
    await using client = new MailClient(server.address, PLAIN);
    for (let round = 0; round < 2; round++) {
      const report = await client.send(MESSAGE);
      assertEquals([report.accepted, report.recipients[0]?.reply.code], [0, code]);
    }
    // The second message has a clean start on the same connection.
    assertEquals([server.connections, server.lines.filter((line) => line === "RSET").length], [1, 1]);
  }
});

Deno.test("mail client: a 354 reply without a valid recipient gets no data, not even a dot", async () => {
  await using server = smtpServer({ RCPT: "550 no\r\n" });
  const report = await sendMail(server.address, MESSAGE, PLAIN);
  assertEquals([report.accepted, server.lines.at(-1)], [0, "DATA"]);
});

Deno.test("mail client: the greeting, EHLO and MAIL are rejected", async () => {
  await using busy = smtpServer({ greeting: "554 go away\r\n" });
  assertEquals((await fails(busy)).code, "server-refused");
  await using closing = smtpServer({ greeting: "421 4.3.2 not now\r\n" });
  assertEquals((await fails(closing)).code, "smtp-closing");
  await using old = smtpServer({ EHLO: "500 what\r\n" });
  assertEquals((await sendMail(old.address, MESSAGE, PLAIN)).accepted, 1);
  assertEquals(old.lines.slice(0, 2).map((line) => line.slice(0, 4)), ["EHLO", "HELO"]);
  await using stern = smtpServer({ EHLO: "500 what\r\n", HELO: "550 no\r\n" });
  assertEquals((await fails(stern)).code, "server-refused");
});

Deno.test("mail client: messages share one connection; after 421 or a lost connection a new one is opened", async () => {
  await using server = smtpServer();
  await using client = new MailClient(server.address, PLAIN);
  for (let i = 0; i < 20; i++) assertEquals((await client.send(MESSAGE)).accepted, 1);
  assertEquals([server.connections, client.unreachable], [1, undefined]);

  for (const leave of ["421 4.3.2 enough\r\n", ""]) {
    let count = 0;
    await using weary = smtpServer({
      MAIL: async (wire) => {
        if (++count % 3 !== 0) return await wire.say(GOOD.MAIL ?? "");
        if (leave) await wire.say(leave);
        wire.close();
      },
    });
    await using second = new MailClient(weary.address, PLAIN);
    for (let i = 0; i < 6; i++) assertEquals((await second.send(MESSAGE)).accepted, 1);
    assertEquals(weary.connections, 3);
  }
});

Deno.test("mail client: a message with an unknown result is not sent again", async () => {
  let count = 0;
  await using server = smtpServer({ ".": async (wire) => ++count === 1 ? await wire.say("250 ok\r\n") : wire.close() });
  await using client = new MailClient(server.address, PLAIN);
  await client.send(MESSAGE);
  await assertRejects(() => client.send(MESSAGE), NetworkError);
  assertEquals([count, server.connections], [2, 1]);
});

Deno.test("mail client: an unexpected reply is an error", async () => {
  await using server = smtpServer({ EHLO: "250 mx.test\r\n250 and more\r\n" });
  assertEquals((await fails(server)).code, "smtp-unexpected-reply");
});

Deno.test("mail client: a message beyond SIZE, or without SMTPUTF8, is rejected before MAIL", async () => {
  await using server = smtpServer({ EHLO: "250-mx.test\r\n250 SIZE 1000\r\n" });
  const large = await fails(server, PLAIN, { ...MESSAGE, text: "x\n".repeat(1000) });
  assert(large instanceof NegativeError);
  assertEquals(large.code, "message-too-large");
  const local = await fails(server, PLAIN, { ...MESSAGE, to: ["ädä@example.com"] });
  assertEquals(local.code, "smtputf8-missing");
  assertEquals(server.lines.filter((line) => line.startsWith("MAIL")), []);
  // A domain has an ASCII form.
  await sendMail(server.address, { ...MESSAGE, to: ["ada@bücher.example"] }, PLAIN);
  assert(server.lines.includes("RCPT TO:<ada@xn--bcher-kva.example>"));
});

Deno.test("mail client: SIZE, BODY and SMTPUTF8 are sent where they are offered", async () => {
  await using sink = await mailSink();
  const events: string[] = [];
  const report = await sendMail(sink.address, { ...MESSAGE, to: ["ädä@example.com"] }, {
    ...PLAIN,
    trace: ({ text }) => void events.push(text),
  });
  assertEquals(report.accepted, 1);
  assert(events.includes(`MAIL FROM:<ada@example.com> SIZE=${report.size} BODY=8BITMIME SMTPUTF8`));
  assertEquals(sink.store.messages[0]?.to, ["ädä@example.com"]);
});

Deno.test("mail client: without PIPELINING every command waits for its reply", async () => {
  await using server = scriptedSmtp(async (wire) => {
    const answers = ["220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"];
    for (const answer of answers) {
      await wire.say(answer);
      if (answer.startsWith("354")) break;
      await wire.line();
    }
    await wire.until(".");
    await wire.say("250 ok\r\n");
    await wire.line();
    await wire.say("221 bye\r\n");
  });
  assertEquals((await sendMail(server.address, { ...MESSAGE, cc: ["c@example.com"] }, PLAIN)).accepted, 2);
});

Deno.test("mail client: more recipients than one pipelined group", async () => {
  await using sink = await mailSink();
  const to = Array.from({ length: 350 }, (_, i) => `r${i}@example.com`);
  assertEquals((await sendMail(sink.address, { ...MESSAGE, bcc: to }, PLAIN)).accepted, 351);
  assertEquals(sink.store.messages[0]?.to.length, 351);
});

Deno.test("mail client: a reply sent in the middle of DATA is reported", async () => {
  await using server = scriptedSmtp(async (wire) => {
    await wire.say("220 mx\r\n");
    await wire.line();
    await wire.say("250-mx\r\n250 PIPELINING\r\n");
    for (let i = 0; i < 3; i++) await wire.line();
    await wire.say("250 ok\r\n250 ok\r\n354 go\r\n");
    await wire.line();
    await wire.say("552 5.3.4 too much\r\n");
    await wire.until("QUIT");
    await wire.say("221 bye\r\n");
  });
  const report = await sendMail(server.address, MESSAGE, PLAIN);
  assertEquals([report.accepted, report.recipients[0]?.reply.code], [0, 552]);
});

Deno.test("mail client: sendAll reports each message, and does not retry an unreachable server", async () => {
  await using sink = await mailSink({ refuse: ["bad@example.com"] });
  const messages = async function* () {
    yield MESSAGE;
    yield { ...MESSAGE, to: ["bad@example.com"] };
    yield { ...MESSAGE, subject: "a\r\nb" };
    yield await buildMail(MESSAGE);
  };
  await using client = new MailClient(sink.address, PLAIN);
  const outcomes = await Array.fromAsync(sendAll(client, messages()));
  assertEquals(outcomes.map(({ report, error }) => error?.code ?? report?.accepted), [1, 0, "injection", 1]);
  await using nobody = scriptedSmtp(never);
  const { address } = nobody;
  await nobody[Symbol.asyncDispose]();
  await using knocking = new MailClient(address, PLAIN);
  const refused = await Array.fromAsync(sendAll(knocking, messages()));
  assertEquals(refused.map(({ error }) => error?.code), [
    "connection-refused",
    "connection-refused",
    "injection",
    "connection-refused",
  ]);
});

for (
  const [word, reply, code] of [
    ["DATA", "250 2.0.0 kept\r\n", 250],
    ["DATA", "220 hello\r\n", 220],
    ["MAIL", "354 go on\r\n", 354],
    ["RCPT", "354 go on\r\n", 354],
    [".", "354 go on\r\n", 354],
  ] as const
) {
  Deno.test(`mail client: ${code} in reply to ${word} means that no recipient was accepted`, async () => {
    await using server = smtpServer({ [word]: reply });
    const report = await sendMail(server.address, MESSAGE, PLAIN);
    assertEquals([report.accepted, report.recipients[0]?.reply.code], [0, code]);
    assertEquals(server.lines.includes("hello"), word === ".");
  });
}

Deno.test("mail client: replies ahead of their commands are an error, and no message follows", async () => {
  await using server = smtpServer({ MAIL: "250 ok\r\n250 ok\r\n354 go\r\n250 kept\r\n", RCPT: "", DATA: "" });
  assertEquals((await fails(server)).code, "smtp-unexpected-reply");
  assertEquals(server.lines.includes("hello"), false);
});

for (const tls of ["none", "starttls"] as const) {
  Deno.test(`mail client: an aborted connection is closed (tls ${tls})`, async () => {
    for (const greeting of ["554 no\r\n", "421 no\r\n", "what?\r\n"]) {
      const closed = Promise.withResolvers<void>();
      await using server = scriptedSmtp(async (wire) => {
        await wire.say(greeting);
        await wire.gone();
        closed.resolve();
      });
      await assertRejects(() => sendMail(server.address, MESSAGE, { tls, timeout: DEADLINE_MS }));
      // The server waits for the client to do it.
      await raceSignal(closed.promise, AbortSignal.timeout(10_000));
    }
  });
}

for (
  const [secret, reply, shown] of [
    ["welcome", "235 2.7.0 welcome", "235 2.7.0 welcome"],
    ["a", "535 5.7.8 authentication failed", "535 5.7.8 authentication failed"],
    ["s3cret", "535 5.7.8 s3cret is wrong", "535 5.7.8 ******** is wrong"],
    ["s3cret", "535 5.7.8 no s3crets here", "535 5.7.8 no s3crets here"],
    ["p+w (x)", "535 5.7.8 <p+w (x)>", "535 5.7.8 <********>"],
  ] as const
) {
  Deno.test(`mail client: "${reply}" with the password "${secret}" is traced as "${shown}"`, async () => {
    await using server = smtpServer({ EHLO: "250-mx\r\n250 AUTH PLAIN\r\n", AUTH: `${reply}\r\n` });
    const traced: string[] = [];
    const auth = { user: "ada", secret, withoutTls: true };
    const options = { ...PLAIN, auth, trace: ({ text }: TraceEvent) => void traced.push(text) };
    await sendMail(server.address, MESSAGE, options).catch(() => {});
    assertEquals(traced.find((text) => /^[25]35/.test(text)), shown);
    assertEquals(traced.find((text) => text.startsWith("AUTH")), "AUTH PLAIN ********");
  });
}

/** Replies after the login that repeat the password, and what the trace has instead. */
const REPEATED: readonly [what: string, secret: string, reply: string, shown: readonly string[]][] = [
  ["in one line", "s3cret", "550 What is s3cret\r\n", ["550 What is ********"]],
  ["in the last of several lines", "s3cret", "550-No\r\n550 s3cret\r\n", ["550-No", "550 ********"]],
  ["as the code", "550", "550 Unknown 550\r\n", ["550 Unknown ********"]],
  ["in base64", "s3cret", `550 What is ${btoa("\0ada\0s3cret")}\r\n`, ["550 What is ********"]],
];

for (const [what, secret, reply, shown] of REPEATED) {
  Deno.test(`mail client: a password that the server repeats after the login is masked: ${what}`, async () => {
    await using server = smtpServer({ EHLO: "250-mx\r\n250 AUTH PLAIN\r\n", AUTH: "235 ok\r\n", MAIL: reply });
    const traced: string[] = [];
    const auth = { user: "ada", secret, withoutTls: true };
    const options = { ...PLAIN, auth, trace: ({ text }: TraceEvent) => void traced.push(text) };
    const outcome = await sendMail(server.address, MESSAGE, options);
    assertEquals(traced.filter((text) => text.startsWith("550")), [...shown]);
    assertStringIncludes(JSON.stringify(outcome), "********");
  });
}

Deno.test("mail client: passwords that a server repeats are masked, for each mechanism", async () => {
  const repeat = async (wire: SmtpWire, line: string) => {
    if (/^AUTH (LOGIN|CRAM-MD5)$/.test(line)) {
      await wire.say(`334 ${btoa("Username:")}\r\n`);
      const first = await wire.line() ?? "";
      if (line.endsWith("LOGIN")) {
        await wire.say(`334 ${btoa("Password:")}\r\n`);
        await wire.say(`535-what is ${await wire.line()}?\r\n535 s3cret\r\n`);
      } else await wire.say(`535 what is ${first}?\r\n`);
    } else await wire.say(`500-what is ${line}?\r\n500 s3cret\r\n`);
  };
  for (const mechanism of AUTHS) {
    await using server = smtpServer({ EHLO: `250-mx\r\n250 AUTH ${AUTHS.join(" ")}\r\n`, AUTH: repeat });
    const traced: string[] = [];
    const auth = { user: "ada", secret: "s3cret", mechanism, withoutTls: true };
    const error = await fails(server, { ...PLAIN, auth, trace: ({ text }) => void traced.push(text) });
    const sent = server.lines.filter((line) => !/^EHLO|^AUTH \S+$/.test(line)).map((line) => line.split(" ").at(-1));
    for (const secret of ["s3cret", sent.at(-1) ?? ""]) {
      for (const text of [error.message, ...traced]) assert(!text.includes(secret), `${mechanism}: ${text}`);
    }
    assertStringIncludes(error.message, "********");
  }
});

Deno.test("mail client: a message sent during QUIT uses a new connection", async () => {
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  await using server = smtpServer({
    QUIT: async (wire) => {
      // Takes down what is sent behind QUIT, if anything is.
      wire.line().catch(() => {});
      await enough;
      await wire.say("221 bye\r\n");
    },
  });
  const client = new MailClient(server.address, PLAIN);
  await client.send(MESSAGE);
  const parting = client.close();
  const sent = client.send(MESSAGE);
  // As long as it takes to send one.
  const other = new MailClient(server.address, PLAIN);
  await other.send(MESSAGE);
  resolve();
  assertEquals((await sent).accepted, 1);
  await parting;
  await Promise.all([client.close(), other.close()]);
  const quit = server.lines.findIndex((line) => line === "QUIT");
  assertEquals(server.lines.slice(quit + 1).filter((line) => /^MAIL/.test(line)).length, 2);
  assertEquals(server.connections, 3);
});

Deno.test("mail client: with a pin nothing is sent without TLS, also with tls opportunistic", async () => {
  const trust = { pin: `sha256:${"A".repeat(43)}=` };
  const EHLO = "250-mx.test\r\n250 STARTTLS\r\n";
  for (
    const [changes, code] of [[{}, "starttls-missing"], [{ EHLO, STARTTLS: "454 no\r\n" }, "starttls-refused"]] as const
  ) {
    await using server = smtpServer(changes);
    assertEquals((await fails(server, { tls: "opportunistic", trust, timeout: DEADLINE_MS })).code, code);
    assertEquals(server.lines.filter((line) => !/^(EHLO|STARTTLS)/.test(line)), []);
    // Without one that is what was asked for.
    assertEquals((await sendMail(server.address, MESSAGE, { tls: "opportunistic", timeout: DEADLINE_MS })).accepted, 1);
  }
});

Deno.test("mail client: a connection closed in the TLS handshake is reported as such", async () => {
  await using server = smtpServer({
    EHLO: "250-mx.test\r\n250 STARTTLS\r\n",
    STARTTLS: async (wire) => {
      await wire.say("220 go\r\n");
      wire.close();
    },
  });
  const error = await fails(server, { timeout: DEADLINE_MS });
  assertEquals(error.operation, "TLS handshake");
  assertMatch(error.message, /\(TLS handshake\)$/);
});
