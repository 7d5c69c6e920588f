/** Direction of a trace event: `>` to the peer, `<` from it, `*` for other events. */
export type TraceDirection = ">" | "<" | "*";

/** Event on the wire. */
export interface TraceEvent {
  /** Direction. */
  readonly direction: TraceDirection;
  /** Text: one line, not yet escaped. The source of the event masks secrets. */
  readonly text: string;
  /** Peer, if there are several. */
  readonly peer?: string;
  /** Bytes, if they may be of interest. */
  readonly bytes?: Uint8Array;
}

/** Handles trace events; it must not throw. */
export type Trace = (event: TraceEvent) => void;
