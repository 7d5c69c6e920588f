import { type ChunkSource, concat, raceSignal, toBytes, UsageError } from "../../core/mod.ts";

/** Payloads of datagrams, in order: texts, sent as UTF-8, or bytes, which may be empty. */
export type Payloads = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Yields payloads as bytes; a single text or array of bytes is a single payload.
 *
 * @throws {UsageError} When they are something else.
 */
export async function* payloadBytes(payloads: string | Uint8Array | Payloads): AsyncGenerator<Uint8Array> {
  if (typeof payloads === "string" || payloads instanceof Uint8Array) return yield toBytes(payloads);
  if (typeof payloads !== "object" || payloads === null) {
    throw new UsageError(`payloads are texts or bytes in an array or iterable, not ${typeof payloads}`);
  }
  for await (const payload of payloads) yield toBytes(payload);
}

/** Payload of a datagram as fields of a record: text if it is valid UTF-8, Base64 otherwise. */
export type PayloadFields =
  & { readonly size: number }
  & ({ readonly text: string } | { readonly base64: string });

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Returns the payload of a datagram as fields of a record.
 *
 * @example
 * ```ts
 * import { payloadFields } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(payloadFields(new TextEncoder().encode("hi")), { size: 2, text: "hi" });
 * assertEquals(payloadFields(new Uint8Array([255])), { size: 1, base64: "/w==" });
 * ```
 */
export function payloadFields(bytes: Uint8Array): PayloadFields {
  try {
    return { size: bytes.length, text: strict.decode(bytes) };
  } catch {
    return { size: bytes.length, base64: bytes.toBase64() };
  }
}

/** Returns `size` bytes of the printable ASCII characters in turn, as CHARGEN sends them (RFC 864). */
export function pattern(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => 32 + i % 95);
}

/** Yields the payloads in turn, `count` times. */
export function* repeated(payloads: readonly Uint8Array[], count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) yield* payloads;
}

/** Options of {@link payloadLines}. */
export interface PayloadLineOptions {
  /** Line end of the payloads. @default as in the source */
  readonly end?: "none" | "crlf";
  /** Stops reading. */
  readonly signal?: AbortSignal;
}

/** Longer lines are split here: too long for a datagram, they cannot be sent either way. */
const MAX_LINE_BYTES = 1 << 20;
const LF = 10;
const CR = 13;

/** Yields the lines of a source with their line ends, as payloads; as bytes, since they need not be text. */
export async function* payloadLines(
  source: ChunkSource,
  options: PayloadLineOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let held: Uint8Array[] = [];
  let size = 0;
  const hold = (bytes: Uint8Array) => {
    if (size < MAX_LINE_BYTES && bytes.length > 0) held.push(bytes.slice(0, MAX_LINE_BYTES - size));
    size += bytes.length;
  };
  const take = () => {
    const line = withEnd(concat(held), options.end);
    held = [];
    size = 0;
    return line;
  };
  for (let chunk = await raceSignal(source.next(), options.signal); chunk;) {
    let start = 0;
    for (let lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, start)) {
      hold(chunk.subarray(start, lf + 1));
      start = lf + 1;
      yield take();
    }
    hold(chunk.subarray(start));
    chunk = await raceSignal(source.next(), options.signal);
  }
  if (size > 0) yield take();
}

function withEnd(line: Uint8Array<ArrayBuffer>, end: PayloadLineOptions["end"]): Uint8Array<ArrayBuffer> {
  if (end === undefined) return line;
  let length = line.length;
  if (line[length - 1] === LF) length--;
  if (line[length - 1] === CR) length--;
  const bare = line.subarray(0, length);
  return end === "none" ? bare : concat([bare, new Uint8Array([CR, LF])]);
}
