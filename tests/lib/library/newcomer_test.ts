import { assertEquals, assertRejects } from "@std/assert";
import type * as toucan from "../../../mod.ts";
import {
  answering,
  connect,
  dial,
  download,
  echoDatagrams,
  follow,
  getTree,
  joinChat,
  listen,
  listenDatagrams,
  mailInbox,
  mailSink,
  NetworkError,
  parseUrl,
  query,
  request,
  savePage,
  sendDatagrams,
  sendMail,
  serveChat,
  serveChatPage,
  serveFiles,
  serveHttp,
  serverConfig,
  ToucanError,
  tryDownload,
} from "../../../mod.ts";
import { withFolder } from "../../kit/folder.ts";

const URLS: readonly (readonly [url: string, parts: (string | number | null)[]])[] = [
  ["http://www.blogpost.com:80/index.html", ["http", "www.blogpost.com", 80, "/index.html", null, null]],
  ["https://a.example/b%20c?d=e&f#g", ["https", "a.example", 443, "/b%20c", "d=e&f", "g"]],
  ["https://a.example", ["https", "a.example", 443, "", null, null]],
  ["https://a.example?#", ["https", "a.example", 443, "", "", ""]],
  ["mailto:ann@example.com", ["mailto", null, null, "ann@example.com", null, null]],
];

Deno.test("newcomer: a URL has its parts as properties, and is its text", () => {
  for (const [text, parts] of URLS) {
    const url = parseUrl(text);
    const { scheme, host, port, path, query, fragment } = url;
    assertEquals([scheme, host, port, path, query, fragment], parts, text);
    assertEquals([`${url}`, JSON.stringify(url)], [text, JSON.stringify(text)]);
  }
  assertEquals(parseUrl("http://a.example/?q=two+cans&r").params, [
    ["q", "two cans"],
    ["r", ""],
  ]);
  const { user, password, netloc } = parseUrl("http://ann:pw%21@a.example:8080/");
  assertEquals([user, password, netloc], ["ann", "pw%21", "ann:pw%21@a.example:8080"]);
});

interface Body {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly read: (response: toucan.HttpResponse) => Promise<unknown>;
  readonly result: unknown;
}

