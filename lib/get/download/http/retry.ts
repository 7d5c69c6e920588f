import { NegativeError, ToucanError } from "../../../core/mod.ts";
import { parseHttpDate } from "../../../http/codec/fields/date.ts";
import { reasonOf } from "../../../http/codec/status.ts";
import type { DownloadHead } from "../types.ts";
import { connectionMayPass, doubledWait, type RetryOptions } from "../wait.ts";

/** Transient failures of connecting: no request was sent. */
const BEFORE = new Set(["connection-refused", "network-unreachable", "host-unreachable", "name-server-failed"]);
/** Those of connecting by `fetch`; it reports the others also for a connection that carried a request. */
const BEFORE_HTTP2 = new Set(["connection-refused", "name-server-failed"]);
const PASSING_STATUS = new Set([408, 425, 429]);
/** Permanent failures of a server: not implemented, or configuration. */
const LASTING_STATUS = new Set([501, 505, 506, 508, 510, 511]);
/** Safe methods (RFC 9110 §9.2.1). */
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
/** Idempotent methods (RFC 9110 §9.2.2). */
const REPEATABLE = new Set([...SAFE, "PUT", "DELETE"]);

/** A response with a status of 300 and above. */
export class StatusError extends NegativeError {
  /** The name of the class. */
  override readonly name: string = "StatusError";
  /** The status code. */
  readonly status: number;
  /** Retry-After in milliseconds, if the server sent one. */
  readonly retryAfter?: number;

  /** Creates the error for a response. */
  constructor({ status, reason, headers, url }: DownloadHead, proxy?: string) {
    const phrase = reason || reasonOf(status);
    const through = proxy === undefined ? "" : ` (through the proxy ${proxy})`;
    super(`${url.host} answers ${status}${phrase === "" ? "" : ` ${phrase}`}${through}`, {
      code: "http-status",
      operation: "get",
      peer: url.host,
      reason: status === 401 ? "unauthorized" : undefined,
    });
    this.status = status;
    this.retryAfter = readRetryAfter(headers.get("retry-after"));
  }
}

function readRetryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = parseHttpDate(text);
  return date === undefined ? undefined : Math.max(0, date - Date.now());
}

/** A request that failed. */
export interface FailedRequest {
  /** Its method. */
  readonly method: string;
  /** Stage that it reached: no server, a server that may have acted on it, or the head of a successful response. */
  readonly reached: "none" | "server" | "success";
  /** Whether it was sent by `fetch`, which does not report when it starts to send. */
  readonly http2: boolean;
}

/**
 * Returns how many milliseconds to wait before a retry, `count` failures after the first one; undefined if a retry cannot
 * help. Retry-After takes precedence, however long it is.
 */
export function waitBeforeRetry(
  error: unknown,
  request: FailedRequest,
  count: number,
  { first, refused }: RetryOptions,
): number | undefined {
  if (!mayPass(error, request, refused)) return undefined;
  const asked = error instanceof StatusError ? error.retryAfter : undefined;
  return asked ?? doubledWait(first, count);
}

/** Whether a status is transient. */
export function statusMayPass(status: number): boolean {
  return (status >= 500 && !LASTING_STATUS.has(status)) || PASSING_STATUS.has(status);
}

/** Whether a request may be repeated: it did not reach a server, or its method allows it. */
function mayPass(error: unknown, { method, reached, http2 }: FailedRequest, refused: boolean): boolean {
  if (!(error instanceof ToucanError)) return false;
  if (error instanceof StatusError) return statusMayPass(error.status) && REPEATABLE.has(method);
  if (error.code === "connection-refused" && !refused) return false;
  if (reached === "success" && !SAFE.has(method)) return false;
  if (!REPEATABLE.has(method)) return reached === "none" && (http2 ? BEFORE_HTTP2 : BEFORE).has(error.code);
  return connectionMayPass(error);
}
