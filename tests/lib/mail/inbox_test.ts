import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { request } from "../../../lib/http/mod.ts";
import { mailInbox, MailRelay, type MailSink, mailSink, type MailStore, sendMail } from "../../../lib/mail/mod.ts";
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
    get: (id) => store.get(id),
    watch: (watcher) => store.watch(watcher),
    account: (user) => store.account(user),
    read: (id, limit) => store.read(id, limit),
    parsed: (id) => store.parsed(id),
    remove: (id) => store.remove(id),
    isSeen: (id) => store.isSeen(id),
    markSeen: (ids, seen) => store.markSeen(ids, seen),
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
  assertMatch((await ask(`${api}/${id}/html`)).text, /^<p>y<\/p>\s*$/);
  assertMatch(view.html, /^<p>y<\/p>\s*$/);
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

Deno.test("mail inbox: wait returns a message when it arrives, or an empty list", async () => {
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
  // A waiting request does not prevent shutdown.
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
    ["a name in other case, with the default port", { Host: "Mail.example:80", Origin: "http://mail.example" }, 204],
    ["another port of a name that is allowed", { Host: "mail.example", Origin: "http://mail.example:8080" }, 403],
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

Deno.test("mail inbox: missing resources and invalid requests", async () => {
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
      ["livez", 200],
      ["readyz", 200],
      ["api/openapi.json", 200],
      ["api/openapi.json", 404, "DELETE"],
      [`messages/${id}`, 200],
      ["messages/other", 200],
      ["messages/a/b", 404],
      [`messages/${id}/frame`, 404],
      ["api/messages", 405, "POST"],
      ["api/messages", 405, "PUT"],
      ["api/faults", 404],
      ["api/faults", 405, "PUT"],
      ["", 405, "PUT"],
    ] as const
  ) {
    assertEquals([path, (await ask(inbox.url + path, { method })).status], [path, status]);
  }
});

Deno.test("mail inbox: each host name that is rejected is reported once", async () => {
  await using sink = await mailSink();
  const seen: string[] = [];
  await using inbox = mailInbox(sink.store, {
    onRefused: ({ peer, error }) => void seen.push(`${peer.replace(/:.*/, "")} ${error.code} ${error.message}`),
  });
  for (const host of ["sink:8025", "sink:8025", "localhost", "evil.example", "sink:8025"]) {
    const { status, text } = await ask(`${inbox.url}api/messages`, { headers: { Host: host } });
    assertEquals([host, status], [host, host === "localhost" ? 200 : 403]);
    // The body says as much as the report.
    if (status === 403) assertStringIncludes(seen.join("\n"), JSON.parse(text).error.message);
  }
  const known = "is not allowed: it is not among the host names that this server is configured for";
  assertEquals(
    seen,
    ["sink:8025", "evil.example"].map((host) => `127.0.0.1 forbidden-host host name "${host}" ${known}`),
  );
});

const TEXT = new TextEncoder();
/** Messages of a mailbox, the oldest first: sender, recipients and content. */
const MAILBOX = [
  { from: "ada@x.test", to: ["a@x.test"], source: "From: Ada <ada@x.test>\r\nSubject: Welcome\r\n\r\nhello" },
  {
    from: "bounce@x.test",
    to: ["b@x.test", "a@x.test"],
    source: "From: Bob <bob@x.test>\r\nSubject: Reset your password\r\n\r\nhttps://x.test/reset",
  },
  {
    from: "ada@x.test",
    to: ["b@x.test"],
    source: 'From: ada@x.test\r\nSubject: Report\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' +
      "--b\r\n\r\nsee below\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1\r\n--b--\r\n",
  },
  { from: "", to: ["c+1@x.test", '"c 2"@x.test'], source: "Subject: Bounce\r\n\r\nhello again" },
] as const;

