import type { DnsMessage } from "../codec/message.ts";

/**
 * Asks for records and their signatures: a query with DO and CD. Rejects with a {@link LookupFailure} where no server
 * has an answer.
 */
export type Lookup = (name: string, type: string) => Promise<DnsMessage>;

/** No server answered, or with an error: data is indeterminate then. The message says which. */
export class LookupFailure extends Error {
  override readonly name: string = "LookupFailure";
  /** The cause: `timeout` where servers are silent, `no-answer` otherwise. */
  readonly code: "timeout" | "no-answer";

  /** A failure for this cause. */
  constructor(message: string, code: "timeout" | "no-answer" = "no-answer") {
    super(message);
    this.code = code;
  }
}
