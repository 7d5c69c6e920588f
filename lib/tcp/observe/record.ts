import { type Direction, fromSystem, HexDump, openForAppending, writeAllSync } from "../../core/mod.ts";

/** Keeps what crosses connections in a file, as lines of hex. */
export interface Recording extends Disposable {
  /** Takes bytes of a direction; throws when the file takes no more. */
  observe(direction: Direction, bytes: Uint8Array): void;
  /** Adds a line with the time and what has happened; `next` starts the offsets anew. */
  mark(text: string, next?: boolean): void;
}

/**
 * Opens a file for a recording. What is in it stays; the recording begins with a line that says when.
 *
 * Needs read and write permission for the file.
 *
 * @throws {SystemError} When the file cannot be opened, or later, when the disk is full.
 */
export function record(path: string): Recording {
  const encoder = new TextEncoder();
  let dump = new HexDump();
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw fromSystem(error, { doing: "write to", what: path });
    }
  };
  const file = attempt(() => openForAppending(path));
  const write = (text: string) => attempt(() => writeAllSync(file, encoder.encode(text)));
  write(`# ${new Date().toISOString()}\n`);
  return {
    observe: (direction, bytes) => write(dump.lines(direction, bytes)),
    mark(text, next = false) {
      write(`# ${new Date().toISOString()} ${text}\n`);
      if (next) dump = new HexDump();
    },
    [Symbol.dispose]: () => file.close(),
  };
}
