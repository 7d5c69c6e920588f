import { assertEquals, assertMatch } from "@std/assert";
import { bytesText } from "../../lib/tcp/observe/trace_bytes.ts";
import { withFolder } from "../kit/folder.ts";
import { runTool, startTool } from "../kit/tool.ts";

const text = (value: string) => new TextEncoder().encode(value);

Deno.test("trace: prints bytes as one bounded line of text or hex", () => {
  const table: readonly (readonly [bytes: Uint8Array, shown: string])[] = [
    [text("hello\n"), '6 bytes "hello\n"'],
    [text("ä"), '2 bytes "ä"'],
    [text("x"), '1 byte "x"'],
    [text("ä").subarray(0, 1), "1 byte c3"],
    [new Uint8Array([0, 255, 27]), "3 bytes 00 ff 1b"],
    [text("ä".repeat(300)), `600 bytes "${"ä".repeat(256)}"…`],
    [text("x" + "ä".repeat(300)), `601 bytes "x${"ä".repeat(255)}"…`],
    [new Uint8Array(100), `100 bytes ${Array(64).fill("00").join(" ")} …`],
  ];
  for (const [bytes, shown] of table) assertEquals(bytesText(bytes), shown);
});

Deno.test("tcp --trace prints data, FIN and RST; -v prints the peer; --dump marks each client", () =>
  withFolder(async (folder) => {
    const dump = `${folder}/dump.txt`;
    await using server = await startTool("tcp", ["listen", "--keep", "--trace", "-v", "--dump", dump, "0"]);
    const [, address = "", port = ""] = await server.stderrMatch(/listening on tcp:\/\/(127\.0\.0\.1:(\d+))\n/);
    await server.process.stdin.close();
    const client = await runTool("tcp", ["connect", "-v", "--trace", address], { stdin: "a\x1b\n" });
    assertEquals(client.code, 0);
    assertMatch(client.stderr, new RegExp(`^connected to 127\\.0\\.0\\.1 port ${port}$`, "m"));
    assertMatch(client.stderr, /ms > 3 bytes "a\\x1b\\n"\n/);
    assertMatch(client.stderr, /ms > FIN: end of data\n/);
    assertMatch(client.stderr, /ms < FIN: end of data\n/);
    await server.stderrMatch(/ms < \[127\.0\.0\.1:\d+\] 3 bytes "a\\x1b\\n"\n/);
    await server.stderrMatch(/connection from 127\.0\.0\.1 port \d+\n/);
    await runTool("tcp", ["connect", address], { stdin: "b" });
    await server.stderrMatch(/1 byte "b"[^]* done: 1 bytes in/);
    const part = (hex: string) =>
      `# \\S+ 127\\.0\\.0\\.1:\\d+ connected\\n< 00000000  ${hex}.*\\n# \\S+ 127\\.0\\.0\\.1:\\d+ ended: done, .*\\n`;
    assertMatch(await Deno.readTextFile(dump), new RegExp(`^# \\S+\\n${part("61 1b 0a")}${part("62")}$`));
  }));

Deno.test("tcp connect --trace: prints a reset as RST", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using tool = await startTool("tcp", ["connect", "--trace", `127.0.0.1:${listener.addr.port}`]);
  const conn = await listener.accept();
  const writer = tool.process.stdin.getWriter();
  await writer.write(text("xy"));
  await conn.read(new Uint8Array(1));
  // A close with unread data is a reset.
  conn.close();
  await tool.stderrMatch(/ms < RST: connection reset\n/);
  assertEquals(await tool.code, 3);
  writer.releaseLock();
});
