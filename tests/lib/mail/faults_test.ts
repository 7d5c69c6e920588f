import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { request } from "../../../lib/http/mod.ts";
import { MailFaults, mailInbox, type MailRefusal, mailSink } from "../../../lib/mail/mod.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { rawSmtp } from "../../kit/raw_smtp.ts";

const MAIL = "MAIL FROM:<ada@a.example>";
const BOB = "RCPT TO:<Bob@b.example>";
const EVE = "RCPT TO:<eve@b.example>";

/** Failures, what a client says, the codes it gets, and how many refusals are reported. */
for (
  const [fail, lines, codes, refused] of [
    [["rcpt:451:bob@*"], ["EHLO x", MAIL, BOB, EVE, "DATA", "x\r\n."], [250, 250, 451, 250, 354, 250], 1],
    [["RCPT:550"], ["EHLO x", MAIL, BOB, EVE, "DATA"], [250, 250, 550, 550, 554], 2],
    [["rcpt:452:eve@*", "rcpt:550:@b.example"], ["EHLO x", MAIL, BOB, EVE], [250, 250, 550, 452], 2],
    [["mail:452:ada@*"], ["EHLO x", MAIL, "MAIL FROM:<>", BOB], [250, 452, 250, 250], 1],
    [["mail:550"], ["EHLO x", "MAIL FROM:<>"], [250, 550], 1],
    [["mail:550:*"], ["EHLO x", "MAIL FROM:<>"], [250, 550], 1],
    [["data:552:eve@*"], ["EHLO x", MAIL, BOB, "DATA", "x\r\n."], [250, 250, 250, 354, 250], 0],
    [["data:552:eve@*"], ["EHLO x", MAIL, BOB, EVE, "DATA", "RSET"], [250, 250, 250, 250, 552, 250], 1],
    [["message:451"], ["EHLO x", MAIL, BOB, "DATA", "x\r\n.", MAIL], [250, 250, 250, 354, 451, 250], 1],
    [["ehlo:502"], ["EHLO x", MAIL], [502, 503], 0],
    [["auth:454"], ["EHLO x", "AUTH PLAIN AGEAYg==", MAIL], [250, 454, 250], 0],
    [["mail:550:<>"], ["EHLO x", MAIL, "RSET", "MAIL FROM:<>"], [250, 250, 250, 550], 1],
    [["rcpt:550:<bob@b.example>"], ["EHLO x", MAIL, BOB, EVE], [250, 250, 550, 250], 1],
    [["rcpt:550:postmaster"], ["EHLO x", MAIL, "RCPT TO:<postmaster>", EVE], [250, 250, 550, 250], 1],
  ] as const
) {
  Deno.test(`mail faults: ${fail.join(", ")}: ${lines.slice(1).join(", ")} → ${codes.join(" ")}`, async () => {
    const refusals: MailRefusal[] = [];
    await using sink = await mailSink({ fail, onRefused: (refusal) => void refusals.push(refusal) });
    using client = await rawSmtp(sink.port);
    const got: number[] = [];
    for (const line of lines) got.push(Number((await client.ask(`${line}\r\n`)).slice(0, 3)));
    assertEquals([got, refusals.length], [[...codes], refused]);
    assertEquals(sink.store.count, got.filter((code) => code === 354).length - (fail[0] === "message:451" ? 1 : 0));
    for (const { reply } of refusals) assertMatch(reply, /^(\d)\d\d \1\.3\.0 simulated failure$/);
  });
}

