import { NegativeError, NetworkError, raceSignal, TimeoutError, ToucanError } from "../../core/mod.ts";
import { parseHttpDate } from "../codec/date.ts";
import { reasonOf } from "../codec/status.ts";
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
/** Those before anything was sent: whatever the method does, it was not done. */
const BEFORE = new Set(["connection-refused", "network-unreachable", "host-unreachable", "name-server-failed"]);
const PASSING_STATUS = new Set([408, 425, 429]);
const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
const LONGEST = 30_000;
/** Who asks for more patience than this is not waited for. */
const PATIENCE = 600_000;

/** An answer that is no success. */
export class StatusError extends NegativeError {
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
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = parseHttpDate(text);
  return date === undefined ? undefined : Math.max(0, date - Date.now());
}

/** Milliseconds to wait before another try after this failure, the `count`-th from 0; undefined when none makes sense. */
export function waitBeforeRetry(error: unknown, method: string, count: number, first: number): number | undefined {
  if (!mayPass(error, method)) return undefined;
  const asked = error instanceof StatusError ? error.retryAfter : undefined;
  if (asked !== undefined) return asked > PATIENCE ? undefined : asked;
  return Math.min(LONGEST, first * 2 ** count);
}

function mayPass(error: unknown, method: string): boolean {
  if (!(error instanceof ToucanError)) return false;
  if (error instanceof StatusError) {
    return (error.status >= 500 || PASSING_STATUS.has(error.status)) && REPEATABLE.has(method);
  }
  if (!REPEATABLE.has(method)) return BEFORE.has(error.code);
  return error instanceof TimeoutError || (error instanceof NetworkError && PASSING.has(error.code));
}

/** Waits, unless the signal fires before. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await raceSignal(promise, signal);
  } finally {
    clearTimeout(timer);
  }
}
