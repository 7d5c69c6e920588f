import { type ChunkSink, SharedSource } from "../../lib/core/mod.ts";

/** Returns a source of these texts, which may wait for a promise before its end. */
export function says(texts: readonly string[], until?: Promise<unknown>): SharedSource {
  const rest = texts.map((text) => new TextEncoder().encode(text));
  return new SharedSource({
    next: async () => {
      const piece = rest.shift();
      if (piece) return piece;
      await until;
      return null;
    },
  });
}

/** A sink that records data. */
export interface Heard extends ChunkSink {
  /** Text received so far. */
  readonly text: string;
  /** Resolves at the end. */
  readonly ended: Promise<void>;
  /** Resolves when the given number of characters has been received. */
  has(length: number): Promise<void>;
}

/** Creates a recording sink. */
export function hears(): Heard {
  const decoder = new TextDecoder();
  const ended = Promise.withResolvers<void>();
  let more = Promise.withResolvers<void>();
  let text = "";
  return {
    get text() {
      return text;
    },
    ended: ended.promise,
    write(chunk) {
      text += decoder.decode(chunk, { stream: true });
      more.resolve();
      more = Promise.withResolvers();
    },
    end: () => ended.resolve(),
    async has(length) {
      while (text.length < length) await more.promise;
    },
  };
}
