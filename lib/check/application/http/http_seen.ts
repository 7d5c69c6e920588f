import type { Hop, HopError } from "./hop.ts";

/** Answers to a request and to those that redirects lead to. */
export interface HttpSeen {
  /** Answers in order: redirects, then the page. */
  readonly hops: readonly Hop[];
  /** End of the redirects without a page: a URL that was asked before, or too many. */
  readonly ended?: "loop" | "many" | "invalid";
  /** Failure of the last request. */
  readonly error?: HopError;
  /** Protocol that the port speaks instead of HTTP, if it answers a TLS hello or says something of its own. */
  readonly other?: { readonly tls: boolean; readonly said: string };
  /** Whether the server speaks HTTP/2 alone, and this run may not. */
  readonly http2Only?: boolean;
}
