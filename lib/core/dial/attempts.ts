import { formatAddress } from "../address/address.ts";
import { type Attempt, type ErrorDetails, NetworkError, TimeoutError, ToucanError } from "../errors/errors.ts";
import type { HostAddress } from "../address/lookup.ts";
import { fromSystem } from "../errors/system_error.ts";
import type { Trace } from "../trace.ts";

/** Result of an attempt in progress. */
const UNANSWERED = "no answer";

/** Results for each address of a host: for the trace, and for the error when all attempts failed. */
export class Attempts {
  readonly #host: string;
  readonly #port: number;
  readonly #trace?: Trace;
  readonly #results: Map<HostAddress, string>;

  /** Creates results without any attempt. */
  constructor(host: string, port: number, addresses: readonly HostAddress[], trace?: Trace) {
    this.#host = host;
    this.#port = port;
    this.#trace = trace;
    this.#results = new Map(addresses.map((address) => [address, "not tried"]));
    if (addresses.length > 1) this.#say(`${host} has ${addresses.map((address) => address.address).join(", ")}`);
  }

  /** Records the start of an attempt. */
  started(address: HostAddress): void {
    this.#results.set(address, UNANSWERED);
    this.#say(`connecting to ${this.#format(address)}`);
  }

  /** Records a failed attempt, or without an error an abandoned one. */
  ended(address: HostAddress, error?: unknown): void {
    if (error === undefined) return this.#say(`${this.#format(address)}: abandoned`);
    const result = this.#reason(error);
    this.#results.set(address, result);
    this.#say(`${this.#format(address)}: ${result}`);
  }

  /**
   * Returns the error for all attempts: that of the first one, with a message that lists each if there are several.
   * `error` is the race's: the failures of all, or the reason why it ended early.
   */
  failure(error: unknown): unknown {
    const failures = error instanceof AggregateError ? error.errors : [error];
    const peer = formatAddress({ transport: "ip", host: this.#host, port: this.#port });
    const first = failures.length === 0 ? error : fromSystem(failures[0], { doing: "connect to", what: peer });
    if (!(first instanceof ToucanError)) return first;
    const late = first instanceof TimeoutError;
    if (!late && !(first instanceof NetworkError)) return first;
    const attempts = this.#list(late);
    const details: ErrorDetails = {
      code: first.code,
      operation: "connect",
      peer,
      hint: first.hint,
      phase: first.phase,
      attempts: attempts.length > 1 ? attempts : undefined,
      cause: error,
    };
    const each = attempts.map(({ address, result }) => `${address}: ${result}`).join("; ");
    const message = attempts.length > 1 ? `${first.message} (${each})` : first.message;
    return late ? new TimeoutError(message, details) : new NetworkError(message, details);
  }

  #list(late: boolean): Attempt[] {
    return [...this.#results].map(([{ address, family }, result]) => ({
      address: family === 6 ? `[${address}]` : address,
      result: late && result === UNANSWERED ? "timed out" : result,
    }));
  }

  #reason(error: unknown): string {
    const what = this.#host;
    const known = fromSystem(error, { doing: "connect to", what });
    if (known instanceof TimeoutError) return "timed out";
    const message = known instanceof Error ? known.message : String(known);
    return message.replace(`cannot connect to ${what}: `, "");
  }

  #format({ address }: HostAddress): string {
    return formatAddress({ transport: "ip", host: address, port: this.#port });
  }

  #say(text: string): void {
    this.#trace?.({ direction: "*", text });
  }
}
