import { NetworkError, readAll } from "../../../core/mod.ts";
import { type BodyReader, pieces } from "../../body_reader.ts";
import type { Fields } from "../../codec/fields/fields.ts";
import { ofResponse } from "../../codec/invalid.ts";
import { MAX_BODY_BYTES } from "./response_body.ts";
import { isLost } from "../connection.ts";
import type { HttpBody } from "../response.ts";

/** The body of a response; tells when it is over, well or badly. */
export class IncomingResponseBody implements HttpBody {
  readonly #reader: BodyReader;
  readonly #peer: string;
  readonly #over: (well: boolean) => void;
  #closed?: unknown;
  #told = false;

  constructor(reader: BodyReader, peer: string, over: (well: boolean) => void) {
    this.#reader = reader;
    this.#peer = peer;
    this.#over = over;
    if (reader.ended) this.#tell(true);
  }

  get received(): number {
    return this.#reader.received;
  }

  get ended(): boolean {
    return this.#reader.ended;
  }

  get trailers(): Fields | undefined {
    return this.#reader.trailers;
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.#closed !== undefined) throw this.#closed;
    try {
      const count = await this.#reader.read(into);
      if (this.#reader.ended) this.#tell(true);
      return count;
    } catch (error) {
      this.#closed ??= this.#explain(error);
      this.#tell(false);
      throw this.#closed;
    }
  }

  /** Ends it early, if it has not ended. */
  close(): void {
    if (this.#told) return;
    this.#closed ??= new NetworkError("the body was closed", { code: "body-closed", operation: "read" });
    this.#tell(false);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array<ArrayBuffer>> {
    return pieces(this);
  }

  async bytes(limit = MAX_BODY_BYTES): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await readAll(this, limit);
    } finally {
      this.close();
    }
  }

  async text(limit?: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(limit));
  }

  #tell(well: boolean): void {
    if (this.#told) return;
    this.#told = true;
    this.#over(well);
  }

  /** A TLS connection that ends without a word is cut too. */
  #explain(error: unknown): unknown {
    if (!isLost(error) || error.code !== "connection-cut") return ofResponse(error, this.#peer);
    return new NetworkError(`${this.#peer} cut the connection in the middle of a body`, {
      code: "body-cut",
      operation: "read",
      peer: this.#peer,
      cause: error,
    });
  }
}
