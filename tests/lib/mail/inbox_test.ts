import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { request } from "../../../lib/http/mod.ts";
import { mailInbox, type MailSink, mailSink, type MailStore, sendMail } from "../../../lib/mail/mod.ts";
import { frameHtml } from "../../../lib/mail/inbox/frame.ts";
import { hostileMail } from "../../kit/hostile_mail.ts";
import { rawSmtp } from "../../kit/raw_smtp.ts";
import { until } from "../../kit/wait.ts";

const MESSAGE = { from: "Ada <ada@example.com>", to: ["bob@example.com"], subject: "Grüße", text: "hidden words\n" };

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly header: (name: string) => string;
}

async function ask(url: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  using response = await request(url, options);
  const text = await response.body.text(1 << 24);
  return { status: response.status, text, header: (name) => response.headers.get(name) ?? "" };
}

async function subjects(url: string): Promise<string[]> {
  const { messages }: { messages: { subject: string }[] } = JSON.parse((await ask(url)).text);
  return messages.map(({ subject }) => subject);
}

async function deliver(sink: MailSink, source: string): Promise<void> {
  using client = await rawSmtp(sink.port);
  await client.say("EHLO me\r\nMAIL FROM:<eve@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n");
  for (let i = 0; i < 4; i++) await client.reply();
  await client.conn.write(new TextEncoder().encode(`${source}\r\n.\r\n`));
  assertMatch(await client.reply(), /^250/);
}

/** A store that does some things another way. */
function watch(store: MailStore, changes: Partial<MailStore>): MailStore {
  return {
    get messages() {
      return store.messages;
    },
    get count() {
      return store.count;
    },
    get version() {
      return store.version;
    },
    get bytes() {
      return store.bytes;
    },
    add: (envelope, pieces) => store.add(envelope, pieces),
    read: (id, limit) => store.read(id, limit),
    remove: (id) => store.remove(id),
    changed: (signal) => store.changed(signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    ...changes,
  };
}

Deno.test("mail inbox: list, search, one message, its parts, delete", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  const api = `${inbox.url}api/messages`;
  await sendMail(sink.address, MESSAGE, { tls: "none" });
  const attachments = [{ filename: "../../passwd", content: "root" }];
  await sendMail(sink.address, {
    ...MESSAGE,
    subject: "second",
    to: ["eve@example.com"],
    text: "x",
    html: "<p>y</p>",
    attachments,
  }, { tls: "none" });
  assertEquals(await subjects(api), ["second", "Grüße"]);
  assertEquals(await subjects(`${api}?limit=1`), ["second"]);
  assertEquals(await subjects(`${api}?q=HIDDEN+words`), ["Grüße"]);
  assertEquals(await subjects(`${api}?q=gr%C3%BC%C3%9Fe+ada`), ["Grüße"]);
  assertEquals(await subjects(`${api}?q=nowhere`), []);
  assertEquals(await subjects(`${api}?to=EVE@example.com`), ["second"]);
  const id = sink.store.messages[1]?.id;
  const view = JSON.parse((await ask(`${api}/${id}`)).text);
  assertEquals([view.fromHeader, view.hasHtml, view.attachments], ["Ada <ada@example.com>", true, [
    { index: 0, name: "../../passwd", file: "passwd", type: "application/octet-stream", size: 4 },
  ]]);
  assertMatch((await ask(`${api}/${id}/html`)).text, /^<style>.*<\/style><p>y<\/p>\s*$/);
  const attachment = await ask(`${api}/${id}/attachments/0`);
  assertEquals([attachment.text, attachment.header("content-type")], ["root", "application/octet-stream"]);
  assertEquals(attachment.header("content-disposition"), "attachment; filename=passwd");
  const raw = await ask(`${api}/${id}/raw`);
  assertEquals([raw.header("content-type"), raw.header("x-content-type-options")], [
    "text/plain; charset=utf-8",
    "nosniff",
  ]);
  assertStringIncludes(raw.text, "Subject: second\r\n");
  assertEquals((await ask(`${api}/${id}`, { method: "DELETE" })).status, 204);
  assertEquals((await ask(`${api}/${id}`, { method: "DELETE" })).status, 404);
  assertEquals(await subjects(api), ["Grüße"]);
  assertEquals((await ask(api, { method: "DELETE" })).status, 204);
  assertEquals([await subjects(api), sink.store.count, sink.store.bytes], [[], 0, 0]);
});

