import { type Direction, fromSystem, HexDump, openForAppending, writeAllSync } from "../../core/mod.ts";

/** File that data of connections is appended to, as a hex dump. */
export interface HexDumpFile extends Disposable {
  /** Adds bytes of a direction; throws when the file cannot be written to. */
  observe(direction: Direction, bytes: Uint8Array): void;
  /** Adds a line with the time and a text; `next` restarts the offsets at zero. */
  mark(text: string, next?: boolean): void;
}

/**
 * Opens a file for a hex dump. Its content is kept; a line with the time is added.
 *
 * Requires read and write permission for the file.
 *
 * @throws {SystemError} When the file cannot be opened; later, when it cannot be written to.
 */
export function openHexDumpFile(path: string): HexDumpFile {
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
