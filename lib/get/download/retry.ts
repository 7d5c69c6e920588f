import { LONGEST_TIMER, NegativeError, NetworkError, raceSignal, TimeoutError, ToucanError } from "../../core/mod.ts";
import { parseHttpDate } from "../../http/codec/fields/date.ts";
import { reasonOf } from "../../http/codec/status.ts";
import type { DownloadHead } from "./types.ts";

/** Failures of a connection, or on the way to one, that may pass. */
const PASSING = new Set([
  "connection-refused",
  "connection-reset",
  "connection-aborted",
  "connection-cut",
  "body-cut",
  "network-unreachable",
  "host-unreachable",
  "name-server-failed",
]);
/** Those of a connection that did not come about. */
const BEFORE = new Set(["connection-refused", "network-unreachable", "host-unreachable", "name-server-failed"]);
/** Those with which `fetch` reports nothing else; the others may also end a connection that carried a request. */
const BEFORE_HTTP2 = new Set(["connection-refused", "name-server-failed"]);
const PASSING_STATUS = new Set([408, 425, 429]);
/** Failures of a server that do not pass: what it cannot do, and how it is configured. */
const LASTING_STATUS = new Set([501, 505, 506, 508, 510, 511]);
/** Methods that may be repeated whatever came of the first request (RFC 9110 §9.2.1). */
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
/** Methods that may be repeated as long as it is not known whether they were done (RFC 9110 §9.2.2). */
const REPEATABLE = new Set([...SAFE, "PUT", "DELETE"]);
const MAX_WAIT_MS = 30_000;

/** How it is tried again. */
export interface RetryOptions {
  /** Milliseconds before the second try. */
  readonly first: number;
  /** Whether a connection that is refused may pass. */
  readonly refused: boolean;
}

/** An answer that is no success. */
export class StatusError extends NegativeError {
  /** The name of the class. */
  override readonly name: string = "StatusError";
  /** The status. */
  readonly status: number;
  /** Milliseconds after which the server wants to be asked again, where it has said so. */
  readonly retryAfter?: number;

  /** Makes the error for an answer. */
  constructor({ status, reason, headers, url }: DownloadHead, proxy?: string) {
    const phrase = reason || reasonOf(status);
    const through = proxy === undefined ? "" : ` (through the proxy ${proxy})`;
    super(`${url.host} answers ${status}${phrase === "" ? "" : ` ${phrase}`}${through}`, {
      code: "http-status",
      operation: "get",
      peer: url.host,
      hint: HINTS[status],
    });
    this.status = status;
    this.retryAfter = readRetryAfter(headers.get("retry-after"));
  }
}

const HINTS: Readonly<Record<number, string>> = {
  401: "--user says who you are",
};

function readRetryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = parseHttpDate(text);
  return date === undefined ? undefined : Math.max(0, date - Date.now());
}

/** What is known of a request that has failed. */
export interface FailedRequest {
  /** Its method. */
  readonly method: string;
  /** How far it came: to no server, to one that may have acted on it, or to the head of a successful response. */
  readonly reached: "none" | "server" | "success";
  /** Whether `fetch` has sent it, which does not tell when it begins to. */
  readonly http2: boolean;
}

/**
 * Milliseconds to wait before another try after this failure, the `count`-th from 0; undefined when none makes sense. What
 * Retry-After asks for goes first, however long that is.
 */
export function waitBeforeRetry(
  error: unknown,
  request: FailedRequest,
  count: number,
  { first, refused }: RetryOptions,
): number | undefined {
  if (!mayPass(error, request, refused)) return undefined;
  const asked = error instanceof StatusError ? error.retryAfter : undefined;
  return asked ?? Math.min(MAX_WAIT_MS, first * 2 ** count);
}

/** Whether a status may be another one in a while. */
export function statusMayPass(status: number): boolean {
  return (status >= 500 && !LASTING_STATUS.has(status)) || PASSING_STATUS.has(status);
}

/** A request is not repeated once it may have reached a server, unless its method allows that. */
function mayPass(error: unknown, { method, reached, http2 }: FailedRequest, refused: boolean): boolean {
  if (!(error instanceof ToucanError)) return false;
  if (error instanceof StatusError) return statusMayPass(error.status) && REPEATABLE.has(method);
  if (error.code === "connection-refused" && !refused) return false;
  if (reached === "success" && !SAFE.has(method)) return false;
  if (!REPEATABLE.has(method)) return reached === "none" && (http2 ? BEFORE_HTTP2 : BEFORE).has(error.code);
  return error instanceof TimeoutError || (error instanceof NetworkError && PASSING.has(error.code));
}

/** Waits, unless the signal fires before. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  for (let rest = ms; rest > 0; rest -= LONGEST_TIMER) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(rest, LONGEST_TIMER));
    try {
      await raceSignal(promise, signal);
    } finally {
      clearTimeout(timer);
    }
  }
}
