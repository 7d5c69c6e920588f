import { TimeoutError, type Trace } from "../../../core/mod.ts";
import type { QueryForm, Question } from "../../codec/query.ts";
import type { AskOptions } from "./ask_options.ts";
import type { Waiting } from "./waiting.ts";

/** A way to one server, which carries many queries at once. */
export interface Channel {
  /**
   * Sends a query and returns the bytes of its response. What may be forged or belongs to another query is ignored.
   *
   * @throws {NetworkError} When the server cannot be reached, closes the connection, or responds with anything but DNS.
   * @throws {TimeoutError} When there is no response in time.
   */
  ask(question: Question, options: AskOptions): Promise<Uint8Array>;
  /** Closes its sockets; queries that wait are rejected. */
  close(): void;
}

/** A channel that can send without a promise for each query. */
export interface DirectChannel extends Channel {
  /**
   * Sends a query at once: `waiting` takes its response, or the reason why there is none. That is {@link AskAgain} where
   * `ask` would have sent it again. Returns false where it cannot be sent at once.
   *
   * @throws {UsageError} `invalid-name`.
   * @throws {SystemError} When there is no socket.
   */
  send(form: QueryForm, name: string, waiting: Waiting): boolean;
}

/** Reason without a meaning of its own: the query has to be sent again. */
export interface AskAgain {
  /** Tells it from other reasons. */
  readonly askAgain: true;
}

/** Returns whether a query has to be sent again by `ask`. */
export function isAskAgain(reason: unknown): reason is AskAgain {
  return reason instanceof Error && "askAgain" in reason && reason.askAgain === true;
}

/** Options of all channels. */
export interface ChannelOptions {
  /** The server, as messages name it. */
  readonly peer: string;
  /** Receives what crosses the wire. */
  readonly trace?: Trace;
}

/** Tells a trace about a query. */
export function traceQuery({ trace, peer }: ChannelOptions, { name, type }: Question, bytes: Uint8Array): void {
  const id = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  trace?.({ direction: ">", peer, text: `${type} ${name}, id ${id}, ${bytes.length} bytes`, bytes });
}

/** Tells a trace about a message that is ignored. */
export function traceIgnored({ trace, peer }: ChannelOptions, bytes: Uint8Array, why: string, what: string): void {
  trace?.({ direction: "*", peer, text: `ignored a ${what} of ${bytes.length} bytes: ${why}` });
}

/** Returns the error for a query without a response in time, of which some bytes may have come. */
export function noAnswer(peer: string, ignored: number, cause?: unknown, bytes: number = 0): TimeoutError {
  const details = { operation: "resolve", phase: "resolve", peer, cause } as const;
  if (bytes > 0) {
    return new TimeoutError(`the answer from ${peer} did not end in time: ${count(bytes)} came`, { ...details, bytes });
  }
  const others = ignored === 0 ? "" : `; ignored datagrams that did not match: ${ignored}`;
  return new TimeoutError(`no answer from ${peer} in time${others}`, details);
}

function count(bytes: number): string {
  return `${bytes} byte${bytes === 1 ? "" : "s"}`;
}

/** Returns the error for a query whose signal fired: the caller's time may be over a little before the query's own. */
export function abortReason(reason: unknown, peer: string, ignored: number = 0, bytes: number = 0): unknown {
  return reason instanceof TimeoutError ? noAnswer(peer, ignored, reason, bytes) : reason;
}
