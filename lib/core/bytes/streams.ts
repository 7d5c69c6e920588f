import { UsageError } from "../errors/errors.ts";
import { type ChunkSink, type ChunkSource, SharedSource } from "./chunks.ts";

/**
 * What can be sent: a text, bytes, a stream or iterable of them, or a source that gives bytes piece by piece.
 */
export type Input =
  | string
  | Uint8Array
  | ReadableStream<Uint8Array>
  | ReadableStream<string>
  | AsyncIterable<Uint8Array | string>
  | ChunkSource
  | SharedSource;

/** What can take received bytes: a stream, or a sink that takes them piece by piece. */
export type OutputTarget = WritableStream<Uint8Array> | ChunkSink;

/**
 * Converts any input to a source; text becomes UTF-8. A stream is locked from then on.
 *
 * @throws {UsageError} When it is none of those.
 */
export function toSource(input: Input): SharedSource {
  if (input instanceof SharedSource) return input;
  if (typeof input !== "string" && (typeof input !== "object" || input === null)) {
    throw new UsageError(`an input is a text, bytes or a stream of them, not ${typeof input}`);
  }
  if (typeof input === "string" || input instanceof Uint8Array) return new SharedSource(fromIterator(once(input)));
  if (Symbol.asyncIterator in input) return new SharedSource(fromIterator(input[Symbol.asyncIterator]()));
  return new SharedSource(input);
}

/** Converts any output to a sink. A stream is locked from then on, and closed at the end. */
export function toSink(output: OutputTarget): ChunkSink {
  if (!(output instanceof WritableStream)) return output;
  const writer = output.getWriter();
  return {
    // A stream may hold what it was given beyond the call, in which the piece may be used again.
    write: (chunk) => writer.write(chunk.slice()),
    end: () => writer.close(),
  };
}

/**
 * Bytes as they are, a text as UTF-8.
 *
 * @throws {UsageError} When it is neither.
 */
export function toBytes(data: string | Uint8Array): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (data instanceof Uint8Array) return data;
  // Untyped callers: bytes that cannot be counted would be lost without a word.
  throw new UsageError(`what is sent is a text or a Uint8Array, not ${typeof data}`);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

function fromIterator(iterator: AsyncIterator<Uint8Array | string>): ChunkSource {
  return {
    async next() {
      const { value, done } = await iterator.next();
      return done ? null : toBytes(value);
    },
  };
}
