import type { TraceEvent } from "../core/trace.ts";
import { showUntrusted } from "../core/untrusted.ts";
import { style, wrap } from "../cli/render/style.ts";
import type { Output } from "../cli/stdio/output.ts";
import type { Stage } from "./leg.ts";

/** Something that a leg has printed. */
export type StageEvent =
  | { readonly kind: "say" | "command" | "show" | "check"; readonly text: string }
  | { readonly kind: "term"; readonly name: string; readonly text: string }
  | {
    readonly kind: "wire";
    readonly from: string;
    readonly to: string;
    readonly text: string;
    readonly layer?: string;
  };

const TERM_WIDTH = 76;

/** Prints a leg, and keeps what it printed. */
export class PrintedStage implements Stage {
  /** Number of claims that held. */
  claims = 0;
  /** Events that were printed so far. */
  readonly events: StageEvent[] = [];
  /** Stops the tour. */
  readonly signal: AbortSignal;
  /** Returns a line that the learner types. */
  readonly ask?: Stage["ask"];
  readonly #output: Output;

  /** Prints to an output; `ask` where a learner types. */
  constructor(output: Output, signal: AbortSignal, ask?: Stage["ask"]) {
    this.#output = output;
    this.signal = signal;
    this.ask = ask;
  }

  /** Prints a sentence. */
  say(text: string): void {
    this.events.push({ kind: "say", text });
    this.#print(text);
  }

  /** Explains a term. */
  term(name: string, text: string): void {
    this.events.push({ kind: "term", name, text });
    const paint = style(this.#output.colour);
    wrap(`${name}: ${text}`, TERM_WIDTH).forEach((line, i) =>
      this.#print(i === 0 ? paint.bold(name) + line.slice(name.length) : `  ${line}`)
    );
  }

  /** Prints a command line. */
  command(line: string): void {
    this.events.push({ kind: "command", text: `toucan ${line}` });
    this.#print(style(this.#output.colour).name(`$ toucan ${line}`));
  }

  /** Prints data or output. */
  show(text: string): void {
    this.events.push({ kind: "show", text });
    for (const line of text.split("\n")) this.#print(`  ${showUntrusted(line)}`);
  }

  /** Prints what one side sent. */
  wire(from: string, to: string, text: string, layer?: string): void {
    this.events.push({ kind: "wire", from, to, text, layer });
    const paint = style(this.#output.colour);
    const right = from < to ? `${from} ──▶ ${to}` : `${to} ◀── ${from}`;
    this.#print(`  ${paint.dim(right)}  ${showUntrusted(text, { limit: 200 })}`);
  }

  /** Prints the event of a trace. */
  crossed({ direction, text }: TraceEvent): void {
    if (direction === ">") this.wire("client", "server", text);
    if (direction === "<") this.wire("server", "client", text);
  }

  /** Checks a claim. */
  check(holds: boolean, claim: string): void {
    if (!holds) throw new Error(`claim failed: ${claim}`);
    this.events.push({ kind: "check", text: claim });
    this.claims++;
    this.#print(`  ${style(this.#output.colour).good("✓")} ${claim}`);
  }

  #print(line: string): void {
    if (!this.#output.json) this.#output.line(`   ${line}`.trimEnd());
  }
}
