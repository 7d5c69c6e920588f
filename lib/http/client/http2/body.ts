import { type ByteSource, NetworkError } from "../../../core/mod.ts";
import type { BodySource } from "../request_options.ts";
import type { StallTimer } from "../../../core/time/stall.ts";

const CHUNK_BYTES = 64 * 1024;
/** Milliseconds in which bytes have to come for more of them to be waited for at once. */
const QUICK = 5;

/** Reads the body of a response of `fetch`. */
export class FetchedBody implements ByteSource {
  readonly #reader?: ReadableStreamBYOBReader;
  readonly #stall: StallTimer;
  readonly #patient: boolean;
  #room: ArrayBuffer = new ArrayBuffer(CHUNK_BYTES);
  #held: Uint8Array = new Uint8Array();
  #quick = false;

  /** `patient` says whether the clock lets many small pieces be waited for together. */
  constructor(body: ReadableStream<Uint8Array> | null, stall: StallTimer, patient: boolean) {
    this.#reader = body?.getReader({ mode: "byob" });
    this.#stall = stall;
    this.#patient = patient;
  }

  /** Reads some bytes; null at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    while (this.#held.length === 0) if (!await this.#fill()) return null;
    const count = Math.min(into.length, this.#held.length);
    into.set(this.#held.subarray(0, count));
    this.#held = this.#held.subarray(count);
    return count;
  }

  /** Frames are small, and a call for each is dear: while they come quickly, several are taken together. */
  async #fill(): Promise<boolean> {
    if (!this.#reader) return false;
    const start = performance.now();
    const min = this.#patient && this.#quick ? CHUNK_BYTES : 1;
    const { value } = await this.#stall.during(this.#reader.read(new Uint8Array(this.#room), { min }));
    if (!value || value.length === 0) return false;
    this.#quick = performance.now() - start < QUICK;
    this.#held = value;
    this.#room = value.buffer;
    return true;
  }

  /** Ends it. */
  cancel(): void {
    this.#reader?.cancel().catch(() => {});
  }
}

/** A body to send as `fetch` takes it; what goes wrong on our own side is told. */
export function bodyForFetch(
  body: Uint8Array | BodySource | undefined,
  stall: StallTimer,
  failed: (error: unknown) => void,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  let rest = body.length ?? Infinity;
  return new ReadableStream({
    async pull(controller) {
      try {
        const piece = new Uint8Array(Math.min(CHUNK_BYTES, rest));
        const count = rest === 0 ? null : await stall.outside(body.read(piece));
        if (count === null && rest > 0 && rest !== Infinity) throw tooShort(rest);
        if (count === null) return controller.close();
        rest -= count;
        if (count > 0) controller.enqueue(piece.subarray(0, count));
      } catch (error) {
        failed(error);
        controller.error(error);
      }
    },
  }, { highWaterMark: 0 });
}

function tooShort(rest: number): NetworkError {
  return new NetworkError(`the body to send ended ${rest} bytes too early`, {
    code: "body-length",
    operation: "write",
  });
}