/** Which of them a query means, for GET and for DELETE alike; or that it is an error. */
const QUERIES: readonly (readonly [string, readonly number[] | 400])[] = [
  ["", [3, 2, 1, 0]],
  ["to=b@x.test", [2, 1]],
  ["to=B@X.TEST", [2, 1]],
  ["to=none@x.test", []],
  ["to=c%2B1@x.test", [3]],
  ["to=c+1@x.test", [3]],
  ["to=%22c+2%22@x.test", [3]],
  ["to=<b@x.test>", [2, 1]],
  ["from=<>", [3]],
  ["from=%3C%3E&limit=1", [3]],
  ["from=ada@x.test", [2, 0]],
  ["from=bounce@x.test", [1]],
  ["from=bob@x.test", [1]],
  ["subject=re", [2, 1]],
  ["subject=Reset+your", [1]],
  ["subject=your+reset", []],
  ["q=hello", [3, 0]],
  ["q=hello+ada", [0]],
  ["has=attachment", [2]],
  ["before=2000-01-01", []],
  ["before=2000-01-01T00:00:00%2B02:00", []],
  ["before=2999-01-01T00:00:00Z", [3, 2, 1, 0]],
  ["before=0", []],
  ["limit=2", [3, 2]],
  ["offset=1&limit=2", [2, 1]],
  ["offset=3", [0]],
  ["offset=9", []],
  ["limit=0", []],
  ["to=a@x.test&from=ada@x.test", [0]],
  ["to=b@x.test&limit=1", [2]],
  ["recipient=b@x.test", 400],
  ["To=b@x.test", 400],
  ["to=", 400],
  ["to=+", 400],
  ["q=", 400],
  ["to=a@x.test&to=b@x.test", 400],
  ["to=b@x.test&typo=1", 400],
  ["has=attachments", 400],
  ["has=", 400],
  ["before=yesterday", 400],
  ["before=2026-02-31", 400],
  ["before=2026-1-1", 400],
  ["before=-1", 400],
  ["limit=1001", 400],
  ["limit=1e2", 400],
  ["limit=0x10", 400],
  ["limit=+1", 400],
  ["limit=1.0", 400],
  ["offset=-1", 400],
  ["q=" + "x+".repeat(20) + "x", 400],
  ["__proto__=1", 400],
];

for (const [query, meant] of QUERIES) {
  Deno.test(`mail inbox: ?${query} means ${meant === 400 ? "nothing" : `[${meant}]`}, for GET and DELETE`, async () => {
    await using sink = await mailSink();
    await using inbox = mailInbox(sink.store);
    const ids: string[] = [];
    for (const { source, ...envelope } of MAILBOX) {
      ids.push((await sink.store.add(envelope, [TEXT.encode(source)])).id);
    }
    const url = `${inbox.url}api/messages?${query}`;
    const got = await ask(url);
    const gone = await ask(url, { method: "DELETE" });
    const left = sink.store.messages.map(({ id }) => ids.indexOf(id));
    if (meant === 400) {
      assertEquals([got.status, gone.status, left], [400, 400, [0, 1, 2, 3]]);
      assertMatch(got.text, /"code":"bad-query"/);
      return;
    }
    const { messages }: { messages: { id: string }[] } = JSON.parse(got.text);
    assertEquals(messages.map(({ id }) => ids.indexOf(id)), [...meant]);
    assertEquals([gone.status, left], [204, [0, 1, 2, 3].filter((index) => !meant.includes(index))]);
  });
}

for (
  const [path, methods] of [
    ["api/messages?wait=1ms&wiat=1", ["GET", "DELETE"]],
    ["api/messages?wait=1ms", ["DELETE"]],
    ["api/messages?count=1", ["DELETE"]],
    ["api/messages?since=1", ["DELETE"]],
    ["api/messages?wait=11m", ["GET"]],
    ["api/messages?wait=1ms&since=1&count=2", ["GET"]],
    ["api/messages/ID?to=b@x.test", ["GET", "DELETE", "HEAD"]],
    ["api/messages/ID/raw?x", ["GET"]],
    ["api/messages/ID/html?images=remote", ["GET"]],
    ["messages/ID/frame?images=all", ["GET"]],
    ["api/openapi.json?x=1", ["GET"]],
  ] as const
) {
  Deno.test(`mail inbox: ${path} is an error for ${methods.join(", ")}`, async () => {
    await using sink = await mailSink();
    await using inbox = mailInbox(sink.store);
    await sendMail(sink.address, MESSAGE, { tls: "none" });
    for (const method of methods) {
      const url = inbox.url + path.replace("ID", sink.store.messages[0]?.id ?? "");
      assertEquals([method, (await ask(url, { method })).status, sink.store.count], [method, 400, 1]);
    }
  });
}

