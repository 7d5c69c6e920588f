import type { ExitCode } from "../../lib/cli/mod.ts";
import {
  check,
  type CheckReport,
  type CheckTargetOptions,
  type ExpectationResult,
  meetExpectations,
  redactEvents,
  type Redaction,
  redactReport,
  type Target,
  type TimedEvent,
} from "../../lib/check/internal.ts";
import type { CheckCall } from "./call.ts";
import { type Given, givenOf } from "./tries/given.ts";

/** A target's report, and the results of its expectations. */
export interface Checked {
  /** The report, redacted if that was asked for. */
  readonly report: CheckReport;
  /** Results of the expectations. */
  readonly expected: readonly ExpectationResult[];
  /** Options that commands to try have in common with the call; undefined with a redaction, which hides it. */
  readonly given?: Given;
  /** Events of the exchange, if a report file needs them. */
  readonly events: readonly TimedEvent[];
}

/** A text that is not a target, and the error. */
export interface InvalidTarget {
  /** The text. */
  readonly invalid: string;
  /** The error. */
  readonly error: unknown;
}

/** Maximum number of events of the exchange that a report has. */
const MAX_EVENT_COUNT = 500;

/** Checks a target, and compares what was found with what is expected. A redaction is the same for all targets of a call, so that they differ. */
export async function checkOne(
  target: Target | InvalidTarget,
  call: CheckCall,
  checking: CheckTargetOptions,
  redaction?: Redaction,
): Promise<Checked | InvalidTarget> {
  if ("invalid" in target) return target;
  const { options } = call;
  const recorded: TimedEvent[] = [];
  const trace: CheckTargetOptions["trace"] = options.html === undefined ? checking.trace : (event) => {
    if (recorded.length < MAX_EVENT_COUNT) recorded.push({ ...event, at: performance.now() });
    checking.trace?.(event);
  };
  const report = await check(target, { ...checking, trace });
  // Times of the report begin with the probes, which is later than the call.
  const begin = performance.now() - report.ms;
  const events = recorded.map((event) => ({ ...event, at: Math.max(0, event.at - begin) }));
  const expected = meetExpectations(options.expect.flat(), report.probes);
  if (!redaction) return { report, expected, events, given: givenOf(call, report) };
  return {
    report: redactReport(report, redaction),
    expected: expected.map((result) => ({
      ...result,
      found: result.found.map((value) => typeof value === "string" ? redaction.text(value) : value),
    })),
    events: redactEvents(events, redaction),
  };
}

const EXITS = { well: 0, target: 1, network: 3, timeout: 4, machine: 5 } as const;

/** Returns the exit code of a target. */
export function exitCodeOfCheck({ report, expected }: Checked): ExitCode {
  const code = EXITS[report.outcome];
  return code === 0 && expected.some(({ met }) => !met) ? 1 : code;
}

/** Returns the texts of the expectations that are not met. */
export function unmetTexts({ expected }: Checked): string[] {
  return expected.filter(({ met }) => !met).map(({ expectation }) => expectation.text);
}

/** Returns the expectations that are not met, as sentences. */
export function unmetSentences({ expected }: Checked): string[] {
  return expected.filter(({ met }) => !met).map(({ expectation, found }) =>
    `expected ${expectation.text}: ${found.length === 0 ? "not found" : found.join(", ")}`
  );
}
