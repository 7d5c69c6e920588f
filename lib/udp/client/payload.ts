import { type ChunkSource, concat, raceSignal, toBytes, UsageError } from "../../core/mod.ts";

/** What datagrams carry, one after the other: texts, sent as UTF-8, or bytes, which may be empty. */
export type Payloads = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * The bytes of payloads; a text or bytes by themselves are a single one.
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

/** What a datagram carried, as fields of a record: text where it is UTF-8, Base64 otherwise. */
export type PayloadFields =
  & { readonly size: number }
  & ({ readonly text: string } | { readonly base64: string });

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * What a datagram carried, as fields of a record.
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

/** So many bytes of the printable characters of ASCII in turn, as CHARGEN sends them (RFC 864). */
export function pattern(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => 32 + i % 95);
}

/** Repeats the payloads in turn, this number of times. */
export function* repeated(payloads: readonly Uint8Array[], count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) yield* payloads;
}

/** How {@link payloadLines} reads. */
export interface PayloadLineOptions {
  /** What a line ends with when it is sent. @default as it was read */
  readonly end?: "none" | "crlf";
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/** A line that is longer is cut here, and so can no more be sent than the whole. */
const LONGEST = 1 << 20;
const LF = 10;
const CR = 13;

/** The lines of a source, each with its line end, as the payloads of datagrams; bytes, so that nothing in them has to be text. */
export async function* payloadLines(
  source: ChunkSource,
  options: PayloadLineOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let held: Uint8Array[] = [];
  let size = 0;
  const hold = (bytes: Uint8Array) => {
    if (size < LONGEST && bytes.length > 0) held.push(bytes.slice(0, LONGEST - size));
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