Deno.test("mail inbox: fields of the JSON of a message", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  await deliver(
    sink,
    [
      "From: Ada <ada@x.test>",
      "To: Team: Bob <bob@x.test>, c@x.test;, d@x.test",
      "Cc: Eve <eve@x.test>",
      "Reply-To: Help <help@x.test>",
      "Date: Fri, 27 Nov 2026 15:00:00 +0100",
      "Message-ID: <1@x.test>",
      "Subject: s",
      'Content-Type: multipart/related; boundary="b"',
      "",
      "--b",
      "Content-Type: text/html",
      "",
      '<A HREF="https://x.test/?a=1&amp;b=2">x</a><link rel=x>',
      "--b",
      "Content-Type: image/png",
      "Content-ID: <pic@x.test>",
      "",
      "x",
      "--b--",
    ].join("\r\n"),
  );
  const id = sink.store.messages[0]?.id;
  const view = JSON.parse((await ask(`${inbox.url}api/messages/${id}`)).text);
  const listed = JSON.parse((await ask(`${inbox.url}api/messages`)).text).messages[0];
  for (const { date, messageId, from, to, fromAddresses, toAddresses, cc, replyTo } of [view, listed]) {
    assertEquals({ date, messageId, from, to, fromAddresses, toAddresses, cc, replyTo }, {
      date: "2026-11-27T14:00:00.000Z",
      messageId: "<1@x.test>",
      from: "eve@example.com",
      to: ["bob@example.com"],
      fromAddresses: [{ name: "Ada", address: "ada@x.test" }],
      toAddresses: [
        { name: "Bob", address: "bob@x.test" },
        { name: "", address: "c@x.test" },
        { name: "", address: "d@x.test" },
      ],
      cc: [{ name: "Eve", address: "eve@x.test" }],
      replyTo: [{ name: "Help", address: "help@x.test" }],
    });
  }
  const html = '<A HREF="https://x.test/?a=1&amp;b=2">x</a><link rel=x>';
  assertEquals([view.html.trimEnd(), view.attachments[0].contentId], [html, "pic@x.test"]);
  assertEquals((await ask(`${inbox.url}api/messages/${id}/html`)).text.trimEnd(), html);
});

Deno.test("mail inbox: the OpenAPI description matches the responses", async () => {
  await using server = await mailSink();
  await using sink = await mailSink({ judge: { lookup: () => Promise.resolve([]) } });
  const relay = new MailRelay(sink.store, server.address, { tls: "none" });
  await using inbox = mailInbox(sink.store, { faults: sink.faults, relay, links: {} });
  await sendMail(sink.address, { ...MESSAGE, html: "<p>x</p>", attachments: [{ filename: "a", content: "b" }] }, {
    tls: "none",
  });
  const id = sink.store.messages[0]?.id ?? "";
  const description = JSON.parse((await ask(`${inbox.url}api/openapi.json`)).text);
  const schemas = description.components.schemas;
  const fill = (path: string) => path.slice(1).replace("{id}", id).replace("{index}", "0");
  for (const [path, operations] of Object.entries<Record<string, { responses: object }>>(description.paths)) {
    const [method, { responses } = { responses: {} }] = operations.get
      ? ["GET", operations.get]
      : ["POST", operations.post];
    assertEquals([path, (await ask(inbox.url + fill(path), { method })).status], [path, 200]);
    assert("200" in responses);
  }
  const list = JSON.parse((await ask(`${inbox.url}api/messages`)).text);
  const report = JSON.parse((await ask(`${inbox.url}api/messages/${id}/release`, { method: "POST" })).text);
  const view = JSON.parse((await ask(`${inbox.url}api/messages/${id}`)).text);
  const names = (schema: { properties: object }) => Object.keys(schema.properties);
  assertEquals(Object.keys(list).sort(), names(schemas.List).sort());
  assertEquals(Object.keys(report).sort(), names(schemas.Report).filter((name) => name !== "tls").sort());
  assertEquals(Object.keys(list.messages[0]).sort(), names(schemas.Summary).sort());
  const all = [...names(schemas.Summary), ...names(schemas.Message.allOf[1])].filter((name) => name !== "problem");
  assertEquals(Object.keys(view).sort(), all.sort());
  assertEquals(
    Object.keys(view.attachments[0]).sort(),
    names(schemas.Attachment).filter((n) => n !== "contentId").sort(),
  );
  for (const { name, schema } of description.paths["/api/messages"].get.parameters) {
    const value = { has: "attachment", before: "2999-01-01" }[String(name)] ?? (schema.type === "integer" ? "1" : "1s");
    assertEquals([name, (await ask(`${inbox.url}api/messages?${name}=${value}`)).status], [name, 200]);
  }
});