/** After 421 the connection is closed, as after any failure of `connect`. */
for (
  const [fail, lines] of [
    ["connect:554", []],
    ["connect:421", []],
    ["ehlo:421", ["EHLO x"]],
    ["rcpt:421:bob@*", ["EHLO x", MAIL, BOB]],
    ["message:421", ["EHLO x", MAIL, BOB, "DATA", "x\r\n."]],
  ] as const
) {
  Deno.test(`mail faults: ${fail} closes the connection`, async () => {
    await using sink = await mailSink({ fail: [fail] });
    using client = await rawSmtp(sink.port, false);
    let last = await client.reply();
    for (const line of lines) last = await client.ask(`${line}\r\n`);
    assertStringIncludes(last, fail.split(":")[1] ?? "");
    assertEquals(await client.conn.read(new Uint8Array(1)), null);
  });
}

/** The connection is closed without a reply; those to what came before have arrived. */
for (
  const [fail, lines, refused] of [
    ["connect:close", [], 0],
    ["ehlo:close", ["EHLO x"], 0],
    ["auth:close", ["EHLO x", "AUTH PLAIN AGEAYg=="], 0],
    ["MAIL:CLOSE", ["EHLO x", MAIL], 1],
    ["rcpt:close:bob@*", ["EHLO x", MAIL, EVE, BOB], 1],
    ["data:close", ["EHLO x", MAIL, BOB, "DATA"], 1],
    ["message:close:eve@*", ["EHLO x", MAIL, EVE, "DATA", "x\r\n."], 1],
  ] as const
) {
  Deno.test(`mail faults: ${fail} closes the connection without a reply`, async () => {
    const refusals: MailRefusal[] = [];
    await using sink = await mailSink({ fail: [fail], onRefused: (refusal) => void refusals.push(refusal) });
    using client = await rawSmtp(sink.port, false);
    const replies = [await client.reply()];
    for (const line of lines) replies.push(await client.ask(`${line}\r\n`));
    assertEquals(replies.map((reply) => reply === ""), replies.map((_, i) => i === lines.length));
    assertEquals([refusals.length, refusals[0]?.reply ?? ""], [refused, ""]);
    assertEquals(sink.store.count, 0);
    // Others are served.
    sink.faults.set({});
    using other = await rawSmtp(sink.port);
    assertStringIncludes(await other.ask("EHLO x\r\n"), "250");
  });
}

Deno.test("mail faults: message:drop stores the message, and the client does not learn it", async () => {
  const refusals: MailRefusal[] = [];
  await using sink = await mailSink({
    fail: ["message:DROP:bob@*"],
    onRefused: (refusal) => void refusals.push(refusal),
  });
  using client = await rawSmtp(sink.port);
  for (const line of ["EHLO x", MAIL, EVE, "DATA", "x\r\n."]) await client.ask(`${line}\r\n`);
  const codes: string[] = [];
  for (const line of [MAIL, BOB, "DATA", "y\r\n."]) codes.push((await client.ask(`${line}\r\n`)).slice(0, 3));
  assertEquals(codes, ["250", "250", "354", ""]);
  assertEquals([sink.store.messages.map(({ to }) => to[0]), refusals], [["eve@b.example", "Bob@b.example"], []]);
});

/** Failures of other protocols: the stage asked for, with an address, and what applies. */
for (
  const [fail, stage, address, failure] of [
    ["pop3-retr:err", "pop3-retr", "bob@b.example", { action: "reply", code: "err" }],
    ["POP3-PASS:ERR:bob@*", "pop3-pass", "Bob@b.example", { action: "reply", code: "err" }],
    ["pop3-pass:err:bob@*", "pop3-pass", "eve@b.example", undefined],
    ["pop3-quit:drop", "pop3-quit", "bob@b.example", { action: "drop", code: "drop" }],
    ["pop3-connect:close", "pop3-connect", undefined, { action: "close", code: "close" }],
    ["imap-login:no", "imap-login", "bob@b.example", { action: "reply", code: "no" }],
    ["imap-fetch:bye", "imap-fetch", "bob@b.example", { action: "reply", code: "bye" }],
    ["imap-fetch:bad", "imap-store", "bob@b.example", undefined],
    ["imap-append:drop:*", "imap-append", "bob@b.example", { action: "drop", code: "drop" }],
    ["nntp-group:411", "nntp-group", undefined, { action: "reply", code: "411" }],
    ["nntp-authinfo:481", "nntp-authinfo", "bob", { action: "reply", code: "481" }],
  ] as const
) {
  Deno.test(`mail faults: ${fail} at ${stage} of ${address}`, () => {
    const faults = new MailFaults({ fail: [fail] });
    assertEquals(faults.find(stage, address === undefined ? undefined : [address]), failure);
    assertEquals(faults.reply("connect"), undefined);
  });
}

