import { assertEquals, assertMatch } from "@std/assert";
import { formatNetAddress } from "../../lib/core/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { runTool } from "../kit/tool.ts";

/** A server that accepts connections, sends a text, and is silent then. */
function silentServer(greeting = ""): Disposable & { readonly address: string } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  (async () => {
    for await (const conn of listener) {
      open.push(conn);
      await conn.write(new TextEncoder().encode(greeting)).catch(() => {});
    }
  })();
  return {
    address: formatNetAddress(listener.addr),
    [Symbol.dispose]() {
      listener.close();
      open.forEach((conn) => conn.close());
    },
  };
}

const LIMIT = "500ms";
const MAIL = ["--from", "a@example.com", "--to", "b@example.com", "--text", "x"];
const HTTP = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello";

/** Command line of a client, the text that its server sends before it is silent, and the phase of the timeout. */
const CASES: readonly [phase: string, (address: string) => readonly string[], greeting?: string][] = [
  ["first-byte", (at) => ["tcp", "connect", "--timeout", LIMIT, at]],
  ["tls", (at) => ["tcp", "connect", "--tls", "--timeout", LIMIT, at]],
  ["tls", (at) => ["tcp", "connect", "--tls", "--insecure", "--timeout", LIMIT, at]],
  ["proxy", (at) => ["tcp", "connect", "--proxy", `http://${at}`, "--timeout", LIMIT, "example.test:80"]],
  ["proxy", (at) => ["tcp", "connect", "--proxy", `socks5h://${at}`, "--timeout", LIMIT, "example.test:80"]],
  ["first-byte", (at) => ["get", "--retries", "0", "--stall", LIMIT, `http://${at}/`]],
  ["tls", (at) => ["get", "--retries", "0", "--connect-timeout", LIMIT, `https://${at}/`]],
  [
    "proxy",
    (at) => ["get", "--retries", "0", "--connect-timeout", LIMIT, "--proxy", `http://${at}`, "https://example.test/"],
  ],
  ["body", (at) => ["get", "--retries", "0", "--stall", LIMIT, `http://${at}/`], HTTP],
  ["body", (at) => ["get", "--retries", "0", "--timeout", LIMIT, `http://${at}/`], HTTP],
  ["first-byte", (at) => ["get", "--retries", "0", "--timeout", LIMIT, `http://${at}/`]],
  ["tls", (at) => ["get", "--retries", "0", "--timeout", LIMIT, `https://${at}/`]],
  ["first-byte", (at) => ["file", "ls", "--timeout", LIMIT, `http://${at}/`]],
  ["tls", (at) => ["file", "ls", "--connect-timeout", LIMIT, `https://${at}/`]],
  ["first-byte", (at) => ["mail", "send", "--timeout", LIMIT, "--server", at, ...MAIL]],
  ["tls", (at) => ["mail", "send", "--tls", "implicit", "--connect-timeout", LIMIT, "--server", at, ...MAIL]],
  [
    "first-byte",
    (at) => ["mail", "send", "--tls", "none", "--timeout", LIMIT, "--server", at, ...MAIL],
    "220 hello\r\n",
  ],
  ["first-byte", (at) => ["chat", "join", "--timeout", LIMIT, at]],
  ["tls", (at) => ["chat", "join", "--tls", "--connect-timeout", LIMIT, at]],
];

for (const [phase, line, greeting] of CASES) {
  const [tool = "", ...args] = line("HOST:PORT");
  Deno.test(`${tool} ${args.join(" ")}: exits with 4 in phase ${phase}`, async () => {
    using server = silentServer(greeting);
    const [, ...given] = line(server.address);
    const { code, stderr } = await runTool(tool, given);
    assertMatch(stderr, new RegExp(`\\(phase: ${phase}[,)]`));
    assertEquals(code, 4);
  });
}

Deno.test("get --json: the record of a timeout has the phase and the number of bytes received", async () => {
  await withFolder(async (folder) => {
    using server = silentServer(HTTP);
    const args = ["--retries", "0", "--stall", LIMIT, "--json", "-o", "page", `http://${server.address}/`];
    const { code, stdout } = await runTool("get", args, { cwd: folder });
    const { error } = JSON.parse(stdout);
    assertEquals([code, error.code, error.phase, error.bytes], [4, "stalled", "body", 5]);
  });
});
