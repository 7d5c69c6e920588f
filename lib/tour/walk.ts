import { type ExitCode, exitCodeOf } from "../cli/exit.ts";
import { boolean, integer, milliseconds, optional, text } from "../cli/grammar/field.ts";
import { ERROR } from "../cli/grammar/error_fields.ts";
import { result } from "../cli/grammar/record.ts";
import type { Output } from "../cli/stdio/output.ts";
import { errorRecord } from "../cli/render/report.ts";
import { style } from "../cli/render/style.ts";
import { type Stage, type Tour, TourLeft } from "./leg.ts";
import { PrintedStage, type StageEvent, type StageOptions } from "./stage.ts";

/** The name that selects the lessons, which are legs of `tcp`. */
export const HAND = "hand";

/** Tools and their legs in the order of the layers; each is loaded when it runs. A third entry selects it, too. */
const LEGS: readonly (readonly [tool: string, load: () => Promise<{ readonly tour: Tour }>, name?: string])[] = [
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
  ["tcp", () => import("./hand/http.ts"), HAND],
  ["tcp", () => import("./hand/smtp.ts"), HAND],
  ["tcp", () => import("./hand/pop3.ts"), HAND],
  ["check", () => import("./legs/check.ts")],
];

/** Tools that have a leg, in order, and names of other legs. */
export const TOUR_TOOLS: readonly string[] = [...new Set(LEGS.flatMap(([tool, , name = tool]) => [tool, name]))];

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
  /** Tool, or other name, whose legs are walked. @default all */
  readonly tool?: string;
  /** Called before each leg but the first, and waited for; resolves to false where the tour ends. */
  readonly pause?: () => Promise<boolean>;
  /** Returns a line that the learner types; null at the end of input. @default the tour types by itself */
  readonly ask?: (question: string) => Promise<string | null>;
}

/** Result of one leg. */
export interface Leg {
  /** Tool. */
  readonly tool: string;
  /** Title. */
  readonly title: string;
  /** Layer and protocol of its exchange. */
  readonly layer?: string;
  /** Number of claims that held. */
  readonly claims: number;
  /** Duration in milliseconds. */
  readonly ms: number;
  /** Error that ended it. */
  readonly error?: unknown;
  /** Whether the learner has left the tour in it. */
  readonly left: boolean;
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
  const known = new Set<string>();
  for (const [tool, load, name] of LEGS) {
    if (options.tool !== undefined && tool !== options.tool && name !== options.tool) continue;
    if (legs.length > 0 && await options.pause?.() === false) break;
    const { tour } = await load();
    const leg = await walkLeg(tool, tour, legs.length + 1, output, signal, {
      ask: options.ask && typedBy(options.ask),
      known,
    });
    legs.push(leg);
    if (leg.left) break;
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
  options: StageOptions,
): Promise<Leg> {
  const start = performance.now();
  const stage = new PrintedStage(output, signal, options);
  const paint = style(output.colour);
  if (!output.json) output.line(paint.bold(`${number}. toucan ${tool}: ${tour.title}`) + "\n");
  let error: unknown;
  let left = false;
  try {
    await tour.walk(stage);
  } catch (caught) {
    signal.throwIfAborted();
    if (caught instanceof TourLeft) left = true;
    else error = caught;
  }
  const ms = Math.round(performance.now() - start);
  const leg: Leg = {
    tool,
    title: tour.title,
    layer: tour.layer,
    claims: stage.claims,
    ms,
    error,
    left,
    events: stage.events,
  };
  if (output.json) {
    const { events: _, left: __, layer: ___, ...rest } = leg;
    output.record({
      ...rest,
      ok: error === undefined,
      error: error === undefined ? undefined : errorRecord(error),
    });
  } else output.line(error === undefined ? "" : `   ${paint.bad("failed")}: ${errorRecord(error).message}\n`);
  return leg;
}

/** Returns the question of a leg, which ends with the input. */
function typedBy(ask: NonNullable<TourOptions["ask"]>): NonNullable<Stage["ask"]> {
  return async (question) => {
    const line = await ask(question);
    if (line === null) throw new TourLeft("left");
    return line;
  };
}

function printSummary(legs: readonly Leg[], output: TourOutput): void {
  if (output.json) return;
  const whole = legs.filter((leg) => leg.error === undefined && !leg.left);
  const paint = style(output.colour);
  const claims = legs.reduce((sum, leg) => sum + leg.claims, 0);
  for (const { tool, title, ms, error, left } of legs) {
    const mark = error !== undefined ? paint.bad("failed") : left ? "left  " : paint.good("ok    ");
    output.line(`${mark}  toucan ${tool.padEnd(8)} ${title} (${ms} ms)`);
  }
  output.line(
    `\n${whole.length} of ${legs.length} legs, ${claims} claims checked, nothing left this machine`,
  );
}
