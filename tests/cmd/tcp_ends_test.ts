import { assertEquals, assertStringIncludes } from "@std/assert";
import { startTool } from "../kit/tool.ts";

/** Behaviour of the peer after it has received a byte. */
type Act = (conn: Deno.Conn) => Promise<void> | void;

/** A close with unread data is a reset. */
const reset: Act = async (conn) => {
  await conn.write(new TextEncoder().encode("hi\n"));
  conn.close();
};
const endThenReset: Act = async (conn) => {
  await conn.closeWrite();
  conn.close();
};
const end: Act = (conn) => conn.closeWrite();
const silence: Act = () => {};

interface Case {
  readonly args: readonly string[];
  readonly act: Act;
  /** Whether stdin is closed after its text. */
  readonly eof?: boolean;
  readonly code: number;
  readonly stderr?: string;
}

/** All of them exit although the peer or stdin stays open. */
const CASES: readonly Case[] = [
  { args: [], act: reset, code: 3, stderr: "connection reset by the peer" },
  { args: [], act: endThenReset, code: 3, stderr: "connection reset by the peer" },
  { args: ["--end-with-peer"], act: end, code: 0 },
  { args: ["-w", "1"], act: silence, code: 0 },
  { args: ["-q", "0"], act: silence, eof: true, code: 0 },
  { args: ["-q0.1"], act: silence, eof: true, code: 0 },
  { args: ["--quit-after", "100ms"], act: silence, eof: true, code: 0 },
  { args: ["--idle", "1s"], act: silence, code: 4, stderr: "no data for 1s" },
];

const ANY = { hostname: "127.0.0.1", port: 0 } as const;

Deno.test("tcp connect: exits when the connection has ended although stdin is open", async () => {
  await Promise.all(CASES.map(async ({ args, act, eof, code, stderr = "" }) => {
    using listener = Deno.listen(ANY);
    await using tool = await startTool("tcp", ["connect", ...args, `127.0.0.1:${listener.addr.port}`]);
    const conn = await listener.accept();
    await finish(tool, conn, act, eof);
    assertEquals(await tool.code, code, args.join(" "));
    assertStringIncludes(tool.stderr(), stderr);
    close(conn);
  }));
});

Deno.test("tcp listen: exits when the connection has ended although stdin is open", async () => {
  await Promise.all(CASES.map(async ({ args, act, eof, code, stderr = "" }) => {
    await using tool = await startTool("tcp", ["listen", ...args, "0"]);
    const [, port = ""] = await tool.stderrMatch(/listening on tcp:\/\/127\.0\.0\.1:(\d+)\n/);
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    await finish(tool, conn, act, eof);
    assertEquals(await tool.code, code, args.join(" "));
    assertStringIncludes(tool.stderr(), stderr);
    close(conn);
  }));
});

Deno.test("tcp connect -q 0: loses no data while the peer is still sending", async () => {
  using listener = Deno.listen(ANY);
  await using tool = await startTool("tcp", ["connect", "-q", "0", `127.0.0.1:${listener.addr.port}`]);
  using conn = await listener.accept();
  const read = new Response(tool.process.stdout).arrayBuffer();
  // It sends before stdin ends, and reads when it has sent everything.
  const sent = 8 << 20;
  const sending = ReadableStream.from([new Uint8Array(sent)]).pipeTo(conn.writable, { preventClose: true });
  const writer = tool.process.stdin.getWriter();
  await writer.write(new Uint8Array(300_000));
  await writer.close();
  await sending;
  await conn.closeWrite();
  const received = await new Response(conn.readable).arrayBuffer();
  assertEquals([received.byteLength, await tool.code, (await read).byteLength], [300_000, 0, sent]);
});

async function finish(
  tool: { readonly process: Deno.ChildProcess },
  conn: Deno.Conn,
  act: Act,
  eof = false,
): Promise<void> {
  const writer = tool.process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("xy"));
  await conn.read(new Uint8Array(1));
  if (eof) await writer.close();
  else writer.releaseLock();
  await act(conn);
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // The peer has closed it.
  }
}
