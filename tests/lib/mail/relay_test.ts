import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { NegativeError, UsageError } from "../../../lib/core/mod.ts";
import { request } from "../../../lib/http/mod.ts";
import {
  mailInbox,
  type MailInboxOptions,
  MailRelay,
  type MailRelayOptions,
  type MailSink,
  mailSink,
} from "../../../lib/mail/mod.ts";
import { rawSmtp } from "../../kit/raw_smtp.ts";
import { GOOD, type Mischief, smtpServer } from "../../kit/scripted_smtp.ts";

const SOURCE = "From: ada@example.com\r\nTo: bob@example.com\r\nSubject: x\r\n\r\nhello\r\n..dots\r\n";

/** Sends a message to a sink, with hidden recipients in its envelope; returns its id. */
async function caught(
  sink: MailSink,
  source = SOURCE,
  to = ["bob@example.com", "hidden@example.com"],
): Promise<string> {
  using client = await rawSmtp(sink.port);
  await client.say("EHLO me\r\nMAIL FROM:<ada@example.com>\r\n");
  for (const address of to) await client.say(`RCPT TO:<${address}>\r\n`);
  await client.say(`BDAT ${source.length} LAST\r\n${source}`);
  for (let i = 0; i < 2 + to.length; i++) await client.reply();
  assertMatch(await client.reply(), /^250/);
  return sink.store.messages.at(-1)?.id ?? "";
}

async function sourceOf({ store }: MailSink): Promise<string> {
  return new TextDecoder().decode(await store.read(store.messages.at(-1)?.id ?? ""));
}

/** Removes what the receiving sink itself puts in front. */
const received = (source: string) =>
  source.replace(/^Return-Path: .*\r\n(?:X-Envelope-To: .*\r\n)+Received: .*\r\n .*\r\n/, "");

/** Messages as a sink has them, and what is released of them behind the Received field of the sink. */
for (
  const [what, source, released] of [
    ["a message", SOURCE, SOURCE],
    ["Bcc", `Bcc: eve@example.com,\r\n mallory@example.com\r\n${SOURCE}`, SOURCE],
    [
      "its own Return-Path behind other fields",
      `Subject: y\r\nReturn-Path: <x@y>\r\n\r\nz\r\n`,
      `Subject: y\r\nReturn-Path: <x@y>\r\n\r\nz\r\n`,
    ],
    ["no last line end", "Subject: y\r\n\r\nz", "Subject: y\r\n\r\nz\r\n"],
    ["lines that end with LF", "Subject: y\n\nz\n", "Subject: y\r\n\r\nz\r\n"],
    ["no header but that of the sink", "\r\nz\r\n", "\r\nz\r\n"],
  ] as const
) {
  Deno.test(`mail relay: ${what} is released as it was sent, without what names hidden recipients`, async () => {
    await using server = await mailSink();
    await using sink = await mailSink();
    const relay = new MailRelay(sink.store, server.address, { tls: "none" });
    const report = await relay.release(await caught(sink, source));
    assertEquals([report?.accepted, server.store.messages[0]?.to], [2, ["bob@example.com", "hidden@example.com"]]);
    assertEquals(server.store.messages[0]?.from, "ada@example.com");
    const got = received(await sourceOf(server));
    assertMatch(got, /^Received: from me \(\[127\.0\.0\.1\]\)\r\n by toucan with ESMTP; .*\r\n/);
    assertEquals(got.replace(/^Received: .*\r\n .*\r\n/, ""), released);
    assert(!got.includes("hidden@"));
  });
}

Deno.test("mail relay: fields that other programs put in front are removed, also folded ones", async () => {
  await using server = await mailSink();
  await using sink = await mailSink();
  const bytes = new TextEncoder().encode(
    "return-path:\n <a@b.example>\n\t(x)\nX-Envelope-To: <c@d.example>\nSubject: y\n\nz\n",
  );
  const { id } = await sink.store.add({ from: "", to: ["bob@example.com"] }, [bytes]);
  const relay = new MailRelay(sink.store, server.address, { tls: "none" });
  assertEquals((await relay.release(id))?.accepted, 1);
  assertEquals(server.store.messages[0]?.from, "");
  assertEquals(received(await sourceOf(server)), "Subject: y\r\n\r\nz\r\n");
});

