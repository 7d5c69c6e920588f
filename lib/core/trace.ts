/** Which way something went: `>` to the peer, `<` from it, `*` what happened without words. */
export type TraceDirection = ">" | "<" | "*";

/** Something that crossed the wire, or that was done to it. */
export interface TraceEvent {
  /** Which way it went. */
  readonly direction: TraceDirection;
  /** What it was, for eyes: one line, not yet escaped. Secrets are masked by whoever makes the event. */
  readonly text: string;
  /** The other end, where there are several. */
  readonly peer?: string;
  /** The bytes themselves, where somebody might want to see them. */
  readonly bytes?: Uint8Array;
}

/** Takes trace events as they happen; it must not throw. */
export type Trace = (event: TraceEvent) => void;