/** Responses by origin: any page may link to the inbox page, which requests the rest itself. */
for (
  const [what, path, method, headers, status] of [
    ["a link on another page", "/", "GET", { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" }, 200],
    ["a link in a mail program of the same site", "/", "GET", { "Sec-Fetch-Site": "same-site" }, 200],
    ["a link to a message", "/messages/1.M1.x", "GET", { "Sec-Fetch-Site": "cross-site" }, 200],
    ["a form of another page", "/", "POST", { "Origin": "http://evil.example" }, 403],
    ["the API, from another page", "/api/messages", "GET", { "Sec-Fetch-Site": "cross-site" }, 403],
    ["the API, by its Origin", "/api/messages", "GET", { "Origin": "http://evil.example" }, 403],
    ["the API, by a link on another page", "/api/messages", "GET", { "Sec-Fetch-Site": "cross-site" }, 403],
    ["the page, under a foreign name", "/", "GET", { "Host": "evil.example" }, 403],
    ["a message, under a foreign name", "/messages/1.M1.x", "GET", { "Host": "evil.example" }, 403],
    ["a probe, under a foreign name", "/livez", "GET", { "Host": "evil.example" }, 200],
    ["a probe", "/readyz", "HEAD", { "Host": "10.0.0.1:8025" }, 200],
    ["an address of this machine", "/api/messages", "GET", { "Host": "10.0.0.1:8025" }, 200],
  ] as const
) {
  Deno.test(`mail inbox: ${what}: ${method} ${path} gets ${status}`, async () => {
    await using sink = await mailSink();
    await using inbox = mailInbox(sink.store);
    const given = Object.entries({ Host: inbox.address, Connection: "close", ...headers });
    const lines = given.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: inbox.port });
    await conn.write(TEXT.encode(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`));
    assertStringIncludes(await new Response(conn.readable).text(), `HTTP/1.1 ${status} `);
  });
}

Deno.test("mail inbox: beyond loopback, under any name unless some are given, and with a password", async () => {
  await using sink = await mailSink();
  const credentials = { user: "ada", password: "pw" };
  await using open = mailInbox(sink.store, { host: "0.0.0.0" });
  await using named = mailInbox(sink.store, { host: "0.0.0.0", allowHost: ["sink"], credentials });
  const get = async (port: number, host: string, more = "", path = "/api/messages") => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(TEXT.encode(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`));
    return Number((await new Response(conn.readable).text()).slice(9, 12));
  };
  const basic = (password: string) => `Authorization: Basic ${btoa(`ada:${password}`)}\r\n`;
  assertEquals(await get(open.port, "sink:8025"), 200);
  assertEquals(await get(named.port, "other:8025", basic("pw")), 403);
  assertEquals(await get(named.port, "sink:8025"), 401);
  assertEquals(await get(named.port, "sink:8025", basic("no")), 401);
  assertEquals(await get(named.port, "sink:8025", basic("pw")), 200);
  assertEquals(await get(named.port, "sink:8025", "", "/"), 401);
  assertEquals(await get(named.port, "sink:8025", "", "/livez"), 200);
});