Deno.test("mail relay: TLS is required by default, and an unknown message is undefined", async () => {
  await using server = await mailSink();
  await using sink = await mailSink();
  const relay = new MailRelay(sink.store, server.address);
  assertEquals(await relay.release("x"), undefined);
  const error = await assertRejects(async () => relay.release(await caught(sink)));
  assertMatch(String(error), /STARTTLS/);
  assertEquals(server.store.count, 0);
  assertThrows(() => new MailRelay(sink.store, "a b"), UsageError);
  assertThrows(() => new MailRelay(sink.store, "mail.test", { recipients: ["bob"] }), UsageError, "address pattern");
  assertEquals(new MailRelay(sink.store, "smtps://me@mail.test").server, "mail.test:465");
});

Deno.test("mail relay: at most 16 messages are released at the same time", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = smtpServer({ greeting: (wire) => promise.then(() => wire.say(GOOD.greeting ?? "")) });
  await using sink = await mailSink();
  const id = await caught(sink);
  const relay = new MailRelay(sink.store, server.address, { tls: "none" });
  const begun = Array.from({ length: 16 }, () => relay.release(id));
  const error = await assertRejects(() => relay.release(id), NegativeError);
  assertEquals(error.code, "too-many-releases");
  resolve();
  assertEquals((await Promise.all(begun)).map((report) => report?.accepted), Array<number>(16).fill(2));
  assertEquals((await relay.release(id))?.accepted, 2);
});

interface Ask {
  readonly method?: string;
  readonly body?: string;
  readonly path?: (id: string) => string;
  readonly headers?: Record<string, string>;
}

/** Runs an inbox with a relay to a scripted server, asks it, and returns the status and the answer. */
async function asked(
  changes: Readonly<Record<string, Mischief>>,
  { method = "POST", body, path = (id) => `api/messages/${id}/release`, headers }: Ask = {},
  options: MailRelayOptions | undefined = {},
  inboxOptions: MailInboxOptions = {},
): Promise<[number, Record<string, unknown>, readonly string[]]> {
  await using server = smtpServer(changes);
  await using sink = await mailSink();
  const id = await caught(sink);
  const relay = new MailRelay(sink.store, server.address, { tls: "none", ...options });
  await using inbox = mailInbox(sink.store, { relay, ...inboxOptions });
  using response = await request(`${inbox.url}${path(id)}`, { method, headers, body });
  const answer = JSON.parse(await response.body.text(100_000) || "{}");
  return [response.status, answer, server.lines.filter((line) => /^(?:MAIL|RCPT)/.test(line))];
}

const RCPT_BOTH = ["MAIL FROM:<ada@example.com> SIZE", "RCPT TO:<bob@example.com>", "RCPT TO:<hidden@example.com>"];

/** Requests to release, the status, the code of the error or the number of recipients that were accepted, and the commands that the server got. */
for (
  const [what, ask, options, status, result, commands] of [
    ["no body", {}, {}, 200, 2, RCPT_BOTH],
    ["an empty object", { body: "{}" }, {}, 200, 2, RCPT_BOTH],
    ["other recipients", { body: '{"to":["Eve <eve@x.example>, a@y.example"]}' }, {}, 200, 2, [
      ...["MAIL FROM:<ada@example.com> SIZE", "RCPT TO:<eve@x.example>", "RCPT TO:<a@y.example>"],
    ]],
    ["allowed recipients", {}, { recipients: ["@example.com"] }, 200, 2, RCPT_BOTH],
    ["a recipient that is not allowed", {}, { recipients: ["bob@*"] }, 403, "recipient-not-allowed", []],
    [
      "one in the body that is not allowed",
      { body: '{"to":["eve@x.example"]}' },
      { recipients: ["@example.com"] },
      403,
      "recipient-not-allowed",
      [],
    ],
    ["no recipient", { body: '{"to":[]}' }, {}, 400, "no-recipient", []],
    ["an empty recipient", { body: '{"to":[""]}' }, {}, 400, "no-recipient", []],
    ["an invalid recipient", { body: '{"to":["eve"]}' }, {}, 400, "invalid-address", []],
    ["a recipient with a line end", { body: '{"to":["eve@x.example>\\r\\nDATA"]}' }, {}, 400, "invalid-address", []],
    ["recipients as text", { body: '{"to":"eve@x.example"}' }, {}, 400, "bad-body", []],
    ["an unknown field", { body: '{"cc":[]}' }, {}, 400, "bad-body", []],
    ["a body that is no JSON", { body: "x" }, {}, 400, "bad-body", []],
    ["a large body", { body: " ".repeat(70_000) }, {}, 400, "bad-body", []],
    ["a parameter", { path: (id: string) => `api/messages/${id}/release?to=x` }, {}, 400, "bad-query", []],
    ["an unknown message", { path: () => "api/messages/1.M1R0123456789abQ1.toucan/release" }, {}, 404, "not-found", []],
    ["GET", { method: "GET" }, {}, 405, "method-not-allowed", []],
    ["PUT", { method: "PUT", body: "{}" }, {}, 405, "method-not-allowed", []],
    ["another page", { headers: { "Origin": "http://evil.example" } }, {}, 403, "forbidden", []],
    ["another host name", { headers: { "Host": "evil.example" } }, {}, 403, "forbidden-host", []],
  ] as const satisfies readonly (readonly [string, Ask, MailRelayOptions, number, string | number, readonly string[]])[]
) {
  Deno.test(`mail relay: a release with ${what} is ${status}`, async () => {
    const [got, answer, lines] = await asked({}, ask, options);
    const { error, accepted } = answer as { error?: { code: string }; accepted?: number };
    assertEquals([got, error?.code ?? accepted], [status, result]);
    assertEquals(lines.map((line) => line.replace(/SIZE=\d+$/, "SIZE")), [...commands]);
  });
}

