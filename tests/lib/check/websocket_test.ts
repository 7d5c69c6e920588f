import { assertEquals } from "@std/assert";
import { check } from "../../../lib/check/mod.ts";
import { serveHttp } from "../../../lib/http/mod.ts";
import { type CheckedSetup, testSetups } from "../../kit/check_setup.ts";
import { STALLED } from "../../kit/check_stalled.ts";
import { octets, readUntil, scriptedServer } from "../../kit/raw.ts";

/** A server that answers the request to upgrade with these lines. */
function serve(stack: AsyncDisposableStack, ...lines: readonly string[]): CheckedSetup {
  const server = stack.use(scriptedServer(async (conn) => {
    await readUntil(conn, /\r\n\r\n/);
    await conn.write(octets(`${lines.join("\r\n")}\r\n\r\n`));
  }));
  return { target: `ws://127.0.0.1:${server.port}/socket` };
}

testSetups([
  {
    name: "WebSocket open",
    start: (stack) => {
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
        const { response } = Deno.upgradeWebSocket(request);
        return response;
      });
      stack.defer(() => server.shutdown());
      return { target: `ws://127.0.0.1:${server.addr.port}/` };
    },
    codes: ["websocket-open", "websocket-closed"],
  },
  {
    name: "WebSocket refused",
    start: (stack) => serve(stack, "HTTP/1.1 403 Forbidden", "Content-Length: 0"),
    broken: ["application", "websocket-refused"],
  },
  {
    name: "WebSocket not found",
    start: (stack) => serve(stack, "HTTP/1.1 404 Not Found", "Content-Length: 0"),
    broken: ["application", "websocket-refused"],
  },
  {
    name: "WebSocket with the wrong key",
    start: (stack) =>
      serve(
        stack,
        ...["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"],
        "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
      ),
    broken: ["application", "websocket-wrong-key"],
  },
  {
    name: "WebSocket announced before it opens",
    start: (stack) => serve(stack, "HTTP/1.1 103 Early Hints", "", "HTTP/1.1 403 Forbidden", "Content-Length: 0"),
    broken: ["application", "websocket-refused"],
  },
  {
    name: "WebSocket answered with a page",
    start: async (stack) => {
      const server = stack.use(serveHttp("127.0.0.1:0", () => ({ body: "a page" })));
      return { target: `${(await server).url.replace("http:", "ws:")}socket` };
    },
    broken: ["application", "websocket-ignored"],
  },
  {
    name: "WebSocket redirected",
    start: (stack) => serve(stack, "HTTP/1.1 301 Moved Permanently", "Location: /other", "Content-Length: 0"),
    broken: ["application", "websocket-redirected"],
  },
  {
    name: "WebSocket not answered",
    start: (stack) => {
      const server = stack.use(scriptedServer(async (conn) => {
        while (await conn.read(new Uint8Array(4096)) !== null);
      }));
      return { target: `ws://127.0.0.1:${server.port}/`, ...STALLED };
    },
    broken: ["application", "websocket-stalled"],
  },
  {
    name: "WebSocket to another protocol",
    start: (stack) => {
      const server = stack.use(scriptedServer(async (conn) => {
        await conn.write(octets("SSH-2.0-OpenSSH_9.2\r\n"));
        while (await conn.read(new Uint8Array(4096)) !== null);
      }));
      return { target: `ws://127.0.0.1:${server.port}/` };
    },
    broken: ["reach", "speaks-other-protocol"],
  },
]);

Deno.test("check: the request to upgrade and its answer are in the trace", async () => {
  await using stack = new AsyncDisposableStack();
  const { target } = serve(stack, "HTTP/1.1 403 Forbidden", "Content-Length: 0");
  const lines: string[] = [];
  await check(target, { timeout: 2000, trace: ({ direction, text }) => void lines.push(`${direction} ${text}`) });
  const wanted = ["> GET /socket HTTP/1.1", "> Upgrade: websocket", "< HTTP/1.1 403 Forbidden", "< Content-Length: 0"];
  assertEquals(wanted.filter((line) => !lines.includes(line)), [], lines.join("\n"));
});
