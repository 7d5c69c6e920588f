import { type Deadline, NegativeError, NetworkError } from "../../core/mod.ts";
import { decodedPieces } from "../../http/client/body/decode.ts";
import type { HttpResponse } from "../../http/client/response.ts";
import { type ResumableResponse, ResumeMismatch } from "./classify_response.ts";
import type { Destination } from "./naming/destination.ts";
import type { Digests } from "./digests.ts";
import { isSameEntity } from "./entity.ts";
import type { DownloadOptions } from "./types.ts";

/** Size of the read buffer in bytes. */
const CHUNK_BYTES = 1 << 20;
/** Initial size for a body of unknown length. */
const INITIAL_CHUNK_BYTES = 1 << 16;

/** Where a body is read to, and how. */
export interface Transfer {
  /** Where the bytes are written. */
  readonly destination: Destination;
  /** Digests that are computed. */
  readonly digests: Digests;
  /** Options of the download. */
  readonly options: DownloadOptions;
  /** Whether an incomplete body can be resumed. */
  readonly continues: boolean;
  /** Aborts the transfer; its timeout error has the number of bytes. */
  readonly deadline: Deadline;
}

/**
 * Reads the body of a response into its destination.
 *
 * @throws {ResumeMismatch} When a partial response is longer or shorter than its Content-Range.
 * @throws {NegativeError} `too-large`.
 * @throws {NetworkError} `body-cut` when the body is shorter than the entity.
 */
export async function transfer(
  response: HttpResponse,
  answer: ResumableResponse,
  from: number,
  how: Transfer,
): Promise<void> {
  const { destination, digests, options, deadline } = how;
  const { maxSize = Infinity, compressed, method, onProgress } = options;
  const skip = answer.kind === "whole" ? begin(answer, from, how) : 0;
  const decoded = compressed && response.headers.has("content-encoding");
  const total = decoded ? undefined : answer.kind === "rest" ? answer.total : answer.entity.length;
  if ((total ?? 0) > maxSize && method !== "HEAD") throw tooLarge(maxSize);
  const wanted = answer.kind === "rest" ? from + answer.length : undefined;
  onProgress?.({ bytes: destination.size, total });
  let passed = 0;
  for await (const piece of piecesOf(response, compressed === true, total)) {
    const use = passed < skip ? piece.subarray(Math.min(skip - passed, piece.length)) : piece;
    passed += piece.length;
    const size = destination.size + use.length;
    if (size > maxSize) throw tooLarge(maxSize);
    if (wanted !== undefined && size > wanted) throw new ResumeMismatch("the body is longer than its Content-Range");
    digests.update(use);
    const written = destination.write(use);
    if (written) await deadline.race(written);
    deadline.bytes = size;
    onProgress?.({ bytes: size, total });
  }
  if (wanted !== undefined && destination.size !== wanted) {
    throw new ResumeMismatch("the body is shorter than its Content-Range");
  }
  if (total === undefined || destination.size === total || method === "HEAD") return;
  throw new NetworkError(
    `${response.url.host} sent ${destination.size} of ${total} bytes, then closed the connection`,
    {
      code: "body-cut",
      operation: "get",
      peer: response.url.host,
    },
  );
}

/** Starts to receive a whole entity; returns how many bytes to skip, because a sink has them already. */
function begin({ entity }: Extract<ResumableResponse, { kind: "whole" }>, from: number, how: Transfer): number {
  const { destination, digests, options, continues } = how;
  const same = destination.entity !== undefined && isSameEntity(destination.entity, entity);
  if (from > 0 && destination.skips && same) return from;
  if (from > 0) options.onEvent?.({ kind: "restart", reason: "the server sent the whole file" });
  // A decoded body must never be resumed as if it were the entity.
  destination.begin(continues ? entity : { url: entity.url });
  digests.restart();
  return 0;
}

async function* piecesOf(
  response: HttpResponse,
  decode: boolean,
  total: number | undefined,
): AsyncGenerator<Uint8Array> {
  if (decode) return yield* decodedPieces(response, Infinity);
  let room = new Uint8Array(Math.max(1, Math.min(total ?? INITIAL_CHUNK_BYTES, CHUNK_BYTES)));
  while (true) {
    const count = await response.body.read(room);
    if (count === null) return;
    yield room.subarray(0, count);
    if (total === undefined && count === room.length && count < CHUNK_BYTES) room = new Uint8Array(CHUNK_BYTES);
  }
}

function tooLarge(limit: number): NegativeError {
  return new NegativeError(`the body is larger than ${limit} bytes`, { code: "too-large", operation: "get" });
}
