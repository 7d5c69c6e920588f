import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { NegativeError, UsageError } from "../../../lib/core/mod.ts";
import { request, serveHttp } from "../../../lib/http/mod.ts";
import {
  mailInbox,
  mailSink,
  MailWebhook,
  type MailWebhookFailure,
  type MailWebhookOptions,
  sendMail,
} from "../../../lib/mail/mod.ts";
import { rawSmtp } from "../../kit/raw_smtp.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { until } from "../../kit/wait.ts";

const MESSAGE = { from: "Ada <ada@example.com>", to: ["bob@example.com"], subject: "Grüße", text: "hello" };
const FAST = { retryDelay: 1 };

interface Hit {
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A server that records requests, and answers with these statuses, the last one for all further requests. */
function endpoint(statuses: readonly number[], answer: Promise<void> = Promise.resolve()) {
  const hits: Hit[] = [];
  const server = serveHttp("127.0.0.1:0", async ({ method, headers, body }) => {
    const fields = new Headers();
    for (const [name, value] of headers) fields.append(name, value);
    hits.push({ method, headers: fields, body: await body.text(1 << 20) });
    await answer;
    return { status: statuses[Math.min(hits.length, statuses.length) - 1] ?? 200 };
  });
  return { server, hits, url: `${server.url}hook?x=1`, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("mail webhook: a request has the message as the list of the inbox shows it", async () => {
  await using target = endpoint([204]);
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  await using webhook = new MailWebhook(sink.store, target.url);
  await sendMail(sink.address, { ...MESSAGE, bcc: ["eve@example.com"] }, { tls: "none" });
  await webhook.shutdown();
  using list = await request(`${inbox.url}api/messages`);
  const { messages: [message] } = JSON.parse(await list.body.text(10_000));
  const [hit] = target.hits;
  assertEquals(JSON.parse(hit?.body ?? ""), { event: "mail", ...message });
  assertEquals([hit?.method, hit?.headers.get("content-type")], ["POST", "application/json"]);
  assertEquals([message.subject, message.to], ["Grüße", ["bob@example.com", "eve@example.com"]]);
});

/** Runs a webhook for one message; returns the number of requests and the failures. */
async function reported(url: string, options: MailWebhookOptions = {}): Promise<MailWebhookFailure[]> {
  const failures: MailWebhookFailure[] = [];
  await using sink = await mailSink();
  const ended = Promise.withResolvers<void>();
  const webhook = new MailWebhook(sink.store, url, {
    ...FAST,
    ...options,
    onFailure: (failure) => (failures.push(failure), ended.resolve()),
    trace: ({ text }) => / 2\d\d /.test(text) && ended.resolve(),
  });
  assertEquals((await sendMail(sink.address, MESSAGE, { tls: "none" })).accepted, 1);
  await ended.promise;
  await webhook.shutdown();
  return failures;
}

/** Statuses in turn, the number of requests, and whether it is a failure. */
for (
  const [statuses, requests, fails] of [
    [[200], 1, false],
    [[204], 1, false],
    [[500, 502, 503, 200], 4, false],
    [[429, 408, 425, 201], 4, false],
    [[500], 5, true],
    [[400], 1, true],
    [[401], 1, true],
    [[404], 1, true],
    [[304], 1, true],
  ] as const
) {
  Deno.test(`mail webhook: statuses ${statuses.join(", ")}: ${requests} requests${fails ? ", a failure" : ""}`, async () => {
    await using target = endpoint(statuses);
    const failures = await reported(target.url);
    assertEquals([target.hits.length, failures.length], [requests, fails ? 1 : 0]);
    if (!fails) return;
    assertEquals([failures[0]?.attempts, failures[0]?.error.code], [requests, "http-status"]);
    assert(failures[0]?.error instanceof NegativeError);
    assertEquals(failures[0]?.mail.from, "ada@example.com");
  });
}

/** Runs a raw server that answers each connection with this text, or by this function; returns the failures and the connections. */
async function hostile(
  answer: string | ((conn: Deno.Conn) => Promise<void>),
  options: MailWebhookOptions = {},
): Promise<[failures: MailWebhookFailure[], connections: number]> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const served: Promise<unknown>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      open.push(conn);
      const serve = async () => {
        await conn.read(new Uint8Array(65_536));
        if (typeof answer === "string") await conn.write(new TextEncoder().encode(answer)).then(() => conn.close());
        else await answer(conn);
      };
      served.push(serve().catch(() => {}));
    }
  })().catch(() => {});
  try {
    return [await reported(`http://127.0.0.1:${listener.addr.port}/`, options), open.length];
  } finally {
    listener.close();
    for (const conn of open) {
      try {
        conn.close();
      } catch {
        // It is closed already.
      }
    }
    await accepting;
    await Promise.all(served);
  }
}

