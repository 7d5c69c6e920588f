import { UsageError } from "../errors/errors.ts";
import { type ChunkSink, type ChunkSource, SharedSource } from "./chunks.ts";

/**
 * Data to send: a text, bytes, a stream or iterable of them, or a source of chunks.
 */
export type Input =
  | string
  | Uint8Array
  | ReadableStream<Uint8Array>
  | ReadableStream<string>
  | AsyncIterable<Uint8Array | string>
  | ChunkSource
  | SharedSource;

/** Receiver of data: a stream, or a sink of chunks. */
export type OutputTarget = WritableStream<Uint8Array> | ChunkSink;

/**
 * Converts any input to a source; text becomes UTF-8. A stream is locked from then on.
 *
 * @throws {UsageError} When it is of another type.
 */
export function toSource(input: Input): SharedSource {
  if (input instanceof SharedSource) return input;
  if (typeof input !== "string" && (typeof input !== "object" || input === null)) {
    throw new UsageError(`invalid input: must be a text, bytes or a stream of them, not ${typeof input}`);
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
    // A stream may hold a chunk after the call, when the chunk may be reused.
    write: (chunk) => writer.write(chunk.slice()),
    end: () => writer.close(),
  };
}

/**
 * Returns bytes as they are, a text as UTF-8.
 *
 * @throws {UsageError} When it is of another type.
 */
export function toBytes(data: string | Uint8Array): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (data instanceof Uint8Array) return data;
  // Untyped callers: other objects would be sent as nothing.
  throw new UsageError(`invalid data to send: must be a text or a Uint8Array, not ${typeof data}`);
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
