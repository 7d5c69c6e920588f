import { decodedPieces } from "../../../http/client/body/decode.ts";
import { locationOf } from "../../../http/client/follow.ts";
import type { HttpResponse } from "../../../http/client/response.ts";
import { proposedName } from "../naming/naming.ts";
import type { Answer, Facts, Outcome } from "../source.ts";
import type { DownloadHead } from "../types.ts";
import { drain } from "./drain.ts";
import { modifiedTime } from "./modified.ts";

/** Size of the read buffer in bytes. */
const CHUNK_BYTES = 1 << 20;
/** Initial size for a body of unknown length. */
const INITIAL_CHUNK_BYTES = 1 << 16;

/** Options of {@link HttpAnswer}. */
export interface HttpAnswerOptions {
  /** Meaning of the response. */
  readonly outcome: Outcome;
  /** Size of the entity, if known. */
  readonly size?: number;
  /** Whether a content coding was requested, and is decoded. */
  readonly compressed?: boolean;
}

/** A response of an HTTP server to a download. */
export class HttpAnswer implements Answer {
  readonly head: DownloadHead;
  readonly outcome: Outcome;
  readonly size?: number;
  readonly #response: HttpResponse;
  readonly #compressed: boolean;

  constructor(response: HttpResponse, { outcome, size, compressed = false }: HttpAnswerOptions) {
    const { url, version, status, reason, headers } = response;
    this.head = { url, version, status, reason, headers };
    this.outcome = outcome;
    // The size of a decoded body is known at its end.
    this.size = compressed && headers.has("content-encoding") ? undefined : size;
    this.#response = response;
    this.#compressed = compressed;
  }

  get facts(): Facts {
    const { head } = this;
    return {
      ...{ head, finalUrl: head.url.href, httpVersion: head.version, status: head.status, location: locationOf(head) },
      contentType: head.headers.get("content-type"),
      etag: head.headers.get("etag"),
    };
  }

  get host(): string {
    return this.head.url.host;
  }

  get modified(): number | undefined {
    return modifiedTime(this.head.headers);
  }

  name(): string {
    return proposedName(this.head);
  }

  async *pieces(limit = Infinity): AsyncGenerator<Uint8Array> {
    const response = this.#response;
    if (this.#compressed || this.outcome.kind === "failed") return yield* decodedPieces(response, limit);
    const { size } = this;
    let room = new Uint8Array(Math.max(1, Math.min(size ?? INITIAL_CHUNK_BYTES, CHUNK_BYTES)));
    while (true) {
      const count = await response.body.read(room);
      if (count === null) return;
      yield room.subarray(0, count);
      if (size === undefined && count === room.length && count < CHUNK_BYTES) room = new Uint8Array(CHUNK_BYTES);
    }
  }

  async discard(): Promise<void> {
    await drain(this.#response);
  }

  close(): void {
    this.#response.close();
  }
}