Deno.test("mail inbox: wait brings a message when it comes, and an empty list when none does", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  const api = `${inbox.url}api/messages`;
  assertEquals(await subjects(`${api}?wait=50ms`), []);
  const waiting = subjects(`${api}?wait=30s&to=bob@example.com&count=2`);
  await sendMail(sink.address, MESSAGE, { tls: "none" });
  await sendMail(sink.address, { ...MESSAGE, to: ["other@example.com"] }, { tls: "none" });
  await sendMail(sink.address, { ...MESSAGE, subject: "two" }, { tls: "none" });
  assertEquals(await waiting, ["two", "Grüße"]);
  const { version } = JSON.parse((await ask(api)).text);
  const changed = ask(`${api}?wait=30s&since=${version}`);
  await sink.store.remove(sink.store.messages[0]?.id ?? "");
  assertEquals(JSON.parse((await changed).text).total, 2);
  // Whoever waits does not keep it from stopping.
  const last = ask(`${api}?wait=30s&count=99`);
  await until("a connection", () => inbox.connections > 0);
  await inbox.shutdown();
  await last.catch(() => {});
});

for (
  const [what, headers, status] of [
    ["its own page", { Origin: "self", "Sec-Fetch-Site": "same-origin" }, 204],
    ["a program", {}, 204],
    ["another page", { Origin: "http://evil.example" }, 403],
    ["another port of this machine", { Origin: "http://127.0.0.1:1" }, 403],
    ["a page without an origin", { Origin: "null" }, 403],
    ["another site, by the browser's word", { "Sec-Fetch-Site": "cross-site" }, 403],
    ["a page under a name of its own (DNS rebinding)", { Host: "evil.example" }, 403],
    ["a name that is allowed", { Host: "mail.example", Origin: "http://mail.example" }, 204],
    ["its own page, through a proxy that speaks TLS", {
      Origin: "https://mail.example",
      "X-Forwarded-Host": "mail.example",
      "X-Forwarded-Proto": "https",
    }, 204],
    ["another page, through a proxy", { Origin: "https://evil.example", "X-Forwarded-Host": "mail.example" }, 403],
    ["another name, through a proxy", { "X-Forwarded-Host": "evil.example" }, 403],
  ] as const
) {
  Deno.test(`mail inbox: ${what} gets ${status}`, async () => {
    await using sink = await mailSink();
    await using inbox = mailInbox(sink.store, { allowHost: ["mail.example"], trustProxy: ["loopback"] });
    await sendMail(sink.address, MESSAGE, { tls: "none" });
    const given: Record<string, string> = { ...headers };
    if (given.Origin === "self") given.Origin = inbox.url.slice(0, -1);
    const { Host, ...rest } = given;
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: inbox.port });
    const lines = Object.entries({ Host: Host ?? inbox.address, Connection: "close", ...rest }).map(([name, value]) =>
      `${name}: ${value}\r\n`
    );
    await conn.write(new TextEncoder().encode(`DELETE /api/messages HTTP/1.1\r\n${lines.join("")}\r\n`));
    assertStringIncludes(await new Response(conn.readable).text(), `HTTP/1.1 ${status} `);
    assertEquals(sink.store.count, status === 204 ? 0 : 1);
  });
}