const code = (error: ToucanError) => error.code;
const zipped = new Uint8Array(
  await new Response(new Blob(['{"a": 1}']).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
);
const BODIES: readonly Body[] = [
  { body: "grüße", read: (response) => response.text(), result: "grüße" },
  { body: "", read: (response) => response.text(), result: "" },
  {
    headers: { "Content-Type": "text/plain; charset=iso-8859-1" },
    body: Uint8Array.of(0x63, 0xe9),
    read: (response) => response.text(),
    result: "cé",
  },
  {
    headers: { "Content-Type": "text/plain; charset=no-such" },
    body: "é",
    read: (response) => response.text(),
    result: "é",
  },
  { body: '{"a": [1]}', read: (response) => response.json(), result: { a: [1] } },
  { headers: { "Content-Encoding": "gzip" }, body: zipped, read: (response) => response.json(), result: { a: 1 } },
  { body: "{", read: (response) => response.json().catch(code), result: "invalid-json" },
  { body: "12345", read: (response) => response.text(4).catch(code), result: "too-large" },
  { body: "12345", read: (response) => response.body.text(), result: "12345" },
  { body: "12345", read: (response) => response.bytes(), result: new TextEncoder().encode("12345") },
];

Deno.test("newcomer: a response is text, JSON or bytes, without a limit to give", async () => {
  for (const { headers, body, read, result } of BODIES) {
    await using server = serveHttp("127.0.0.1:0", () => ({ headers, body }));
    using response = await request(server.url);
    assertEquals(await read(response), result);
    using followed = await follow(server.url);
    assertEquals(await read(followed), result);
  }
});

Deno.test("newcomer: a request is text or JSON, without a limit to give", async () => {
  await using server = serveHttp("127.0.0.1:0", async ({ body, target }) => ({
    body: target === "/json" ? JSON.stringify(await body.json()) : await body.text(),
  }));
  const answer = async (target: string, body: toucan.RequestOptions["body"]) => {
    using response = await request(server.url + target, { method: "POST", body });
    return [response.status, response.status === 200 ? await response.text() : ""];
  };
  assertEquals(await answer("text", "hello"), [200, "hello"]);
  assertEquals(await answer("text", ReadableStream.from(["hel", "lo"])), [200, "hello"]);
  assertEquals(await answer("text", new Blob(["hello"]).stream()), [200, "hello"]);
  assertEquals(await answer("json", '{ "a":1 }'), [200, '{"a":1}']);
  assertEquals(await answer("json", "{"), [400, ""]);
  assertEquals(await answer("text", "x".repeat((1 << 20) + 1)), [413, ""]);
});

Deno.test("newcomer: one recipient is a text, and several are a list", async () => {
  await using sink = await mailSink();
  const sent = async (fields: Pick<toucan.MailMessage, "to" | "cc" | "bcc">) => {
    const mail = { from: "ann@example.com", text: "hello", ...fields };
    const report = await sendMail(sink.addr, mail, { tls: "none" });
    return report.recipients.map(({ address }) => address);
  };
  assertEquals(await sent({ to: "ben@example.com" }), ["ben@example.com"]);
  assertEquals(await sent({ to: "Ben <ben@example.com>", cc: "cleo@example.com", bcc: "dora@example.com" }), [
    "ben@example.com",
    "cleo@example.com",
    "dora@example.com",
  ]);
  assertEquals(await sent({ to: ["ben@example.com", "cleo@example.com"] }), ["ben@example.com", "cleo@example.com"]);
  await assertRejects(() => sent({ to: "" }), ToucanError);
});

Deno.test("newcomer: payloads are texts or bytes, and replies are in the report", async () => {
  await using server = await listenDatagrams("127.0.0.1:0", {
    answer: ({ text }) => text === "quiet" ? undefined : text.toUpperCase(),
  });
  const replies = async (payloads: toucan.SendOptions["payloads"]) => {
    const { received } = await sendDatagrams(server.addr, { payloads, wait: 20_000 });
    return received.map(({ text }) => text);
  };
  assertEquals(await replies(["hello"]), ["HELLO"]);
  assertEquals(await replies("hello"), ["HELLO"]);
  assertEquals(await replies(["a", new TextEncoder().encode("b")]), ["A", "B"]);
  assertEquals((await sendDatagrams(server.addr, { payloads: ["quiet"] })).received, []);
});

Deno.test("newcomer: onMessage gets what others say, and not what the client says itself", async () => {
  await using server = serveChat("127.0.0.1:0");
  const heard: string[] = [];
  const three = Promise.withResolvers<void>();
  const channels = ["#lobby"];
  const onMessage = ({ nick, text }: toucan.ChatMessage) => {
    if (heard.push(`${nick}: ${text}`) === 2) three.resolve();
  };
  await using ann = joinChat(server.addr, { nick: "ann", channels, onMessage });
  await using ben = joinChat(server.addr, { nick: "ben", channels });
  await Promise.all([ann.ready, ben.ready]);
  await ann.say("#lobby", "anybody?");
  await ben.say("#lobby", "me");
  await ben.say("ann", "psst");
  await three.promise;
  assertEquals(heard, ["ben: me", "ben: psst"]);
});

interface Listening {
  readonly addr: Deno.NetAddr;
  readonly address: string;
}

/** Every server, opened on a free port, and closed with the stack. */
const SERVERS: Readonly<Record<string, (stack: AsyncDisposableStack) => Listening | Promise<Listening>>> = {
  listen: (stack) => stack.use(listen("127.0.0.1:0")),
  "listen, a pipe": (stack) => stack.use(listen("127.0.0.1:0", { input: "hello" })),
  listenDatagrams: async (stack) => stack.use(await listenDatagrams("127.0.0.1:0")),
  echoDatagrams: async (stack) => stack.use(await echoDatagrams("127.0.0.1:0")),
  serveHttp: (stack) => stack.use(serveHttp("127.0.0.1:0", () => ({}))),
  serveFiles: (stack) => stack.use(serveFiles(".", "127.0.0.1:0")),
  serveChat: (stack) => stack.use(serveChat("127.0.0.1:0")),
  serveChatPage: (stack) => stack.use(serveChatPage(stack.use(serveChat("127.0.0.1:0")), "127.0.0.1:0")),
  mailSink: async (stack) => stack.use(await mailSink()),
  mailInbox: async (stack) => stack.use(mailInbox(stack.use(await mailSink()).store)),
  answering: (stack) => stack.use(answering({})),
};

for (const [name, open] of Object.entries(SERVERS)) {
  Deno.test(`newcomer: the addr of ${name} is that of the runtime, and its address the text`, async () => {
    await using stack = new AsyncDisposableStack();
    const { addr, address } = await open(stack);
    assertEquals(addr.hostname, "127.0.0.1");
    assertEquals(address, `127.0.0.1:${addr.port}`);
  });
}

Deno.test("newcomer: a name server is named by text", async () => {
  await using server = answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } });
  for (const at of [server.addr, server.address]) {
    const { answers } = await query("a.test.", "A", { config: serverConfig([at]), timeout: 20_000 });
    assertEquals(answers.map(({ data }) => data), ["192.0.2.1"]);
  }
  assertEquals(serverConfig(["192.0.2.53", "[::1]:5353"]).servers.map(({ host, port }) => [host, port]), [
    ["192.0.2.53", 53],
    ["::1", 5353],
  ]);
});

