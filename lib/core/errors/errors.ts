import type { CertificateSummary } from "../tls/certificate/summary.ts";

/** Phase of a request in which its time ran out, in order. */
export type Phase = "resolve" | "connect" | "proxy" | "tls" | "first-byte" | "body";

/** Address that was tried, and the result: `connected`, or the reason of the failure. */
export interface Attempt {
  /** Address, as `192.0.2.7` or `[2001:db8::7]`. */
  readonly address: string;
  /** Result: `connected`, `connection refused`, `timed out`, `not tried` and the like. */
  readonly result: string;
}

/** Properties of an error in addition to its message. */
export interface ErrorDetails {
  /** Stable, kebab-case name of the cause, such as `connection-refused`: for programs to compare. */
  readonly code: string;
  /** Stable name of the reason, where several have the same code, such as `unauthorized` for `http-status`. */
  readonly reason?: string;
  /** Operation that failed, such as `connect` or `query`. */
  readonly operation?: string;
  /** Peer, in the form of the command line: `example.test:81`. */
  readonly peer?: string;
  /** Sentence with a possible solution. */
  readonly hint?: string;
  /** Phase in which the time ran out. */
  readonly phase?: Phase;
  /** Number of bytes received in that phase. */
  readonly bytes?: number;
  /** Addresses that were tried, if there were several. */
  readonly attempts?: readonly Attempt[];
  /** Certificates that the peer presented, its own first, if they were the reason. */
  readonly certificates?: readonly CertificateSummary[];
  /** Error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Base class of all errors that this library throws on purpose. Any other error is a bug.
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
  /** Name of the class. */
  override readonly name: string = "ToucanError";
  /** Stable, kebab-case name of the cause. */
  readonly code: string;
  /** Stable name of the reason, where several have the same code. */
  readonly reason?: string;
  /** Operation that failed. */
  readonly operation?: string;
  /** Peer of the operation. */
  readonly peer?: string;
  /** Sentence with a possible solution. */
  readonly hint?: string;
  /** Phase in which the time ran out. */
  readonly phase?: Phase;
  /** Number of bytes received in that phase. */
  readonly bytes?: number;
  /** Addresses that were tried, if there were several. */
  readonly attempts?: readonly Attempt[];
  /** Certificates that the server presented, its own first, if they were the reason. */
  readonly certificates?: readonly CertificateSummary[];

  /** Creates an error from a one-line message and its details. */
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

/**
 * Negative answer to a question: the name does not exist, the text is not a URL.
 *
 * @example Recognise a negative answer
 * ```ts
 * import { NegativeError } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new NegativeError("no such name", { code: "name-not-found" }).code, "name-not-found");
 * ```
 */
export class NegativeError extends ToucanError {
  /** Name of the class. */
  override readonly name: string = "NegativeError";
}

/**
 * Invalid use: an option or a value is not valid; nothing was done.
 *
 * @example Recognise an invalid argument
 * ```ts
 * import { UsageError } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new UsageError("invalid port", { code: "invalid-address" }).code, "invalid-address");
 * ```
 */
export class UsageError extends ToucanError {
  /** Name of the class. */
  override readonly name: string = "UsageError";

  /** Creates an error with the code `usage` unless `details` has another. */
  constructor(message: string, details?: Partial<ErrorDetails>) {
    super(message, { ...details, code: details?.code ?? "usage" });
  }
}

/**
 * Failure of the network or the peer.
 *
 * @example Recognise a network error
 * ```ts
 * import { NetworkError } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new NetworkError("connection refused", { code: "connection-refused", peer: "a.test:80" });
 * assertEquals([error.code, error.peer], ["connection-refused", "a.test:80"]);
 * ```
 */
export class NetworkError extends ToucanError {
  /** Name of the class. */
  override readonly name: string = "NetworkError";
}

/**
 * Timeout.
 *
 * @example Recognise a timeout
 * ```ts
 * import { TimeoutError } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new TimeoutError("timed out after 1s", { code: "timeout", phase: "connect" }).phase, "connect");
 * ```
 */
export class TimeoutError extends ToucanError {
  /** Name of the class. */
  override readonly name: string = "TimeoutError";

  /** Creates an error with the code `timeout` unless `details` has another. */
  constructor(message: string, details?: Partial<ErrorDetails>) {
    super(message, { ...details, code: details?.code ?? "timeout" });
  }
}

/**
 * Failure of the local system: a permission, a file, a full disk.
 *
 * @example Recognise an error of this machine
 * ```ts
 * import { SystemError } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new SystemError("disk full", { code: "disk-full" }).code, "disk-full");
 * ```
 */
export class SystemError extends ToucanError {
  /** Name of the class. */
  override readonly name: string = "SystemError";
}

/** Output closed by its reader. It need not be reported. */
export class OutputClosedError extends SystemError {
  /** Name of the class. */
  override readonly name: string = "OutputClosedError";

  /** Creates the error for an output by its name. */
  constructor(output: string, cause?: unknown) {
    super(`${output} was closed by its reader`, { code: "output-closed", operation: "write", cause });
  }
}
