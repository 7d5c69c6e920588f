import type { TraceEvent } from "../core/trace.ts";

/** What a leg of the tour has to tell with. */
export interface Stage {
  /** Says a sentence. */
  say(text: string): void;
  /** Shows a command line that would do the same. */
  command(line: string): void;
  /** Shows something that crossed the wire, or what came out. */
  show(text: string): void;
  /** Shows what one side sent: the side's name and its bytes as text. */
  wire(from: string, to: string, text: string): void;
  /** The same for what a client's trace tells; what is about neither side's bytes is left out. */
  crossed(event: TraceEvent): void;
  /** Claims something; the tour fails when it does not hold. */
  check(holds: boolean, claim: string): void;
  /** Ends the tour early. */
  readonly signal: AbortSignal;
}

/** One tool's leg of the tour: both ends of it on loopback, and what crosses the wire. */
export interface Tour {
  /** What the leg shows, as a heading. */
  readonly title: string;
  /** Walks it; throws when something does not work. */
  walk(stage: Stage): void | Promise<void>;
}