Deno.test("mail inbox: what is not there, or makes no sense", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  await sendMail(sink.address, MESSAGE, { tls: "none" });
  const id = sink.store.messages[0]?.id;
  for (
    const [path, status, method = "GET"] of [
      ["nothing", 404],
      ["api/messages/none", 404],
      ["api/messages/..%2F..%2Fetc%2Fpasswd", 404],
      ["api/messages/__proto__", 404],
      [`api/messages/${id}/html`, 404],
      [`api/messages/${id}/attachments/0`, 404],
      [`api/messages/${id}/attachments/x`, 404],
      [`api/messages/${id}/raw/more`, 404],
      [`api/messages/${id}/raw`, 404, "DELETE"],
      ["api/messages?wait=never", 400],
      ["api/messages?limit=-1", 400],
      ["api/messages?limit=1001", 400],
      ["api/messages", 405, "POST"],
      ["", 405, "PUT"],
    ] as const
  ) {
    assertEquals([path, (await ask(inbox.url + path, { method })).status], [path, status]);
  }
});

Deno.test("mail inbox: a hostile message is data, and its HTML has no rights", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  await deliver(sink, hostileMail("http://192.0.2.1"));
  const id = sink.store.messages[0]?.id;
  const list = await ask(`${inbox.url}api/messages`);
  assertMatch(list.header("content-type"), /^application\/json/);
  assertStringIncludes(list.text, "<script>top.pwned=1</script>");
  const html = await ask(`${inbox.url}api/messages/${id}/html`);
  const policy = html.header("content-security-policy");
  assertMatch(policy, /^sandbox; default-src 'none';/);
  assert(!/http:|script-src|'self'(?!$)/.test(policy.replace("frame-ancestors 'self'", "")));
  assertStringIncludes(html.text, 'src="data:image/png;base64,iVBORw0KGgo');
  assert(!/<(?:a|base|meta|link|iframe|object|embed)\b/i.test(html.text));
  const page = await ask(inbox.url);
  assertMatch(page.header("content-security-policy"), /default-src 'none'; script-src 'self'/);
  assertEquals(page.header("content-security-policy").includes("unsafe"), false);
  const disposition = (await ask(`${inbox.url}api/messages/${id}/attachments/0`)).header("content-disposition");
  assertEquals(disposition, "attachment; filename=evillmth.html");
});