const endless = (text: string) => async (conn: Deno.Conn) => {
  await conn.write(new TextEncoder().encode(text));
  while (true) await conn.write(new TextEncoder().encode("x".repeat(10_000)));
};

/** Hostile answers, the number of connections, and the code of the failure. */
for (
  const [what, answer, options, connections, code] of [
    ["closes", (conn: Deno.Conn) => Promise.resolve(conn.close()), {}, 5, "connection-"],
    ["is no HTTP", "220 mail\r\n", {}, 5, ""],
    ["sends an endless line", endless("HTTP/1.1 "), {}, 5, ""],
    ["sends endless fields", endless("HTTP/1.1 200 OK\r\nX: "), {}, 5, ""],
    ["is silent", () => Promise.resolve(), { timeout: 30 }, 5, "timeout"],
  ] as const
) {
  Deno.test(`mail webhook: a server that ${what} is a failure after 5 attempts`, async () => {
    const [failures, count] = await hostile(answer, options);
    assertEquals([failures.length, failures[0]?.attempts, count], [1, 5, connections]);
    assertMatch(failures[0]?.error.code ?? "", new RegExp(`^${code}`));
  });
}

Deno.test("mail webhook: an endless body is not read", async () => {
  const [failures, count] = await hostile(endless("HTTP/1.1 200 OK\r\n\r\n"));
  assertEquals([failures, count], [[], 1]);
});

Deno.test("mail webhook: redirects are not followed", async () => {
  await using other = endpoint([200]);
  const [failures, count] = await hostile(`HTTP/1.1 307 Go\r\nLocation: ${other.url}\r\nContent-Length: 0\r\n\r\n`);
  assertEquals([failures.map(({ error }) => error.message.replace(/\d{4,}/, "N")), count, other.hits.length], [
    ["cannot report the message to 127.0.0.1:N: status 307"],
    1,
    0,
  ]);
});

Deno.test("mail webhook: messages that wait are limited; the sink goes on meanwhile", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using target = endpoint([200], promise);
  const failures: MailWebhookFailure[] = [];
  await using sink = await mailSink();
  const options = { ...FAST, waiting: 3, onFailure: (failure: MailWebhookFailure) => void failures.push(failure) };
  await using webhook = new MailWebhook(sink.store, target.url, options);
  for (let i = 0; i < 10; i++) {
    // Four are under way, three wait.
    await sendMail(sink.address, { ...MESSAGE, subject: `${i}` }, { tls: "none" });
    await until("the requests", () => target.hits.length === Math.min(i + 1, 4));
  }
  assertEquals(failures.map(({ error, attempts }) => [error.code, attempts]), Array(3).fill(["webhook-queue-full", 0]));
  resolve();
  await webhook.shutdown();
  assertEquals(target.hits.map(({ body }) => JSON.parse(body).subject).toSorted(), [..."0123456"]);
  assertEquals(sink.store.count, 10);
});

