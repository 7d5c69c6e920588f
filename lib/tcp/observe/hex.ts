import { type ChunkSink, type Direction, HexDump } from "../../core/mod.ts";

/** An observer that writes what crosses as hex. */
export function hexObserver(sink: ChunkSink): (direction: Direction, bytes: Uint8Array) => Promise<void> {
  const dump = new HexDump();
  const encoder = new TextEncoder();
  // Two directions may want to write at once; each waits for the other.
  let before: Promise<void> = Promise.resolve();
  return (direction, bytes) => {
    const text = encoder.encode(dump.lines(direction, bytes));
    return before = before.then(() => sink.write(text));
  };
}
