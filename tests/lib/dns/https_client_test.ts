import { assert, assertEquals, assertRejects } from "@std/assert";
import { TimeoutError, ToucanError } from "../../../lib/core/mod.ts";
import { DnsConnections, encodeMessage, type NameServer, recordFrom } from "../../../lib/dns/internal.ts";
import { FRAME } from "../../../lib/http/codec/http2/frame.ts";
import { serveHttp } from "../../../lib/http/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { type Http2Script, type ScriptedHttp2, scriptedHttp2, type ScriptedStream } from "../../kit/http2_server.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const certificate = await makeCertificate();
const TYPE = { "content-type": "application/dns-message" };

/** The response to a question about a name. */
function answerTo(name: string): Uint8Array<ArrayBuffer> {
  return encodeMessage({
    ...{ id: 0, response: true, questions: [{ name, type: "A", class: "IN" }] },
    answers: [recordFrom({ name, type: "A", ttl: 60, data: "192.0.2.1" })],
  });
}

/** Answers as it should be; the names are those that were asked, in order. */
async function answered(stream: ScriptedStream, name: string = `n${stream.count}.test.`): Promise<void> {
  await stream.head({ ":status": "200", ...TYPE });
  await stream.data(answerTo(name), true);
}

/** Runs a test with a scripted server; `ask` asks about names one after the other. */
async function scripted(
  script: Http2Script,
  test: (
    ask: (name?: string, timeout?: number) => Promise<string | undefined>,
    server: ScriptedHttp2,
  ) => Promise<void>,
): Promise<void> {
  await using server = scriptedHttp2(script, { tls: certificate });
  await using connections = new DnsConnections({ tls: { caCerts: [certificate.cert] } });
  const to: NameServer = { protocol: "https", host: "localhost", port: server.port };
  let count = 0;
  await test(async (name = `n${count++}.test.`, timeout = DEADLINE_MS) => {
    const expires = performance.now() + timeout;
    const { message } = await connections.ask(to, { name, type: "A" }, { expires });
    return message.answers[0]?.data;
  }, server);
}

/** Invalid responses, and the codes of their errors. */
const FAILING: readonly (readonly [title: string, code: string, script: Http2Script])[] = [
  ["a status other than 200", "http-status", (stream) => stream.head({ ":status": "503" }, true)],
  ["another content type", "content-type", async (stream) => {
    await stream.head({ ":status": "200", "content-type": "text/html" });
    await stream.data("<html>", true);
  }],
  ["a short message", "answer-cut", async (stream) => {
    await stream.head({ ":status": "200", ...TYPE });
    await stream.data("abc", true);
  }],
  ["another question", "answer-malformed", (stream) => answered(stream, "other.test.")],
  ["a body above 64 KiB", "too-large", async (stream) => {
    await stream.head({ ":status": "200", ...TYPE });
    for (let left = 5; left > 0; left--) await stream.data(new Uint8Array(16_384), left === 1);
  }],
  ["a reset stream", "stream-reset", (stream) => stream.reset(2)],
  ["data before a head", "http2-protocol-error", (stream) => stream.data("abc", true)],
  ["no status", "http2-protocol-error", (stream) => stream.head([["content-type", "text/html"]], true)],
  ["a push", "http2-protocol-error", (stream) => stream.frame(FRAME.PUSH_PROMISE, 4, [0, 0, 0, 2])],
  ["PING on a stream", "http2-protocol-error", (stream) => stream.frame(FRAME.PING, 0, new Uint8Array(8))],
  ["PING of a wrong size", "http2-frame-size-error", (stream) => stream.frame(FRAME.PING, 0, [0], 0)],
  ["CONTINUATION without HEADERS", "http2-protocol-error", (stream) => stream.frame(FRAME.CONTINUATION, 4, [])],
  ["a frame in a header block", "http2-protocol-error", async (stream) => {
    await stream.frame(FRAME.HEADERS, 0, []);
    await stream.frame(FRAME.PING, 0, new Uint8Array(8), 0);
  }],
  ["a header block without end", "http2-enhance-your-calm", async (stream) => {
    await stream.frame(FRAME.HEADERS, 0, []);
    for (let left = 40; left > 0; left--) await stream.frame(FRAME.CONTINUATION, 0, []);
  }],
  [
    "a connection window that is too large",
    "http2-flow-control-error",
    (stream) => stream.frame(FRAME.WINDOW_UPDATE, 0, [0x7f, 0xff, 0xff, 0xff], 0),
  ],
  ["a closed connection", "connection-cut", (stream) => stream.close()],
];

