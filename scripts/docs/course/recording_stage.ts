import type { Stage } from "../../../lib/tour/leg.ts";
import type { TraceEvent } from "../../../lib/core/trace.ts";

/** An event of an exchange: a message between two parties, a sentence, or output. */
export type ExchangeEvent =
  | { readonly kind: "wire"; readonly from: string; readonly to: string; readonly text: string }
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "show"; readonly text: string };

/** Stage of a tour that records the events of a leg. */
export class RecordingStage implements Stage {
  readonly events: ExchangeEvent[] = [];
  readonly signal: AbortSignal = AbortSignal.timeout(30_000);

  say(text: string): void {
    this.events.push({ kind: "say", text });
  }

  /** Does nothing: the commands stand above the drawing. */
  command(): void {}

  show(text: string): void {
    this.events.push({ kind: "show", text });
  }

  wire(from: string, to: string, text: string): void {
    this.events.push({ kind: "wire", from, to, text });
  }

  crossed({ direction, text }: TraceEvent): void {
    if (direction === ">") this.wire("client", "server", text);
    if (direction === "<") this.wire("server", "client", text);
  }

  check(holds: boolean, claim: string): void {
    if (!holds) throw new Error(`claim failed: ${claim}`);
  }
}
