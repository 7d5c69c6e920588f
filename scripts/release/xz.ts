import { createHash } from "node:crypto";

/**
 * Settings of xz. BusyBox sets limits: it unpacks the filter for the machine code of x86 wrongly, which would save a
 * twentieth, and rejects dictionaries above 64 MiB. One thread: with several, the bytes depend on their number.
 */
const SETTINGS = ["--compress", "--stdout", "--threads=1", "--check=crc64"];
const BEST = "--lzma2=preset=9e";
const FAST = "--lzma2=preset=0";

/** Compressed streams by the settings and the checksum of the bytes. */
const known = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/**
 * Compresses bytes to a stream of xz; several of them one after the other are a valid file (The .xz File Format, §2).
 * The same bytes are compressed once. Permission: run.
 */
export function compress(parts: readonly Uint8Array<ArrayBuffer>[], fast: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  const key = `${fast} ${hash.digest("hex")}`;
  const result = known.get(key) ?? run(parts, fast);
  known.set(key, result);
  return result;
}

async function run(parts: readonly Uint8Array<ArrayBuffer>[], fast: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const args = [...SETTINGS, fast ? FAST : BEST];
  const process = new Deno.Command("xz", { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const [, compressed, { success }, said] = await Promise.all([
    ReadableStream.from(parts).pipeTo(process.stdin),
    new Response(process.stdout).bytes(),
    process.status,
    new Response(process.stderr).text(),
  ]);
  if (!success) throw new Error(`xz failed: ${said.trim()}`);
  return compressed;
}
