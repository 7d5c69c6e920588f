import { assertEquals } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { startTool } from "../kit/tool.ts";
import { within } from "../kit/wait.ts";

/** Clients of a silent server; `PORT` stands for its port. */
const CLIENTS: readonly (readonly [tool: string, ...words: string[]])[] = [
  ["get", "http://127.0.0.1:PORT/"],
  ["get", "--save", "http://127.0.0.1:PORT/page"],
  ["get", "--page", "--output", "page.html", "http://127.0.0.1:PORT/"],
  ["get", "--insecure", "https://127.0.0.1:PORT/"],
  ["get", "--http2", "http://127.0.0.1:PORT/"],
  ["get", "--proxy", "http://127.0.0.1:PORT", "https://example.com/"],
  ["get", "--proxy", "socks5://127.0.0.1:PORT", "http://192.0.2.7/"],
  ["file", "ls", "http://127.0.0.1:PORT/"],
  ["file", "get", "http://127.0.0.1:PORT/folder/"],
  ["file", "put", "sent", "http://127.0.0.1:PORT/"],
  ["tcp", "connect", "127.0.0.1:PORT"],
  ["tcp", "connect", "--tls", "127.0.0.1:PORT"],
  ["tcp", "connect", "--proxy", "socks5://127.0.0.1:PORT", "192.0.2.7:80"],
  ["chat", "join", "127.0.0.1:PORT"],
  ["mail", "send", "-S", "127.0.0.1:PORT", "-f", "a@example.com", "--to", "b@example.com", "--text", "hello"],
  [
    "mail",
    "send",
    "-S",
    "127.0.0.1:PORT",
    "--tls",
    "implicit",
    "-f",
    "a@example.com",
    "--to",
    "b@example.com",
    "--text",
    "x",
  ],
  ["resolve", "--server", "127.0.0.1:PORT", "--tcp", "--type", "A", "example.com"],
  ["resolve", "--server", "127.0.0.1:PORT", "--type", "A", "example.com"],
  ["udp", "send", "--wait", "1h", "--data", "hello", "127.0.0.1:PORT"],
];

/** A server that accepts connections and datagrams, and sends nothing. */
function silentServer() {
  const heard = Promise.withResolvers<void>();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port });
  const open: Deno.Conn[] = [];
  const accept = async () => {
    for await (const conn of listener) {
      open.push(conn);
      heard.resolve();
    }
  };
  const work = Promise.allSettled([accept(), socket.receive().then(() => heard.resolve())]);
  return {
    port,
    heard: heard.promise,
    async [Symbol.asyncDispose]() {
      for (const one of [...open, listener, socket]) one.close();
      await work;
    },
  };
}

for (const [tool, ...words] of CLIENTS) {
  Deno.test(`${tool} ${words.join(" ")}: a signal stops it while its server is silent`, () =>
    withFolder(async (cwd) => {
      await Deno.writeTextFile(`${cwd}/sent`, "hello");
      for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
        await using server = silentServer();
        const args = words.map((word) => word.replace("PORT", String(server.port)));
        await using running = await startTool(tool, args, { cwd });
        const drained = running.process.stdout.pipeTo(new WritableStream());
        await within("a connection", server.heard);
        running.process.kill(signal);
        const ended = await within(`an end after ${signal}`, running.process.status);
        await Promise.all([running.code, drained]);
        const forced = /did not stop/.test(running.stderr());
        assertEquals({ code: ended.code, killed: ended.signal, forced }, { code, killed: null, forced: false });
      }
    }));
}