Deno.test("mail faults: commands sent together are answered up to the one that closes", async () => {
  await using sink = await mailSink({ fail: ["data:close"] });
  using client = await rawSmtp(sink.port);
  await client.say(`EHLO x\r\n${MAIL}\r\n${BOB}\r\nDATA\r\n`);
  const codes: string[] = [];
  for (let reply = await client.reply(); reply !== ""; reply = await client.reply()) codes.push(reply.slice(0, 3));
  assertEquals(codes, ["250", "250", "250"]);
});

Deno.test("mail faults: STARTTLS fails, and the client may go on", async () => {
  await using sink = await mailSink({ startTls: true, fail: ["starttls:454"] });
  using client = await rawSmtp(sink.port);
  assertStringIncludes(await client.ask("EHLO x\r\n"), "STARTTLS");
  assertMatch(await client.ask("STARTTLS\r\n"), /^454 /);
  assertMatch(await client.ask(`${MAIL}\r\n`), /^250 /);
});

for (
  const [text, message] of [
    ["rcpt", /STAGE:CODE/],
    ["rcpt:451:bob@*:3", /invalid address pattern/],
    ["rcpt:451:a:b@x", /invalid address pattern/],
    ["rcpt:451:bob@*,eve@*", /invalid address pattern/],
    ["connect:close:bob@*", /a pattern requires/],
    ["data:closed", /, close or drop/],
    ["data:drop", /drop requires message/],
    ["pop3-connect:drop", /drop requires message/],
    ["imap-starttls:drop", /drop requires message/],
    ["pop3-retr:451", /and err, close or drop/],
    ["imap-fetch:err", /and no, bad, bye, close or drop/],
    ["nntp-group:no", /400 to 599/],
    ["pop3:err", /pop3-retr/],
    ["imap-connect:bye:bob@*", /a pattern requires/],
    ["rcpt:250", /400 to 559/],
    ["rcpt:4510", /400 to 559/],
    ["rcpt:461", /400 to 559/],
    ["quit:451", /connect, ehlo, starttls, auth, mail, rcpt, data, message/],
    ["auth:535:ada@*", /a pattern requires/],
    ["rcpt:451:", /invalid address pattern/],
    ["rcpt:451:bob", /invalid address pattern/],
    ["rcpt:451:bob@*\r\n", /invalid address pattern/],
  ] as const
) {
  Deno.test(`mail faults: ${JSON.stringify(text)} is invalid, and changes nothing`, () => {
    const faults = new MailFaults({ fail: ["data:451"], delay: 5 });
    assertMatch(assertThrows(() => faults.set({ fail: [text] }), UsageError).message, message);
    assertEquals([faults.fail, faults.delay], [["data:451"], 5]);
  });
}

Deno.test("mail faults: a delay out of range is invalid", async () => {
  for (const delay of [-1, 0.5, NaN, Infinity, 600_001]) {
    assertThrows(() => new MailFaults({ delay }), UsageError, "invalid delay");
    await assertRejects(() => mailSink({ delay }), UsageError);
  }
});

Deno.test("mail faults: each reply is delayed, also longer than the idle timeout", async () => {
  using time = new FakeTime();
  await using sink = await mailSink({ delay: 120_000 });
  using client = await rawSmtp(sink.port, false);
  let greeted = false;
  const greeting = client.reply().then((reply) => (greeted = true, reply));
  while (time.pending === 0) await time.turn();
  await time.pass(119_999);
  assert(!greeted);
  await time.pass(1);
  assertMatch(await greeting, /^220 /);
  sink.faults.set({});
  assertMatch(await client.ask("EHLO x\r\n"), /^250/);
});

