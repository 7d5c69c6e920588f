import { assert, assertEquals, assertMatch } from "@std/assert";
import { writeAll } from "../../lib/core/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { RawIrc } from "../kit/irc.ts";
import { octets, rawExchange, readUntil } from "../kit/raw.ts";
import { rawSmtp } from "../kit/raw_smtp.ts";
import { startTool, toolArgs } from "../kit/tool.ts";

/** A server that writes records to one stream, with a load that makes it write more than a pipe holds. */
interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly stream: "stdout" | "stderr";
  /** Makes it write more than 300 KiB of records, and checks that it still works afterwards. */
  use(port: number): Promise<void>;
}

async function ask(port: number, count: number): Promise<void> {
  const request = (more: string) => `GET /none HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
  const got = await rawExchange(port, request("").repeat(count - 1) + request("Connection: close\r\n"));
  assertEquals(got.match(/HTTP\/1\.1 404 /g)?.length, count);
}

async function echo(port: number, count: number): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  for (let i = 0; i < count; i++) {
    await socket.send(new TextEncoder().encode(`${i}`.padEnd(200)), { transport: "udp", hostname: "127.0.0.1", port });
    assertEquals(parseInt(new TextDecoder().decode((await socket.receive())[0])), i);
  }
  socket.close();
}

async function post(port: number, count: number): Promise<void> {
  using client = await rawSmtp(port);
  await client.ask("EHLO a\r\n");
  for (let i = 0; i < count; i++) {
    const to = "RCPT TO:<somebody-with-a-long-name@example.com>\r\n".repeat(10);
    await client.say(`MAIL FROM:<a@b>\r\n${to}DATA\r\n`);
    for (let replies = 0; replies < 12; replies++) assertMatch(await client.reply(), /^[23]/);
    assertMatch(await client.ask("hello\r\n.\r\n"), /^250/);
  }
}

async function visit(port: number, count: number): Promise<void> {
  for (let i = 0; i < count; i++) assertEquals(await rawExchange(port, "hello", { end: true }), "");
}

async function chat(port: number, count: number): Promise<void> {
  // A client that speaks HTTP is disconnected at once.
  for (let i = 0; i < count; i++) await rawExchange(port, "GET / HTTP/1.1\r\n");
  using guest = await RawIrc.in(`127.0.0.1:${port}`, "ann");
  await guest.say("QUIT :bye");
  await guest.hears(/^ERROR/);
}

const CASES: readonly Case[] = [
  { name: "file", args: ["serve", "--port", "0", "--json"], stream: "stdout", use: (port) => ask(port, 3000) },
  { name: "udp", args: ["echo", "--json", "0"], stream: "stdout", use: (port) => echo(port, 3000) },
  {
    name: "mail",
    args: ["sink", "--port", "0", "--web", "0", "--json"],
    stream: "stdout",
    use: (port) => post(port, 700),
  },
  {
    name: "tcp",
    args: ["listen", "--keep", "--receive-only", "--json", "--trace", "0"],
    stream: "stderr",
    use: (port) => visit(port, 1300),
  },
  {
    name: "chat",
    args: ["serve", "--port", "0", "--irc-only", "--per-address", "9999", "--json"],
    stream: "stdout",
    use: (port) => chat(port, 1500),
  },
];

/** Returns the port in the `listening` record of a server; later output is not read before `rest` is called. */
async function listening(stream: ReadableStream<Uint8Array>) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const more = async () => {
    const { value, done } = await reader.read();
    text += value ?? "";
    return !done;
  };
  while (!text.includes("\n")) await more();
  const { port }: { port: number } = JSON.parse(text.split("\n", 1)[0] ?? "");
  const rest = async () => {
    while (await more());
    return text;
  };
  return { port, rest };
}

async function start({ name, args }: Case, cwd: string) {
  const { program, args: all } = await toolArgs(name, args);
  return new Deno.Command(program, { args: all, cwd, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
}

for (const test of CASES) {
  const { name, args, stream } = test;
  Deno.test(`${name} ${args[0]}: a stalled reader of its output does not block clients`, () =>
    withFolder(async (folder) => {
      await using server = await start(test, folder);
      const { port, rest } = await listening(server[stream]);
      await test.use(port);
      server.kill("SIGTERM");
      assertEquals((await server.status).code, 0);
      await Promise.all([rest(), server[stream === "stdout" ? "stderr" : "stdout"].cancel()]);
    }));
}

Deno.test("file serve: records beyond the buffer are dropped whole, and counted in their place", () =>
  withFolder(async (folder) => {
    const [test] = CASES;
    assert(test);
    await using server = await start(test, folder);
    const { port, rest } = await listening(server.stdout);
    for (let i = 0; i < 3; i++) await ask(port, 5000);
    server.kill("SIGTERM");
    const lines = (await rest()).trimEnd().split("\n");
    assertEquals((await server.status).code, 0);
    const records: { event: string; lines?: number }[] = lines.map((line) => JSON.parse(line));
    const lost = records.filter(({ event }) => event === "lost").reduce((sum, { lines = 0 }) => sum + lines, 0);
    assert(lost > 0);
    assertEquals(records.filter(({ event }) => event === "request").length + lost, 15_000);
    await server.stderr.cancel();
  }));

Deno.test("file serve: writes the last records after a signal, also to a slow reader", () =>
  withFolder(async (folder) => {
    const [test] = CASES;
    assert(test);
    await using server = await start(test, folder);
    const { port, rest } = await listening(server.stdout);
    await ask(port, 3000);
    server.kill("SIGTERM");
    const text = await rest();
    assertEquals((await server.status).code, 0);
    assertEquals(text.match(/^\{"event":"request",.*\}$/gm)?.length, 3000);
    await server.stderr.cancel();
  }));

Deno.test("tcp listen --broadcast: a stalled stdout does not block the clients", async () => {
  await using server = await startTool("tcp", ["listen", "--keep", "--broadcast", "--trace", "0"]);
  const [, port] = await server.stderrMatch(/listening on tcp:\/\/127\.0\.0\.1:(\d+)/);
  const join = () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  using listener = await join();
  using speaker = await join();
  await server.stderrMatch(/(?: connected.*\n[^]*){2}/);
  const text = `${"x".repeat(1 << 20)}!`;
  const heard = readUntil(listener, /!$/);
  await writeAll(speaker, octets(text));
  assertEquals((await heard).length, text.length);
  await server.stderrMatch(/\ntoucan tcp: stdout is not read: discarding received data until it is\n/);
});
