import type { ChunkSink } from "../../core/mod.ts";
import type { Observer } from "../connection/exchange.ts";
import { hexObserver } from "./hex.ts";
import { record } from "./record.ts";

/** Who looks on. */
export interface ObserverOptions {
  /** Gets what crosses as hex. */
  readonly hex?: ChunkSink;
  /** A file that gets the same; needs write permission for it. */
  readonly dump?: string;
}

/** An observer, and what it is told beside the bytes. */
export interface Observed extends Disposable {
  /** Takes the bytes. */
  readonly observe?: Observer;
  /** Adds a line to the file; `next` starts the offsets anew. */
  mark(text: string, next?: boolean): void;
}

/** One observer for all who want to look on, or none when nobody does. */
export function observers(options: ObserverOptions): Observed {
  const shown = options.hex && hexObserver(options.hex);
  const kept = options.dump === undefined ? undefined : record(options.dump);
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