Deno.test("mail inbox: a hostile message is data, and its HTML has no rights", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  await deliver(sink, hostileMail("http://192.0.2.1"));
  const id = sink.store.messages[0]?.id;
  const list = await ask(`${inbox.url}api/messages`);
  assertMatch(list.header("content-type"), /^application\/json/);
  assertStringIncludes(list.text, "<script>top.pwned=1</script>");
  const html = await ask(`${inbox.url}messages/${id}/frame`);
  const policy = html.header("content-security-policy");
  assertMatch(policy, /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';/);
  assert(!/http:|script-src|'self'(?!$)/.test(policy.replace("frame-ancestors 'self'", "")));
  assertStringIncludes(html.text, 'src="data:image/png;base64,iVBORw0KGgo');
  assert(!/<(?:base|meta|link|iframe|object|embed|area)\b[^>]*(?:href|http-equiv|src|data)=/i.test(html.text));
  assertEquals(Array.from(html.text.matchAll(/<a [^>]*>/g), ([tag]) => tag), [
    '<a id="link" href="http://192.0.2.1/link" target="_blank" rel="noopener noreferrer">',
    '<a id="self" href="http://192.0.2.1/self" target="_blank" rel="noopener noreferrer">',
    '<a id="js">',
  ]);
  const remote = await ask(`${inbox.url}messages/${id}/frame?images=remote`);
  assertMatch(remote.header("content-security-policy"), /img-src data: http: https:$/);
  const page = await ask(inbox.url);
  assertMatch(page.header("content-security-policy"), /default-src 'none'; script-src 'self'/);
  assertEquals(page.header("content-security-policy").includes("unsafe"), false);
  const disposition = (await ask(`${inbox.url}api/messages/${id}/attachments/0`)).header("content-disposition");
  assertEquals(disposition, "attachment; filename=evillmth.html");
});

Deno.test("mail inbox: bytes that are not a message are shown as text", async () => {
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
  const { messages }: { messages: { id: string }[] } = JSON.parse((await ask(`${inbox.url}api/messages`)).text);
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
  const body = new TextEncoder().encode(`Subject: s\r\n\r\n${"a line of text\r\n".repeat(2000)}`);
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

Deno.test("mail inbox: waiting requests are limited, and disconnected ones are removed", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  const api = `${inbox.url}api/messages`;
  for (let i = 0; i < 5; i++) assertEquals(await subjects(`${api}?wait=5ms`), []);
  const clients: Deno.Conn[] = [];
  const ask60 = TEXT.encode(`GET /api/messages?wait=60s HTTP/1.1\r\nHost: ${inbox.address}\r\n\r\n`);
  while (clients.length < 256) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: inbox.port });
    clients.push(conn);
    await conn.write(ask60);
  }
  await until("all of them", async () => (await ask(`${api}?wait=1ms`)).status === 503);
  assertEquals((await ask(api)).status, 200);
  for (const conn of clients) conn.close();
  await until("those that have gone to be forgotten", async () => (await ask(`${api}?wait=1ms`)).status === 200);
  await until("their connections to be closed", () => inbox.connections <= 2);
});

Deno.test("mail inbox: pipelined requests are answered after a waiting one", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: inbox.port });
  const get = (path: string, more = "") =>
    conn.write(TEXT.encode(`GET ${path} HTTP/1.1\r\nHost: ${inbox.address}\r\n${more}\r\n`));
  await get("/api/messages?wait=60s");
  await get("/livez", "Connection: close\r\n");
  const heard = new Response(conn.readable).text();
  await sendMail(sink.address, MESSAGE, { tls: "none" });
  assertMatch(await heard, /^HTTP\/1\.1 200 OK[^]*"found":1[^]*HTTP\/1\.1 200 OK[^]*\r\n\r\nok\n$/);
});

