import { concat, NetworkError } from "../../../core/mod.ts";
import type { Decompressor } from "../../../deps/node/zlib.ts";
import { type ContentCoding, followFrames } from "./content_coding.ts";

/** Bytes of output after which everything else in the program gets a turn: a decoder is never waited for. */
const TURN_BYTES = 8 << 20;

/**
 * Decodes a body whose pieces come from `source`, each valid until the next one is asked for. So are those that are given
 * when they are `reused`: their memory is then freed at once, instead of by a garbage collector that lets it grow.
 * An empty body is empty, whatever its coding.
 *
 * @throws {NetworkError} `invalid-encoding` for what does not decode, ends before its end, or goes on behind it; and what the source throws.
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  coding: ContentCoding,
  reused: boolean,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const pieces = source[Symbol.asyncIterator]();
  try {
    const beginning = await beginningOf(pieces);
    if (beginning.length === 0) return;
    yield* new Decoding(coding, beginning, pieces, reused).output();
  } finally {
    // One that waits for the network goes when the connection does.
    pieces.return?.().catch(() => {});
  }
}

/** The first two bytes, which tell formats apart; fewer when there are no more. */
async function beginningOf(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let beginning: Uint8Array = new Uint8Array();
  while (beginning.length < 2) {
    const { value, done } = await pieces.next();
    if (done) break;
    beginning = beginning.length === 0 && value.length > 1 ? value : concat([beginning, value]);
  }
  return beginning;
}

/** One body on its way through a decoder. */
class Decoding {
  readonly #coding: ContentCoding;
  readonly #decoder: Decompressor;
  readonly #reused: boolean;
  readonly #output: Uint8Array<ArrayBuffer>[] = [];
  #given = 0;
  #probing = false;
  #ended = false;
  #read = false;
  #failed = false;
  #failure?: unknown;
  #wake?: () => void;
  #drained?: () => void;
  #written?: () => void;

  constructor(coding: ContentCoding, beginning: Uint8Array, pieces: AsyncIterator<Uint8Array>, reused: boolean) {
    this.#coding = coding;
    this.#reused = reused;
    const decoder = this.#decoder = coding.makeDecoder(beginning);
    decoder.on("data", (piece: Uint8Array<ArrayBuffer>) => {
      // Output of a probe is not part of the body.
      if (!this.#probing) this.#output.push(piece);
      decoder.pause();
      if (decoder.readableLength === 0) this.#drained?.();
      this.#wake?.();
    });
    decoder.on("end", () => {
      this.#ended = true;
      this.#written?.();
      this.#wake?.();
    });
    decoder.on("error", (cause: unknown) => this.#fail(invalid("corrupt data", cause)));
    this.#feed(beginning, pieces).catch((error) => this.#fail(error));
  }

  /** Gives what comes out, all of it before an error. */
  async *output(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let turn = 0;
    try {
      while (true) {
        const piece = this.#output.shift();
        if (piece) {
          yield piece;
          turn += piece.length;
          if (this.#reused) free(piece);
        } else if (this.#failed && (this.#decoder.destroyed || this.#decoder.readableLength === 0)) throw this.#failure;
        else if (this.#ended && this.#read) return;
        else await this.#more();
        if (turn >= TURN_BYTES) turn = await otherTasks();
      }
    } finally {
      this.#decoder.destroy();
    }
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#decoder.resume();
    await promise;
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#failure = error;
    this.#wake?.();
  }

  async #feed(beginning: Uint8Array, pieces: AsyncIterator<Uint8Array>): Promise<void> {
    const frames = followFrames(this.#coding);
    for (let piece: Uint8Array = beginning;;) {
      for (let at = 0; at < piece.length;) {
        // A decoder that follows no frames forgets what stands behind one in the same write.
        const end = frames ? at + frames.feed(piece.subarray(at)) : piece.length;
        await this.#give(piece.subarray(at, end));
        at = end;
      }
      const { value, done } = await pieces.next();
      if (done) break;
      piece = value;
    }
    if (frames && !frames.complete) throw cut();
    if (this.#coding.end === "probe") await this.#probe();
    this.#decoder.end();
    this.#read = true;
    this.#wake?.();
  }

  /** Has a piece decoded, all of it. */
  async #give(piece: Uint8Array): Promise<void> {
    this.#given += piece.length;
    await this.#write(piece);
    const rest = this.#given - this.#decoder.bytesWritten;
    const behind = piece.subarray(Math.max(0, piece.length - rest));
    if (rest === 0 || (this.#coding.padded && behind.every((octet) => octet === 0))) return;
    throw invalid("data after the end");
  }

  /** One byte more is taken only by a decoder that has not seen the end. */
  async #probe(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    if (this.#decoder.readableLength > 0) await promise;
    this.#probing = true;
    await this.#write(new Uint8Array(1)).catch(() => {});
    if (this.#decoder.bytesWritten > this.#given || this.#failed) throw cut();
    this.#probing = false;
  }

  /** Resolves when the decoder has consumed the bytes; after its end it consumes none. */
  #write(bytes: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#ended) return Promise.resolve();
    // With bytes behind its end, it ends instead of calling back.
    this.#written = resolve;
    this.#decoder.write(
      bytes,
      (error?: Error | null) => error ? reject(invalid("corrupt data", error)) : resolve(),
    );
    return promise;
  }
}

/** Frees the memory of a piece, and of those before it that share it, when it is the last in there. */
function free({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): void {
  if (byteOffset + byteLength === buffer.byteLength && buffer.byteLength >= 64 * 1024) buffer.transfer(0);
}

/** Lets timers and signals come. */
async function otherTasks(): Promise<0> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve);
  await promise;
  return 0;
}

function cut(): NetworkError {
  return invalid("unexpected end of data");
}

function invalid(why: string, cause?: unknown): NetworkError {
  return new NetworkError(`cannot decode the body: ${why}`, { code: "invalid-encoding", cause });
}