/** Servers that refuse, are slow or hostile: the status, and a part of the answer. */
for (
  const [what, changes, options, status, wanted] of [
    ["refuses a recipient", { RCPT: "550 5.1.1 no\r\n" }, {}, 200, /550 5\.1\.1 no.*"accepted":0/],
    ["refuses the message", { ".": "554 5.7.1 spam\r\n" }, {}, 200, /554 5\.7\.1 spam.*"accepted":0/],
    ["refuses the session", { greeting: "554 5.7.1 go away\r\n" }, {}, 502, /go away/],
    [
      "refuses the login",
      { EHLO: "250-x\r\n250 AUTH PLAIN\r\n", AUTH: "535 5.7.8 no\r\n" },
      {
        auth: { user: "me", secret: "s3cret", withoutTls: true },
      },
      502,
      /535 5\.7\.8 no/,
    ],
    ["is silent", { greeting: () => {} }, { timeout: 50 }, 504, /./],
    ["closes", { DATA: (wire) => wire.close() }, {}, 502, /connection-cut/],
    ["is no mail server", { greeting: "HTTP/1.1 400 Bad Request\r\n" }, {}, 502, /./],
    [
      "answers without end",
      { greeting: (wire) => endless(() => wire.say(`220-${"x".repeat(1000)}\r\n`)) },
      {},
      502,
      /./,
    ],
    ["has escapes in its reply", { RCPT: "550 \x1b[31m<script>\r\n" }, {}, 200, /\\u001b\[31m<script>/],
  ] as const satisfies readonly (readonly [string, Record<string, Mischief>, MailRelayOptions, number, RegExp])[]
) {
  Deno.test(`mail relay: a server that ${what} is ${status}`, async () => {
    const [got, answer] = await asked(changes, {}, options);
    assertEquals(got, status);
    assertMatch(JSON.stringify(answer), wanted);
    assert(!JSON.stringify(answer).includes("s3cret"));
  });
}

async function endless(say: () => Promise<void>): Promise<void> {
  while (true) await say();
}

Deno.test("mail relay: the API names the server, and without a relay there is none", async () => {
  const path = () => "api/relay";
  const [status, answer] = await asked({}, { method: "GET", path });
  assertMatch(JSON.stringify([status, answer]), /^\[200,\{"server":"127\.0\.0\.1:\d+"\}\]$/);
  assertEquals((await asked({}, { method: "GET", path }, {}, { relay: undefined })).slice(0, 2), [200, {}]);
  assertEquals((await asked({}, {}, {}, { relay: undefined }))[0], 405);
});

Deno.test("mail relay: a release of an inbox with a password requires it", async () => {
  const credentials = { user: "me", password: "right" };
  const [status, answer, lines] = await asked({}, {}, {}, { credentials });
  assertEquals([status, (answer as { error: { code: string } }).error.code, lines], [401, "unauthorized", []]);
  const headers = { "Authorization": `Basic ${btoa("me:right")}` };
  assertEquals((await asked({}, { headers }, {}, { credentials }))[0], 200);
});

Deno.test("mail relay: onReleased gets the message and the report", async () => {
  const got: unknown[] = [];
  await asked({}, {}, { onReleased: ({ mail, report }) => void got.push([mail.to.length, report.accepted]) });
  assertEquals(got, [[2, 2]]);
});