Deno.test("mail faults: a delayed reply is sent when the sink stops", async () => {
  using time = new FakeTime();
  const sink = await mailSink({ delay: 60_000 });
  using client = await rawSmtp(sink.port, false);
  while (time.pending === 0) await time.turn();
  const over = sink.shutdown();
  assertMatch(await client.reply(), /^220 /);
  assertMatch(await client.reply(), /^421 4\.3\.2 /);
  await over;
});

/** Bodies of PUT /api/faults: the status, and the faults from then on. */
for (
  const [body, status, now] of [
    ['{"fail":["rcpt:451:bob@*","data:552"],"delay":"2s"}', 200, { fail: ["rcpt:451:bob@*", "data:552"], delay: 2000 }],
    ['{"fail":["mail:550"]}', 200, { fail: ["mail:550"], delay: 0 }],
    ['{"delay":1500}', 200, { fail: [], delay: 1500 }],
    ['{"delay":"0s"}', 200, { fail: [], delay: 0 }],
    ["{}", 200, { fail: [], delay: 0 }],
    ["", 400],
    ["[]", 400],
    ["null", 400],
    ["{", 400],
    ["\xff", 400],
    ['{"fial":[]}', 400],
    ['{"fail":"rcpt:451"}', 400],
    ['{"fail":[1]}', 400],
    ['{"fail":["rcpt"]}', 400],
    ['{"fail":["rcpt:451"],"delay":"soon"}', 400],
    ['{"delay":-1}', 400],
    ['{"delay":"11m"}', 400],
    ['{"delay":null}', 400],
    [`{"fail":[${'"mail:550",'.repeat(1000)}"mail:550"]}`, 400],
    [" ".repeat(70_000), 400],
  ] as const
) {
  Deno.test(`mail faults: PUT ${body.slice(0, 60).trim()} is ${status}`, async () => {
    await using sink = await mailSink({ fail: ["data:451"], delay: 7 });
    await using inbox = mailInbox(sink.store, { faults: sink.faults });
    const bytes = Uint8Array.from(body, (char) => char.charCodeAt(0));
    using response = await request(`${inbox.url}api/faults`, { method: "PUT", body: bytes });
    const answer = JSON.parse(await response.body.text(10_000));
    assertEquals(response.status, status);
    const { fail, delay } = sink.faults;
    assertEquals({ fail, delay }, now ?? { fail: ["data:451"], delay: 7 });
    if (now) assertEquals(answer, now);
    else assert(answer.error.message.length > 0);
  });
}

Deno.test("mail faults: the API shows and removes them, and rejects other origins, host names and parameters", async () => {
  await using sink = await mailSink({ fail: ["data:451"] });
  await using inbox = mailInbox(sink.store, { faults: sink.faults });
  const statuses: number[] = [];
  for (
    const [method, query, headers] of [
      ["PUT", "", { "Origin": "http://evil.example" }],
      ["DELETE", "", { "Sec-Fetch-Site": "cross-site" }],
      ["PUT", "", { "Host": "evil.example" }],
      ["DELETE", "?x=1", {}],
      ["POST", "", {}],
      ["GET", "", {}],
    ] as const
  ) {
    const url = `${inbox.url}api/faults${query}`;
    using response = await request(url, { method, headers, ...method === "PUT" ? { body: "{}" } : {} });
    statuses.push(response.status);
    assertEquals(sink.faults.fail, ["data:451"]);
  }
  assertEquals(statuses, [403, 403, 403, 400, 405, 200]);
  using response = await request(`${inbox.url}api/faults`, { method: "DELETE" });
  assertEquals([response.status, sink.faults.fail], [204, []]);
});
