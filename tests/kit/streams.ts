import { type ChunkSink, SharedSource } from "../../lib/core/mod.ts";

/** A source that gives these texts, and ends; or waits before its end for something. */
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

/** A sink that keeps what it gets. */
export interface Heard extends ChunkSink {
  /** What came so far. */
  readonly text: string;
  /** Resolves when the end has come. */
  readonly ended: Promise<void>;
  /** Resolves when so many characters have come. */
  has(length: number): Promise<void>;
}

/** Makes such a sink. */
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
