import type { TraceEvent } from "../core/trace.ts";
import { showUntrusted } from "../core/untrusted.ts";
import { type ExitCode, exitCodeOf } from "../cli/exit.ts";
import { boolean, integer, milliseconds, optional, text } from "../cli/grammar/field.ts";
import { ERROR } from "../cli/grammar/error_fields.ts";
import { result } from "../cli/grammar/record.ts";
import type { Output } from "../cli/stdio/output.ts";
import { errorRecord } from "../cli/render/report.ts";
import { style } from "../cli/render/style.ts";
import type { Stage, Tour } from "./leg.ts";

/** Tools and their legs in order; each is loaded when it runs. */
const LEGS: readonly (readonly [tool: string, load: () => Promise<{ readonly tour: Tour }>])[] = [
  ["url", () => import("./legs/url.ts")],
  ["resolve", () => import("./legs/resolve.ts")],
  ["get", () => import("./legs/get.ts")],
  ["file", () => import("./legs/file.ts")],
  ["file", () => import("./legs/ftp.ts")],
  ["tcp", () => import("./legs/tcp.ts")],
  ["udp", () => import("./legs/udp.ts")],
  ["chat", () => import("./legs/chat.ts")],
  ["mail", () => import("./legs/mail.ts")],
  ["mail", () => import("./legs/pop3.ts")],
  ["mail", () => import("./legs/imap.ts")],
  ["mail", () => import("./legs/nntp.ts")],
  ["check", () => import("./legs/check.ts")],
];

/** Records of a tour. */
export const TOUR_RECORDS = {
  "leg": result("one per leg", {
    tool: text("name of the tool"),
    title: text("title of the leg"),
    claims: integer("number of claims that were checked"),
    ms: milliseconds("duration"),
    ok: boolean("whether every claim held"),
    error: optional(ERROR),
  }),
};

/** Output of a tour. */
export type TourOutput = Output<typeof TOUR_RECORDS>;

/** Result of one leg. */
interface Leg {
  readonly tool: string;
  readonly title: string;
  readonly claims: number;
  readonly ms: number;
  readonly error?: unknown;
}

/** Runs all legs of the tour, and prints a summary. Returns 0 if every claim held. */
export async function walkTour(output: TourOutput, signal: AbortSignal): Promise<ExitCode> {
  const legs: Leg[] = [];
  for (const [index, [tool, load]] of LEGS.entries()) {
    const { tour } = await load();
    legs.push(await walkLeg(tool, tour, index + 1, output, signal));
  }
  return summary(legs, output);
}

async function walkLeg(
  tool: string,
  tour: Tour,
  number: number,
  output: TourOutput,
  signal: AbortSignal,
): Promise<Leg> {
  const start = performance.now();
  const stage = new PrintedStage(output, signal);
  const paint = style(output.colour);
  if (!output.json) output.line(paint.bold(`${number}. toucan ${tool}: ${tour.title}`) + "\n");
  let error: unknown;
  try {
    await tour.walk(stage);
  } catch (caught) {
    signal.throwIfAborted();
    error = caught;
  }
  const ms = Math.round(performance.now() - start);
  const leg: Leg = { tool, title: tour.title, claims: stage.claims, ms, error };
  if (output.json) {
    output.record({
      ...leg,
      ok: error === undefined,
      error: error === undefined ? undefined : errorRecord(error),
    });
  } else output.line(error === undefined ? "" : `   ${paint.bad("failed")}: ${errorRecord(error).message}\n`);
  return leg;
}

function summary(legs: readonly Leg[], output: TourOutput): ExitCode {
  const failed = legs.filter((leg) => leg.error !== undefined);
  if (!output.json) {
    const paint = style(output.colour);
    const claims = legs.reduce((sum, leg) => sum + leg.claims, 0);
    for (const { tool, title, ms, error } of legs) {
      const mark = error === undefined ? paint.good("ok    ") : paint.bad("failed");
      output.line(`${mark}  toucan ${tool.padEnd(8)} ${title} (${ms} ms)`);
    }
    output.line(
      `\n${legs.length - failed.length} of ${legs.length} legs, ${claims} claims checked, nothing left this machine`,
    );
  }
  const first = failed[0];
  if (!first) return 0;
  return failed.length === legs.length ? exitCodeOf(first.error) : 6;
}

/** Prints a leg. */
class PrintedStage implements Stage {
  claims = 0;
  readonly signal: AbortSignal;
  readonly #output: Output;

  constructor(output: TourOutput, signal: AbortSignal) {
    this.#output = output;
    this.signal = signal;
  }

  say(text: string): void {
    this.#print(text);
  }

  command(line: string): void {
    this.#print(style(this.#output.colour).name(`$ toucan ${line}`));
  }

  show(text: string): void {
    for (const line of text.split("\n")) this.#print(`  ${showUntrusted(line)}`);
  }

  wire(from: string, to: string, text: string): void {
    const paint = style(this.#output.colour);
    const right = from < to ? `${from} ──▶ ${to}` : `${to} ◀── ${from}`;
    this.#print(`  ${paint.dim(right)}  ${showUntrusted(text, { limit: 200 })}`);
  }

  crossed({ direction, text }: TraceEvent): void {
    if (direction === ">") this.wire("client", "server", text);
    if (direction === "<") this.wire("server", "client", text);
  }

  check(holds: boolean, claim: string): void {
    if (!holds) throw new Error(`claim failed: ${claim}`);
    this.claims++;
    this.#print(`  ${style(this.#output.colour).good("✓")} ${claim}`);
  }

  #print(line: string): void {
    if (!this.#output.json) this.#output.line(`   ${line}`.trimEnd());
  }
}
