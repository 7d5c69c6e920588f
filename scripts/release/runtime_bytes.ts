import { Buffer } from "node:buffer";
import { compileArgs, executableIn } from "../build/compile_tool.ts";
import type { Place } from "../build/place.ts";
import { run } from "../build/run.ts";

const EMPTY = { name: "empty", summary: "", permissions: {} };
const STEP_BYTES = 1 << 16;

/** Compiles a program that does nothing and returns its bytes. Permissions: read, write, run. */
export async function emptyProgram(
  [program, ...words]: readonly [string, ...string[]],
  place: Place,
  target: string,
): Promise<Uint8Array<ArrayBuffer>> {
  await Deno.mkdir(`${place.folder}parts/${EMPTY.name}`, { recursive: true });
  await Deno.writeTextFile(`${place.folder}parts/${EMPTY.name}/${EMPTY.name}.js`, "");
  await run(program, [...words, ...compileArgs(EMPTY, target, place)]);
  const path = executableIn(place, EMPTY.name, target);
  const bytes = await Deno.readFile(path);
  await Deno.remove(path);
  return bytes;
}

/** Returns the number of bytes with which both begin, rounded down to 64 KiB. */
export function sharedBytes(one: Uint8Array<ArrayBuffer>, other: Uint8Array<ArrayBuffer>): number {
  const step = (bytes: Uint8Array<ArrayBuffer>, at: number) => Buffer.from(bytes.buffer, at, STEP_BYTES);
  const end = Math.min(one.length, other.length) - STEP_BYTES;
  let at = 0;
  while (at <= end && step(one, at).equals(step(other, at))) at += STEP_BYTES;
  return at;
}
