import { type ChunkSink, type Direction, HexDump } from "../../core/mod.ts";

/** Returns an observer that writes a hex dump to a sink. */
export function hexObserver(sink: ChunkSink): (direction: Direction, bytes: Uint8Array) => Promise<void> {
  const dump = new HexDump();
  const encoder = new TextEncoder();
  // Both directions may write at once; each waits for the other.
  let before: Promise<void> = Promise.resolve();
  return (direction, bytes) => {
    const text = encoder.encode(dump.lines(direction, bytes));
    return before = before.then(() => sink.write(text));
  };
}