Deno.test("mail webhook: a shutdown makes no further attempts, and what comes later is not reported", async () => {
  await using target = endpoint([500]);
  const failures: MailWebhookFailure[] = [];
  await using sink = await mailSink();
  const options = { retryDelay: 1e6, onFailure: (failure: MailWebhookFailure) => void failures.push(failure) };
  const webhook = new MailWebhook(sink.store, target.url, options);
  await sendMail(sink.address, MESSAGE, { tls: "none" });
  await until("the request", () => target.hits.length === 1);
  await webhook.shutdown();
  await sendMail(sink.address, MESSAGE, { tls: "none" });
  assertEquals([failures.map(({ attempts }) => attempts), target.hits.length], [[1], 1]);
});

Deno.test("mail webhook: a shutdown waits 5 s for a silent server", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using target = endpoint([200], promise);
  const failures: MailWebhookFailure[] = [];
  await using sink = await mailSink();
  const onFailure = (failure: MailWebhookFailure) => void failures.push(failure);
  const webhook = new MailWebhook(sink.store, target.url, { onFailure });
  await sendMail(sink.address, MESSAGE, { tls: "none" });
  await until("the request", () => target.hits.length === 1);
  using time = new FakeTime();
  const over = webhook.shutdown();
  await time.pass(4999);
  assertEquals(failures.length, 0);
  await time.pass(1);
  await over;
  assertEquals(failures.map(({ attempts }) => attempts), [1]);
  resolve();
});

/** Sources of the authorization of a request, and its field. */
for (
  const [what, user, options, authorization] of [
    ["nothing", "", {}, null],
    ["the URL", "me:se%40cret@", {}, `Basic ${btoa("me:se@cret")}`],
    ["a token", "", { token: "abc.DEF=" }, "Bearer abc.DEF="],
    ["a token before the URL", "me:secret@", { token: "abc" }, "Bearer abc"],
  ] as const
) {
  Deno.test(`mail webhook: authorization by ${what}`, async () => {
    await using target = endpoint([400]);
    const [failure] = await reported(target.url.replace("//", `//${user}`), options);
    assertEquals(target.hits.map(({ headers }) => headers.get("authorization")), [authorization]);
    assert(!/cret|abc/.test(`${failure?.error.message}`));
  });
}

for (
  const [url, options] of [
    ["ftp://x/", {}],
    ["http://[", {}],
    ["http://x/", { token: "a\r\nX: y" }],
    ["http://x/", { token: "" }],
  ] as const
) {
  Deno.test(`mail webhook: ${url} with ${JSON.stringify(options)} is invalid`, async () => {
    await using sink = await mailSink();
    assertThrows(() => new MailWebhook(sink.store, url, options), UsageError);
  });
}

Deno.test("mail webhook: a message that was removed meanwhile, and one with a hostile header, are reported", async () => {
  await using target = endpoint([200]);
  await using sink = await mailSink();
  await using webhook = new MailWebhook({
    watch: (use) => sink.store.watch(use),
    parsed: () => Promise.resolve(undefined),
  }, target.url);
  await using other = new MailWebhook(sink.store, target.url);
  using client = await rawSmtp(sink.port);
  const source = `Subject: \x1b[31m${"x".repeat(5000)}\r\nFrom: ${"a@b.example, ".repeat(5000)}\r\nno field\r\n\r\n`;
  await client.say(`EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.com>\r\nBDAT ${source.length} LAST\r\n${source}`);
  for (let i = 0; i < 4; i++) assertMatch(await client.reply(), /^250/);
  await webhook.shutdown();
  await other.shutdown();
  const bodies = target.hits.map(({ body }) => JSON.parse(body));
  assertEquals(bodies.map(({ to, id }) => [to, id]), Array(2).fill([["bob@example.com"], sink.store.messages[0]?.id]));
  assertEquals(bodies.map(({ subject }) => subject.length <= 1001), [true, true]);
  assert(target.hits.every(({ body }) => body.length < 100_000));
});
