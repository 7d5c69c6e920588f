import { closeQuietly } from "../dial/connection.ts";
import { writeAll } from "../writer.ts";

/** Two connections, each passed on to the other. */
export interface Splice {
  /** Resolves when what was read from the first has been written to the second. */
  flushed(): Promise<void>;
}

/** Passes bytes and ends of stream on, both ways. */
export function splice(one: Deno.Conn, other: Deno.Conn): Splice {
  const close = () => [one, other].forEach(closeQuietly);
  Promise.all([copy(one, other), copy(other, one)]).then(close, close);
  return { flushed: () => Promise.resolve() };
}

async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    await writeAll(to, buffer.subarray(0, count));
  }
  await to.closeWrite();
}
