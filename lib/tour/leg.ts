import type { TraceEvent } from "../core/trace.ts";

/** Output of a leg of the tour. */
export interface Stage {
  /** Prints a sentence. */
  say(text: string): void;
  /** Prints a command line that does the same. */
  command(line: string): void;
  /** Prints data or output. */
  show(text: string): void;
  /** Prints what one side sent: the side's name and its bytes as text; `layer` where it is not that of the tool. */
  wire(from: string, to: string, text: string, layer?: string): void;
  /** Prints the event of a client's trace as what one side sent; other events are omitted. */
  crossed(event: TraceEvent): void;
  /** Checks a claim; the tour fails if it does not hold. */
  check(holds: boolean, claim: string): void;
  /** Returns a line that the learner types; undefined where the tour types by itself. Throws {@link TourLeft}. */
  readonly ask?: (question: string) => Promise<string>;
  /** Stops the tour. */
  readonly signal: AbortSignal;
}

/** Reports that the learner has left the tour. */
export class TourLeft extends Error {
  /** The name of the class. */
  override readonly name: string = "TourLeft";
}

/** Leg of the tour for one tool: both ends of it on loopback, and the data on the wire. */
export interface Tour {
  /** Heading of the leg. */
  readonly title: string;
  /** Layer and protocol of its exchange: `application: HTTP`. @default nothing crosses the wire */
  readonly layer?: string;
  /** Runs it; throws when something fails. */
  walk(stage: Stage): void | Promise<void>;
}