/** Changes that wake a waiting request, and those that do not. */
for (
  const [query, wakes, passes] of [
    ["to=b@x.test", { to: ["B@x.test"] }, { to: ["a@x.test"] }],
    ["subject=reset", { source: "Subject: Reset it\r\n\r\n" }, { source: "Subject: other\r\n\r\nreset" }],
    ["from=ada@x.test", { source: "From: Ada <ada@x.test>\r\n\r\n" }, { source: "From: bob@x.test\r\n\r\n" }],
    ["q=word", { source: "Subject: x\r\n\r\na word here" }, { source: "Subject: x\r\n\r\nnothing" }],
    ["has=attachment", {
      source: "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx",
    }, { source: "Subject: x\r\n\r\nx" }],
  ] as const
) {
  Deno.test(`mail inbox: a request that waits with ${query} is woken by matching messages only`, async () => {
    await using sink = await mailSink();
    await using inbox = mailInbox(sink.store);
    const add = ({ to = ["c@x.test"], source = "Subject: x\r\n\r\nx" }: { to?: readonly string[]; source?: string }) =>
      sink.store.add({ from: "", to }, [TEXT.encode(source)]);
    const waiting = ask(`${inbox.url}api/messages?${query}&wait=60s&count=2`);
    for (const one of [passes, wakes, passes]) await add(one);
    const gone = await add(wakes);
    await sink.store.remove(gone.id);
    await until(
      "it to be counted",
      async () => JSON.parse((await ask(`${inbox.url}api/messages?${query}`)).text).found === 1,
    );
    await add(wakes);
    const { found, total } = JSON.parse((await waiting).text);
    assertEquals([found, total], [2, 4]);
  });
}

Deno.test("mail inbox: a large message is opened while others send", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  const line = TEXT.encode(`${"lorem ipsum =C3=A9 ".repeat(4)}\r\n`);
  const body = new Uint8Array(20 << 20);
  for (let at = 0; at + line.length < body.length; at += line.length) body.set(line, at);
  const head = TEXT.encode("Subject: big\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
  const { id } = await sink.store.add({ from: "", to: ["a@x.test"] }, [head, body]);
  let opened = false;
  const opening = ask(`${inbox.url}api/messages/${id}`).then(({ status }) => (opened = true, status));
  let served = 0;
  while (!opened) {
    await sendMail(sink.address, MESSAGE, { tls: "none" });
    if (!opened) served++;
  }
  assertEquals(await opening, 200);
  assert(served >= 3, `${served} messages were accepted meanwhile`);
});

Deno.test("mail inbox: a message of many short lines is parsed in time", async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  await deliver(sink, `Subject: lines\r\n\r\n${"x\r\n".repeat(200_000)}`);
  const id = sink.store.messages[0]?.id;
  const { problem, text } = JSON.parse((await ask(`${inbox.url}api/messages/${id}`)).text);
  assertEquals([text.length, problem], [400_001, undefined]);
  assertEquals((await ask(`${inbox.url}api/messages/${id}/raw`)).text.length > 600_000, true);
});

Deno.test("mail inbox: the list reads each message once, and cuts long subjects", async () => {
  await using sink = await mailSink();
  const asked: string[] = [];
  const store = watch(sink.store, {
    parsed(id) {
      asked.push(id);
      return sink.store.parsed(id);
    },
  });
  await using inbox = mailInbox(store);
  await deliver(sink, `Subject: ${"word ".repeat(1000)}\r\n\r\n${"x".repeat(1 << 20)}`);
  for (let i = 0; i < 2; i++) {
    const [subject = ""] = await subjects(`${inbox.url}api/messages`);
    assertEquals([subject.length, subject.at(-1), asked], [1001, "…", [store.messages[0]?.id]]);
  }
});

