import { type Deadline, NegativeError, NetworkError } from "../../core/mod.ts";
import { decodedPieces } from "../../http/client/body/decode.ts";
import type { HttpResponse } from "../../http/client/response.ts";
import { type Sound, Unsound } from "./answer.ts";
import type { Destination } from "./naming/destination.ts";
import type { Digests } from "./digests.ts";
import { isSameEntity } from "./entity.ts";
import type { DownloadOptions } from "./types.ts";

/** Bytes read at once: from the socket into it, and from it into the file. */
const PIECE = 1 << 20;
/** The same until more has come, of a body whose size is unknown. */
const FIRST_PIECE = 1 << 16;

/** What a body is read for. */
export interface Transfer {
  /** Where its bytes go. */
  readonly destination: Destination;
  /** What is made of them on the way. */
  readonly digests: Digests;
  /** How the download is done. */
  readonly options: DownloadOptions;
  /** Whether a part of it could be continued. */
  readonly continues: boolean;
  /** Ends it early; a timeout tells how far it was. */
  readonly deadline: Deadline;
}

/**
 * Reads the body of an answer to where it belongs.
 *
 * @throws {Unsound} When more or less comes than was said of a part.
 * @throws {NegativeError} `too-large`.
 * @throws {NetworkError} `body-cut` when less comes than there is in all.
 */
export async function transfer(response: HttpResponse, answer: Sound, from: number, how: Transfer): Promise<void> {
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
    if (wanted !== undefined && size > wanted) throw new Unsound("the server sends more than it says");
    digests.update(use);
    const written = destination.write(use);
    if (written) await deadline.race(written);
    deadline.bytes = size;
    onProgress?.({ bytes: size, total });
  }
  if (wanted !== undefined && destination.size !== wanted) throw new Unsound("the server sends less than it says");
  if (total === undefined || destination.size === total || method === "HEAD") return;
  throw new NetworkError(`${response.url.host} has sent ${destination.size} of ${total} bytes`, {
    code: "body-cut",
    operation: "get",
    peer: response.url.host,
  });
}

/** Begins with a whole: anew, or behind what cannot be taken back; returns how many bytes to pass over. */
function begin({ entity }: Extract<Sound, { kind: "whole" }>, from: number, how: Transfer): number {
  const { destination, digests, options, continues } = how;
  const same = destination.entity !== undefined && isSameEntity(destination.entity, entity);
  if (from > 0 && destination.skips && same) return from;
  if (from > 0) options.onEvent?.({ kind: "restart", reason: "the server sends it whole" });
  // What is not the entity itself must never be taken for a part of it.
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
  let room = new Uint8Array(Math.max(1, Math.min(total ?? FIRST_PIECE, PIECE)));
  while (true) {
    const count = await response.body.read(room);
    if (count === null) return;
    yield room.subarray(0, count);
    if (total === undefined && count === room.length && count < PIECE) room = new Uint8Array(PIECE);
  }
}

function tooLarge(limit: number): NegativeError {
  return new NegativeError(`it has more than ${limit} bytes`, { code: "too-large", operation: "get" });
}