Deno.test("mail inbox: what is no message is shown as it is", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  const nested = Array.from({ length: 100 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`)
    .join("\r\n");
  const sources = [
    "",
    "no header at all",
    "\x00\x01\x02",
    nested,
    `X: ${"y".repeat(3 << 20)}`,
    "Content-Type: text/plain; charset=none\r\n\r\nx",
  ];
  for (const source of sources) await deliver(sink, source);
  const { messages }: { messages: { id: string }[] } = JSON.parse((await ask(`${inbox.url}api/messages?q=`)).text);
  assertEquals(messages.length, sources.length);
  for (const { id } of messages) {
    assertEquals((await ask(`${inbox.url}api/messages/${id}`)).status, 200);
    assertEquals((await ask(`${inbox.url}api/messages/${id}/raw`)).status, 200);
  }
  assertEquals((await ask(`${inbox.url}api/messages?q=nothing`)).status, 200);
});

Deno.test("mail inbox: a search in thousands of messages lets others have their turn, and a second one is quick", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  const body = new TextEncoder().encode(`Subject: s\r\n\r\n${"a line of text\r\n".repeat(50)}`);
  for (let i = 0; i < 500; i++) await sink.store.add({ from: "", to: ["a@example.com"] }, [body]);
  let turns = 0;
  // timer: counts turns of the event loop
  const timer = setInterval(() => turns++, 1);
  const found = JSON.parse((await ask(`${inbox.url}api/messages?q=nowhere`)).text).found;
  clearInterval(timer);
  assertEquals(found, 0);
  assert(turns > 5, `${turns} turns`);
  assertEquals(JSON.parse((await ask(`${inbox.url}api/messages?q=line+text`)).text).found, 500);
});

Deno.test("mail inbox: no more wait than may, and who has given up is forgotten", async () => {
  await using sink = await mailSink();
  const waiting: (AbortSignal | undefined)[] = [];
  const store = watch(sink.store, {
    changed(signal) {
      waiting.push(signal);
      return sink.store.changed(signal);
    },
  });
  await using inbox = mailInbox(store);
  const api = `${inbox.url}api/messages`;
  for (let i = 0; i < 5; i++) assertEquals(await subjects(`${api}?wait=5ms`), []);
  assert(waiting.length > 5 && waiting.every((signal) => signal?.aborted));
  waiting.length = 0;
  // Clients that go away leave their question behind.
  while (waiting.length < 256) {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: inbox.port });
    const before = waiting.length;
    await conn.write(new TextEncoder().encode(`GET /api/messages?wait=60s HTTP/1.1\r\nHost: ${inbox.address}\r\n\r\n`));
    await until("a question", () => waiting.length > before);
  }
  assertEquals([(await ask(`${api}?wait=60s`)).status, (await ask(api)).status], [503, 200]);
  assertEquals(waiting.filter((signal) => !signal?.aborted).length, 256);
});

Deno.test("mail inbox: a message of nothing but short lines is not read, and its source is there", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  await deliver(sink, `Subject: lines\r\n\r\n${"x\r\n".repeat(200_000)}`);
  const id = sink.store.messages[0]?.id;
  const { problem, text } = JSON.parse((await ask(`${inbox.url}api/messages/${id}`)).text);
  assertEquals(text, undefined);
  assertMatch(problem, /too many lines/);
  assertEquals((await ask(`${inbox.url}api/messages/${id}/raw`)).text.length > 600_000, true);
});

Deno.test("mail inbox: the list asks for the beginnings of messages only, and has long subjects cut", async () => {
  await using sink = await mailSink();
  const spans: (number | undefined)[] = [];
  const store = watch(sink.store, {
    read(id, limit) {
      spans.push(limit);
      return sink.store.read(id, limit);
    },
  });
  await using inbox = mailInbox(store);
  await deliver(sink, `Subject: ${"word ".repeat(1000)}\r\n\r\n${"x".repeat(1 << 20)}`);
  const [subject = ""] = await subjects(`${inbox.url}api/messages`);
  assertEquals([subject.length, subject.at(-1), spans], [1001, "…", [64 * 1024]]);
});

Deno.test("mail inbox: pictures are put into the HTML as often as they stand there, within a limit", () => {
  const picture = (id: string, size: number) => ({
    filename: null,
    mimeType: "image/png",
    disposition: null,
    contentId: `<${id}>`,
    content: new Uint8Array(size),
  });
  const html = '<img src="cid:a@x"><p style="background:url(cid:b)">cid:none</p><img src=cid:a@x>';
  const shown = frameHtml(html, [picture("a@x", 3), picture("b", 6), {
    ...picture("none", 3),
    mimeType: "image/svg+xml",
  }]);
  assertEquals(
    Array.from(shown.matchAll(/data:image\/png;base64,A+/g), ([one]) => one),
    ["AAAA", "AAAAAAAA", "AAAA"].map((one) => `data:image/png;base64,${one}`),
  );
  assertStringIncludes(shown, "cid:none");
  const bomb = frameHtml('<img src="cid:a">'.repeat(1000), [picture("a", 1 << 20)]);
  assert(bomb.length < 24 * 2 ** 20, `${bomb.length}`);
  // Each part is looked up, not searched for.
  const many = Array.from({ length: 50_000 }, (_, i) => picture(`p${i}`, 1));
  assertStringIncludes(frameHtml(`${"x".repeat(1 << 20)}<img src="cid:p49999">`, many), "data:image/png;base64,AA==");
});
