import { assert, assertEquals } from "@std/assert";
import { startTool, TARGET } from "../kit/tool.ts";

const MIB = 1 << 20;
const MUCH = 96 * MIB;

/** Returns the peak memory of a process in MiB (Linux). */
function peakMemory(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
  return Number(kib) / 1024;
}

/** Writes much data, and closes when all is accepted. */
async function pour(stream: WritableStream<Uint8Array>): Promise<void> {
  const writer = stream.getWriter();
  const piece = new Uint8Array(MIB).fill(120);
  for (let sent = 0; sent < MUCH; sent += MIB) await writer.write(piece);
  await writer.close();
}

/** Reads a number of bytes from a connection, and its end. */
async function hear(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(MIB);
  let heard = 0;
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) heard += count;
  assertEquals(heard, MUCH);
}

/** Reads to the end, and counts the bytes. */
async function drain(stream: ReadableStream<Uint8Array>): Promise<number> {
  let count = 0;
  for await (const piece of stream) count += piece.length;
  return count;
}

const linux = { ignore: Deno.build.os !== "linux" };

Deno.test("tcp: a stalled stdout delays only received data", linux, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using tool = await startTool("tcp", ["connect", `127.0.0.1:${listener.addr.port}`]);
  const { process } = tool;
  const conn = await listener.accept();
  // The peer sends more than fits into the buffers, and stdout is not read.
  const coming = pour(ending(conn));
  await Promise.all([pour(process.stdin), hear(conn)]);
  assertMemory(process.pid);
  // Now stdout is read.
  const [taken] = await Promise.all([drain(process.stdout), coming]);
  assertEquals([taken, (await process.status).code], [MUCH, 0]);
  conn.close();
});

Deno.test("tcp: a stalled peer delays only sent data", linux, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using tool = await startTool("tcp", ["connect", `127.0.0.1:${listener.addr.port}`]);
  const { process } = tool;
  const conn = await listener.accept();
  const going = pour(process.stdin);
  const reader = process.stdout.getReader();
  const coming = pour(ending(conn));
  let taken = 0;
  while (taken < MUCH) taken += (await reader.read()).value?.length ?? 0;
  await coming;
  assertMemory(process.pid);
  // Now the peer reads.
  await Promise.all([hear(conn), going]);
  assertEquals([taken, (await process.status).code], [MUCH, 0]);
  await reader.cancel();
  conn.close();
});

/** A connection for writing; its end closes only the local side. */
function ending(conn: Deno.Conn): WritableStream<Uint8Array> {
  return new WritableStream({
    async write(piece) {
      for (let at = 0; at < piece.length;) at += await conn.write(piece.subarray(at));
    },
    close: () => conn.closeWrite(),
  });
}

/** Memory limit of the executable; from source, the process includes the compiler of the runtime. */
function assertMemory(pid: number): void {
  const limit = TARGET === "executable" ? 120 : 250;
  const peak = peakMemory(pid);
  assert(peak < limit, `${peak} MiB`);
}
