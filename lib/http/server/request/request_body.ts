import { NetworkError, readAll } from "../../../core/mod.ts";
import { BodyReader, pieces } from "../../body_reader.ts";
import type { Fields } from "../../codec/fields/fields.ts";
import { invalid, tooLarge } from "../../codec/invalid.ts";
import { HTTP_LIMITS } from "../../codec/limits.ts";
import { Input } from "../../input.ts";
import type { RequestBody } from "../types.ts";

/** Bytes of a body that are held in memory, where the handler gives no limit. */
const MAX_REQUEST_BYTES = 1 << 20;

/** The body of a request, which reports when it begins to be read, and which ends with the response. */
export class IncomingBody implements RequestBody {
  readonly #reader: BodyReader;
  readonly #begin: () => Promise<void> | void;
  #begun = false;
  #reading = 0;
  #finished = false;

  /** `begin` is called before the first read. */
  constructor(reader: BodyReader, begin: () => Promise<void> | void) {
    this.#reader = reader;
    this.#begin = begin;
  }

  get length(): number | undefined {
    return this.#reader.length;
  }

  get trailers(): Fields | undefined {
    return this.#reader.trailers;
  }

  /** Whether its end was reached. */
  get ended(): boolean {
    return this.#reader.ended;
  }

  /** Number of bytes that were not received yet, if the head has the length. */
  get rest(): number | undefined {
    return this.length === undefined ? undefined : this.length - this.#reader.received;
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.#finished) {
      throw new NetworkError("the request was answered, its body is gone", { code: "body-closed", operation: "read" });
    }
    this.#reading++;
    try {
      if (!this.#begun) {
        this.#begun = true;
        await this.#begin();
      }
      return await this.#reader.read(into);
    } finally {
      this.#reading--;
    }
  }

  /** Says that the handler has had its time; false when it still reads, and nothing may come behind this body. */
  finish(): boolean {
    this.#finished = true;
    return this.#reading === 0;
  }

  /** Reads away what is left; false when that is more than `limit` bytes. */
  async drain(limit: number): Promise<boolean> {
    const sink = new Uint8Array(16 * 1024);
    for (let rest = limit; rest >= 0;) {
      const count = await this.#reader.read(sink);
      if (count === null) return true;
      rest -= count;
    }
    return false;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array<ArrayBuffer>> {
    return pieces(this);
  }

  async bytes(limit = MAX_REQUEST_BYTES): Promise<Uint8Array<ArrayBuffer>> {
    const tooMuch = () => tooLarge(413, "body", `the body has more than ${limit} bytes`);
    if ((this.length ?? 0) > limit) throw tooMuch();
    try {
      return await readAll(this, limit);
    } catch (error) {
      throw error instanceof NetworkError && error.code === "too-large" ? tooMuch() : error;
    }
  }

  async text(limit?: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(limit));
  }

  async json(limit?: number): Promise<unknown> {
    const text = await this.text(limit);
    try {
      const value: unknown = JSON.parse(text);
      return value;
    } catch (cause) {
      throw Object.assign(invalid("json", "the body is not JSON"), { cause });
    }
  }
}

const nothing = { read: () => Promise.resolve(null) };

/** The body of a request that has none. */
export const NO_BODY: IncomingBody = new IncomingBody(
  new BodyReader({ kind: "none" }, {
    input: new Input(nothing),
    source: nothing,
    peer: "",
    kind: "request",
    limits: HTTP_LIMITS,
  }),
  () => {},
);