/** All calls that connect, with a closed port. */
const CONNECTS: Readonly<Record<string, (host: string, folder: string) => Promise<unknown>>> = {
  dial: (host) => dial(host),
  connect: (host) => connect(host),
  "connect, a pipe": (host) => connect(host, { input: "hello" }),
  request: (host) => request(`http://${host}/`),
  follow: (host) => follow(`http://${host}/`),
  download: (host, folder) => download(`http://${host}/`, { file: `${folder}/a` }, { retries: 0 }),
  savePage: (host, folder) => savePage(`http://${host}/`, { file: `${folder}/a` }, { retries: 0 }),
  getTree: (host, folder) => getTree(`http://${host}/`, folder),
  sendMail: (host) => sendMail(host, { from: "a@example.com", to: "b@example.com" }, { tls: "none" }),
  joinChat: (host) => joinChat(host, { nick: "ann" }).finished,
};

for (const [name, call] of Object.entries(CONNECTS)) {
  Deno.test(`newcomer: a refused connection is thrown by ${name} as by dial`, () =>
    withFolder(async (folder) => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const host = `127.0.0.1:${listener.addr.port}`;
      listener.close();
      const error = await assertRejects(() => call(host, folder), NetworkError);
      assertEquals([error.code, error.peer], ["connection-refused", host]);
      assertEquals([...Deno.readDirSync(folder)], []);
    }));
}

Deno.test("newcomer: errors in results are ToucanErrors, whatever was thrown", async () => {
  const fault = new RangeError("a fault of the caller");
  await using server = serveHttp("127.0.0.1:0", () => ({ body: "hello" }));
  const sink = {
    write: () => {
      throw fault;
    },
    end: () => {},
  };
  const { error } = await tryDownload(server.url, { sink });
  assertEquals([error instanceof ToucanError, error?.code, error?.cause], [true, "internal", fault]);
  await assertRejects(() => download(server.url, { sink }), RangeError, fault.message);
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertEquals((await tryDownload(server.url, { sink }, { signal })).error?.code, "aborted");
  await assertRejects(() => download(server.url, { sink }, { signal }), Error, "enough");
});

/** Milliseconds that a busy machine may take for a short program. */
const BUSY_MS = 120_000;

Deno.test("newcomer: a program that looks at the status only, and reads no body, ends", () =>
  withFolder(async (folder) => {
    await using server = serveHttp("127.0.0.1:0", () => ({ body: "hello" }));
    const path = `${folder}/program.ts`;
    await Deno.writeTextFile(
      path,
      `import { request } from "${new URL("../../../mod.ts", import.meta.url)}";
      const { status } = await request("${server.url}", { stall: ${10 * BUSY_MS} });
      console.log(status);`,
    );
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--no-lock", "--no-check", "--quiet", "--no-prompt", "--allow-net", path],
      env: { NO_COLOR: "1" },
      signal: AbortSignal.timeout(BUSY_MS),
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, "200\n"]);
  }));