for (const [title, code, script] of FAILING) {
  Deno.test(`DNS over HTTPS: ${title} is the error ${code}`, async () => {
    await scripted(script, async (ask) => {
      const error = await assertRejects(() => ask(), ToucanError);
      assertEquals(error.code, code, error.message);
    });
  });
}

Deno.test("DNS over HTTPS: many queries share a connection, and their responses come in any order", async () => {
  const held: ScriptedStream[] = [];
  await scripted(async (stream) => {
    held.push(stream);
    if (held.length < 20) return;
    for (const { count } of held.toReversed()) await answered(held[count] ?? stream);
  }, async (ask, server) => {
    const found = await Promise.all(Array.from({ length: 20 }, () => ask()));
    assertEquals([new Set(found).size, server.connections, server.requests], [1, 1, 20]);
  });
});

Deno.test("DNS over HTTPS: a query that the server has not begun with is sent again", async () => {
  for (const refuse of [(stream: ScriptedStream) => stream.reset(7), (stream: ScriptedStream) => stream.goAway(1, 0)]) {
    await scripted(async (stream) => {
      if (stream.count === 1) await refuse(stream);
      else await answered(stream, stream.count === 0 ? "n0.test." : "n1.test.");
    }, async (ask) => {
      assertEquals([await ask(), await ask()], ["192.0.2.1", "192.0.2.1"]);
    });
  }
});

Deno.test("DNS over HTTPS: an error in a stream is that of its query, and the connection goes on", async () => {
  const increments = [[0, 0, 0, 0], [0x7f, 0xff, 0xff, 0xff]];
  await scripted(async (stream) => {
    const payload = increments[stream.count];
    if (payload) await stream.frame(FRAME.WINDOW_UPDATE, 0, payload);
    else await answered(stream);
  }, async (ask, server) => {
    const codes = [];
    for (let left = 2; left > 0; left--) codes.push((await assertRejects(() => ask(), ToucanError)).code);
    assertEquals(codes, ["http2-protocol-error", "http2-flow-control-error"]);
    assertEquals([await ask(), server.connections], ["192.0.2.1", 1]);
  });
});

Deno.test("DNS over HTTPS: a query without a response ends in time, and the others go on", async () => {
  await scripted((stream) => stream.count === 0 ? undefined : answered(stream), async (ask, server) => {
    await assertRejects(() => ask(undefined, 50), TimeoutError, "no answer");
    assertEquals([await ask(), server.connections], ["192.0.2.1", 1]);
  });
});

Deno.test("DNS over HTTPS: a server with HTTP/1.1 only is asked by that", async () => {
  const versions: string[] = [];
  await using server = serveHttp("127.0.0.1:0", ({ version }) => {
    versions.push(version);
    return { headers: { "Content-Type": "application/dns-message" }, body: answerTo("n.test.") };
  }, { tls: certificate });
  const to: NameServer = { protocol: "https", host: "localhost", port: server.port ?? 0 };
  for (const tls of [{ caCerts: [certificate.cert] }, { pin: certificate.pin }, { insecure: true }]) {
    await using connections = new DnsConnections({ tls });
    const ask = async () => {
      const expires = performance.now() + DEADLINE_MS;
      return (await connections.ask(to, { name: "n.test.", type: "A" }, { expires })).message.answers.length;
    };
    assertEquals([...await Promise.all([ask(), ask()]), await ask()], [1, 1, 1]);
  }
  assert(versions.length === 9 && versions.every((version) => version === "1.1"));
});