Deno.test("mail inbox: pictures are embedded in the HTML each time they occur, within a limit", () => {
  const picture = (id: string, size: number) => ({
    filename: null,
    mimeType: "image/png",
    disposition: null,
    contentId: `<${id}>`,
    content: () => new Uint8Array(size),
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

/** HTML before and after sanitizing for the frame. */
for (
  const [html, shown] of [
    ['<a href="https://x.test/">x</a>', '<a href="https://x.test/" target="_blank" rel="noopener noreferrer">x</a>'],
    [
      '<a href="mailto:a@x.test" target=_top rel=opener>x</a>',
      '<a href="mailto:a@x.test" target="_blank" rel="noopener noreferrer">x</a>',
    ],
    [
      '<a href="myapp://login?t=1" ping="https://x.test/p" download>x</a>',
      '<a href="myapp://login?t=1" target="_blank" rel="noopener noreferrer">x</a>',
    ],
    ['<a href="#top" target="_blank">x</a>', '<a href="#top">x</a>'],
    ['<a href=" java\nscript:alert(1)">x</a>', "<a>x</a>"],
    ['<a href="data:text/html,x">x</a>', "<a>x</a>"],
    ['<a href="/relative">x</a>', "<a>x</a>"],
    ['<a href="//x.test/">x</a>', "<a>x</a>"],
    [
      '<base href="https://x.test/a/" target="_top"><a href="b">x</a>',
      '<base><a href="https://x.test/a/b" target="_blank" rel="noopener noreferrer">x</a>',
    ],
    [
      '<svg><a xlink:href="https://x.test/">x</a></svg>',
      '<svg><a href="https://x.test/" target="_blank" rel="noopener noreferrer">x</a></svg>',
    ],
    [
      '<p></p><noscript><a href="https://x.test/">x</a></noscript>',
      '<p></p><noscript><a href="https://x.test/" target="_blank" rel="noopener noreferrer">x</a></noscript>',
    ],
    [
      "<template shadowrootmode=open><a href='https://x.test/'>x</a></template>",
      '<template shadowrootmode="open"><a href="https://x.test/" target="_blank" rel="noopener noreferrer">x</a></template>',
    ],
    [
      '<link rel=preconnect href="https://x.test/"><meta http-equiv=refresh content="0;url=https://x.test/">',
      '<link rel="preconnect"><meta content="0;url=https://x.test/">',
    ],
    ['<iframe src="https://x.test/" srcdoc="x"></iframe>', "<iframe></iframe>"],
    ["<style>p a { color: red }</style><p>x</p>", "<style>p a { color: red }</style><p>x</p>"],
    ['<img src="CID:a%40x">', '<img src="data:image/png;base64,AAAA">'],
    ['<img src=" cid:a@x ">', '<img src="data:image/png;base64,AAAA">'],
    ['<img src="cid:A@X">', '<img src="data:image/png;base64,AAAA">'],
    ['<img src="cid:<a@x>">', '<img src="data:image/png;base64,AAAA">'],
    ['<img src="cid:%3Ca@x%3E">', '<img src="data:image/png;base64,AAAA">'],
    ['<img src="cid://a@x">', '<img src="data:image/png;base64,AAAA">'],
    ['<img src="c&#9;id:a@x">', '<img src="data:image/png;base64,AAAA">'],
    ['<img src="cid:b@x">', '<img src="cid:b@x">'],
    ['<p title="cid:a@x">cid:a@x</p>', '<p title="cid:a@x">cid:a@x</p>'],
    ['<div style="background: url(cid:a@x)"></div>', '<div style="background: url(data:image/png;base64,AAAA)"></div>'],
    ['<a href="cid:a@x">x</a>', '<a href="cid:a@x" target="_blank" rel="noopener noreferrer">x</a>'],
    [
      '<img src="cid:a&#64;x" srcset="cid:a@x 2x">',
      '<img src="data:image/png;base64,AAAA" srcset="data:image/png;base64,AAAA 2x">',
    ],
    [
      "<style>p { background: url('cid:a@x') }</style>",
      "<style>p { background: url('data:image/png;base64,AAAA') }</style>",
    ],
  ] as const
) {
  Deno.test(`mail inbox: in the frame ${html}`, () => {
    const part = {
      filename: null,
      mimeType: "image/png",
      disposition: null,
      contentId: "<a@x>",
      content: () => new Uint8Array(3),
    };
    assertEquals(frameHtml(html, [part]).replace(/<\/?(?:html|head|body)>/g, ""), shown);
  });
}
