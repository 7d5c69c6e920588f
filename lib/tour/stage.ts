import type { TraceEvent } from "../core/trace.ts";
import { showUntrusted } from "../core/untrusted.ts";
import { style, wrap } from "../cli/render/style.ts";
import type { Output } from "../cli/stdio/output.ts";
import type { Stage } from "./leg.ts";
import { TERMS } from "./terms.ts";

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

/** Columns of text on a wider terminal, and where there is none, without the indent. */
const MAX_WIDTH = 97;
const MIN_WIDTH = 20;
const INDENT = 3;
/** Maximum length of a line of the wire that is printed, in UTF-16 units. */
const MAX_TEXT_LENGTH = 200;

/** Options of {@link PrintedStage}. */
export interface StageOptions {
  /** Returns a line that a learner types. @default the tour types by itself */
  readonly ask?: Stage["ask"];
  /** Names of the terms that were explained; extended. @default none */
  readonly known?: Set<string>;
}

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

  readonly #known: Set<string>;

  /** Prints to an output. */
  constructor(output: Output, signal: AbortSignal, { ask, known = new Set() }: StageOptions = {}) {
    this.#output = output;
    this.signal = signal;
    this.ask = ask;
    this.#known = known;
  }

  /** Columns for text. */
  get #width(): number {
    const columns = this.#output.terminal ? Deno.consoleSize().columns || MAX_WIDTH : MAX_WIDTH;
    return Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, columns - INDENT - 1));
  }

  /** Prints a sentence. */
  say(text: string): void {
    this.events.push({ kind: "say", text });
    for (const line of wrap(showUntrusted(text), this.#width)) this.#print(line);
    this.#explain(text);
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
    const where = layer === undefined ? "" : paint.dim(`   (${layer})`);
    this.#print(`  ${paint.dim(right)}  ${showUntrusted(text, { limit: MAX_TEXT_LENGTH })}${where}`);
    this.#explain(text);
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
    const mark = style(this.#output.colour).good("✓");
    wrap(claim, this.#width - 4).forEach((line, i) => this.#print(`  ${i === 0 ? mark : " "} ${line}`));
  }

  /** Explains the terms that appear for the first time. */
  #explain(shown: string): void {
    const start = shown.slice(0, MAX_TEXT_LENGTH);
    for (const { name, appears, text } of TERMS) {
      if (this.#known.has(name) || !appears.test(start)) continue;
      this.#known.add(name);
      this.events.push({ kind: "term", name, text });
      const paint = style(this.#output.colour);
      wrap(`${name}: ${text}`, this.#width - 4).forEach((line, i) =>
        this.#print(i === 0 ? `  │ ${paint.bold(name)}${line.slice(name.length)}` : `  │ ${line}`)
      );
    }
  }

  #print(line: string): void {
    if (!this.#output.json) this.#output.line(`   ${line}`.trimEnd());
  }
}
