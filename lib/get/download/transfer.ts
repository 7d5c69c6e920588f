import { type Deadline, NegativeError, NetworkError } from "../../core/mod.ts";
import type { Destination } from "./naming/destination.ts";
import type { Digests } from "./digests.ts";
import { isSameEntity } from "./entity.ts";
import { type Answer, type ResumableOutcome, ResumeMismatch } from "./source.ts";
import type { DownloadOptions } from "./types.ts";

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
 * @throws {ResumeMismatch} When a partial response is longer or shorter than it said.
 * @throws {NegativeError} `too-large`.
 * @throws {NetworkError} `body-cut` when the body is shorter than the entity.
 */
export async function transfer(answer: Answer, outcome: ResumableOutcome, from: number, how: Transfer): Promise<void> {
  const { destination, digests, options, deadline } = how;
  const { maxSize = Infinity, method, onProgress } = options;
  const skip = outcome.kind === "whole" ? begin(outcome, from, how) : 0;
  const total = answer.size;
  if ((total ?? 0) > maxSize && method !== "HEAD") throw tooLarge(maxSize);
  const wanted = outcome.kind === "rest" ? from + outcome.length : undefined;
  onProgress?.({ bytes: destination.size, total });
  let passed = 0;
  for await (const piece of answer.pieces()) {
    const use = passed < skip ? piece.subarray(Math.min(skip - passed, piece.length)) : piece;
    passed += piece.length;
    const size = destination.size + use.length;
    if (size > maxSize) throw tooLarge(maxSize);
    if (wanted !== undefined && size > wanted) throw new ResumeMismatch("the body is longer than announced");
    if (total !== undefined && size > total) throw tooMuch(answer.host, total);
    digests.update(use);
    const written = destination.write(use);
    if (written) await deadline.race(written);
    deadline.bytes = size;
    onProgress?.({ bytes: size, total });
  }
  await answer.confirm?.();
  if (wanted !== undefined && destination.size !== wanted) {
    throw new ResumeMismatch("the body is shorter than announced");
  }
  if (total === undefined || destination.size === total || method === "HEAD") return;
  throw new NetworkError(`${answer.host} sent ${destination.size} of ${total} bytes, then closed the connection`, {
    code: "body-cut",
    operation: "get",
    peer: answer.host,
  });
}

/** Starts to receive a whole entity; returns how many bytes to skip, because a sink has them already. */
function begin({ entity }: Extract<ResumableOutcome, { kind: "whole" }>, from: number, how: Transfer): number {
  const { destination, digests, options, continues } = how;
  const same = destination.entity !== undefined && isSameEntity(destination.entity, entity);
  if (from > 0 && destination.skips && same) return from;
  if (from > 0) options.onEvent?.({ kind: "restart", reason: "the server sent the whole file" });
  // A decoded body must never be resumed as if it were the entity.
  destination.begin(continues ? entity : { url: entity.url });
  digests.restart();
  return 0;
}

function tooMuch(host: string, total: number): NetworkError {
  return new NetworkError(`${host} sent more than the ${total} bytes of the file`, {
    code: "body-too-long",
    operation: "get",
    peer: host,
  });
}

function tooLarge(limit: number): NegativeError {
  return new NegativeError(`the body is larger than ${limit} bytes`, { code: "too-large", operation: "get" });
}
