import type { ChunkSink } from "../../core/mod.ts";
import type { Observer } from "../connection/exchange.ts";
import { hexObserver } from "./hex.ts";
import { openHexDumpFile } from "./dump_file.ts";

/** Destinations of a hex dump. */
export interface DumpOptions {
  /** Receives the dump. */
  readonly hex?: ChunkSink;
  /** Path of a file to append it to; requires write permission. */
  readonly dump?: string;
}

/** Observer of a connection's data, with marks in between. */
export interface DumpObserver extends Disposable {
  /** Observes bytes. */
  readonly observe?: Observer;
  /** Adds a line to the file; `next` restarts the offsets at zero. */
  mark(text: string, next?: boolean): void;
}

/** Creates one observer for all destinations; it observes nothing without any. */
export function dumpObserver(options: DumpOptions): DumpObserver {
  const shown = options.hex && hexObserver(options.hex);
  const kept = options.dump === undefined ? undefined : openHexDumpFile(options.dump);
  const observe: Observer = (direction, bytes) => {
    kept?.observe(direction, bytes);
    return shown?.(direction, bytes);
  };
  return {
    observe: shown || kept ? observe : undefined,
    mark: (text, next) => kept?.mark(text, next),
    [Symbol.dispose]: () => kept?.[Symbol.dispose](),
  };
}
