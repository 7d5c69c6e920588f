/** Where a request came in. */
export interface Arrival {
  /** The client's end. */
  readonly peer: string;
  /** Whether over TLS. */
  readonly secure: boolean;
  /** The authority that the client has asked a trusted proxy for. */
  readonly authority?: string;
  /** The path below which a trusted proxy serves this server. */
  readonly prefix?: string;
}

/** Detects that a client disconnects. */
export interface Departure {
  /** Resolves when it has. */
  gone(): Promise<void>;
}
