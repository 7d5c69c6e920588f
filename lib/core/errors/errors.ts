import type { CertificateSummary } from "../tls/certificate/summary.ts";

/** What a connection was doing when its time ran out, in order. */
export type Phase = "resolve" | "connect" | "proxy" | "tls" | "first-byte" | "body";

/** An address that was tried, and the result: `connected`, or why not. */
export interface Attempt {
  /** The address, as `192.0.2.7` or `[2001:db8::7]`. */
  readonly address: string;
  /** The result: `connected`, `connection refused`, `timed out`, `not tried` and the like. */
  readonly result: string;
}

/** What an error knows beside its message. */
export interface ErrorDetails {
  /** Stable, kebab-case name of the cause, such as `connection-refused`: what scripts compare. */
  readonly code: string;
  /** Stable name of the reason, where several have the same code, such as `unauthorized` for `http-status`. */
  readonly reason?: string;
  /** What was being done, such as `connect` or `query`. */
  readonly operation?: string;
  /** The other end, as the user would write it: `example.test:81`. */
  readonly peer?: string;
  /** One sentence that says what to do about it. */
  readonly hint?: string;
  /** The phase in which the time ran out. */
  readonly phase?: Phase;
  /** The bytes received in that phase until then. */
  readonly bytes?: number;
  /** The addresses that were tried, where there were several. */
  readonly attempts?: readonly Attempt[];
  /** The certificates that the peer presented, its own first, where they were the reason. */
  readonly certificates?: readonly CertificateSummary[];
  /** The error beneath this one. */
  readonly cause?: unknown;
}

/**
 * The base of every error that this library throws on purpose. Anything else that escapes is a bug.
 *
 * @example Tell the causes apart
 * ```ts
 * import { NetworkError, ToucanError } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new NetworkError("Cannot connect to localhost:1", { code: "connection-refused" });
 * assertEquals(error instanceof ToucanError, true);
 * assertEquals(error.code, "connection-refused");
 * ```
 */
export class ToucanError extends Error {
  /** The name of the class. */
  override readonly name: string = "ToucanError";
  /** Stable, kebab-case name of the cause. */
  readonly code: string;
  /** Stable name of the reason, where several have the same code. */
  readonly reason?: string;
  /** What was being done. */
  readonly operation?: string;
  /** The other end. */
  readonly peer?: string;
  /** One sentence that says what to do about it. */
  readonly hint?: string;
  /** The phase in which the time ran out. */
  readonly phase?: Phase;
  /** The bytes received in that phase until then. */
  readonly bytes?: number;
  /** The addresses that were tried, where there were several. */
  readonly attempts?: readonly Attempt[];
  /** The certificates that the server presented, its own first, where they were the reason. */
  readonly certificates?: readonly CertificateSummary[];

  /** Makes an error from a one-line message and its details. */
  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.reason = details.reason;
    this.operation = details.operation;
    this.peer = details.peer;
    this.hint = details.hint;
    this.phase = details.phase;
    this.bytes = details.bytes;
    this.attempts = details.attempts;
    this.certificates = details.certificates;
  }
}

/** The question was answered, and the answer is no: the name does not exist, the text is not a URL. */
export class NegativeError extends ToucanError {
  /** The name of the class. */
  override readonly name: string = "NegativeError";
}

/** The caller asked for something without sense; nothing was done. */
export class UsageError extends ToucanError {
  /** The name of the class. */
  override readonly name: string = "UsageError";

  /** Makes an error whose code is `usage` unless `details` names a closer one. */
  constructor(message: string, details?: Partial<ErrorDetails>) {
    super(message, { ...details, code: details?.code ?? "usage" });
  }
}

/** The network or the peer failed on the way. */
export class NetworkError extends ToucanError {
  /** The name of the class. */
  override readonly name: string = "NetworkError";
}

/** The time allowed has run out. */
export class TimeoutError extends ToucanError {
  /** The name of the class. */
  override readonly name: string = "TimeoutError";

  /** Makes an error whose code is `timeout` unless `details` names a closer one. */
  constructor(message: string, details?: Partial<ErrorDetails>) {
    super(message, { ...details, code: details?.code ?? "timeout" });
  }
}

/** This machine refused: a permission, a file, a full disk. */
export class SystemError extends ToucanError {
  /** The name of the class. */
  override readonly name: string = "SystemError";
}

/** Whoever read our output went away. There is nobody left to tell. */
export class OutputClosedError extends SystemError {
  /** The name of the class. */
  override readonly name: string = "OutputClosedError";

  /** Makes the error for the output named. */
  constructor(output: string, cause?: unknown) {
    super(`Nobody reads ${output} any more`, { code: "output-closed", operation: "write", cause });
  }
}
