import { type ExitCode, exitCodeOf } from "../cli/exit.ts";
import { boolean, integer, milliseconds, optional, text } from "../cli/grammar/field.ts";
import { ERROR } from "../cli/grammar/error_fields.ts";
import { result } from "../cli/grammar/record.ts";
import type { Output } from "../cli/stdio/output.ts";
import { errorRecord } from "../cli/render/report.ts";
import { style } from "../cli/render/style.ts";
import type { Tour } from "./leg.ts";
import { PrintedStage, type StageEvent } from "./stage.ts";

/** Tools and their legs in the order of the layers; each is loaded when it runs. */
const LEGS: readonly (readonly [tool: string, load: () => Promise<{ readonly tour: Tour }>])[] = [
  ["url", () => import("./legs/url.ts")],
  ["resolve", () => import("./legs/resolve.ts")],
  ["tcp", () => import("./legs/tcp.ts")],
  ["udp", () => import("./legs/udp.ts")],
  ["get", () => import("./legs/get.ts")],
  ["file", () => import("./legs/file.ts")],
  ["file", () => import("./legs/ftp.ts")],
  ["chat", () => import("./legs/chat.ts")],
  ["mail", () => import("./legs/mail.ts")],
  ["mail", () => import("./legs/pop3.ts")],
  ["mail", () => import("./legs/imap.ts")],
  ["mail", () => import("./legs/nntp.ts")],
  ["check", () => import("./legs/check.ts")],
];

/** Tools that have a leg, in order. */
export const TOUR_TOOLS: readonly string[] = [...new Set(LEGS.map(([tool]) => tool))];

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

/** Options of {@link walkTour}. */
export interface TourOptions {
  /** Tool whose legs are walked. @default all */
  readonly tool?: string;
  /** Called before each leg but the first, and waited for. */
  readonly pause?: () => Promise<void>;
}

/** Result of one leg. */
export interface Leg {
  /** Tool. */
  readonly tool: string;
  /** Title. */
  readonly title: string;
  /** Number of claims that held. */
  readonly claims: number;
  /** Duration in milliseconds. */
  readonly ms: number;
  /** Error that ended it. */
  readonly error?: unknown;
  /** Events that were printed. */
  readonly events: readonly StageEvent[];
}

/** Runs the legs of the tour, and prints a summary. Resolves to their results. */
export async function walkTour(
  output: TourOutput,
  signal: AbortSignal,
  options: TourOptions = {},
): Promise<readonly Leg[]> {
  const legs: Leg[] = [];
  for (const [tool, load] of LEGS) {
    if (options.tool !== undefined && tool !== options.tool) continue;
    if (legs.length > 0) await options.pause?.();
    const { tour } = await load();
    legs.push(await walkLeg(tool, tour, legs.length + 1, output, signal));
  }
  printSummary(legs, output);
  return legs;
}

/** Returns the exit code of a tour: 0 if every claim held. */
export function exitCodeOfTour(legs: readonly Leg[]): ExitCode {
  const failed = legs.filter((leg) => leg.error !== undefined);
  const [first] = failed;
  if (!first) return 0;
  return failed.length === legs.length ? exitCodeOf(first.error) : 6;
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
  const leg: Leg = { tool, title: tour.title, claims: stage.claims, ms, error, events: stage.events };
  if (output.json) {
    const { events: _, ...rest } = leg;
    output.record({
      ...rest,
      ok: error === undefined,
      error: error === undefined ? undefined : errorRecord(error),
    });
  } else output.line(error === undefined ? "" : `   ${paint.bad("failed")}: ${errorRecord(error).message}\n`);
  return leg;
}

function printSummary(legs: readonly Leg[], output: TourOutput): void {
  if (output.json) return;
  const failed = legs.filter((leg) => leg.error !== undefined);
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
