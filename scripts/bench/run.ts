import { measure, tableRows } from "./harness.ts";
import { reason, stopAll } from "./processes.ts";
import type { Result, Row, Subject } from "./subject.ts";

/** A subject that is imported when its turn comes. */
export interface Entry {
  /** Its name. */
  readonly name: string;
  /** Imports it. */
  load(): Promise<Subject>;
}

/**
 * Measures subjects in turn and prints the rows of the table. A failure is a row with the reason, and the other
 * subjects follow; processes that a subject has started are stopped after it.
 *
 * @returns The number of failures; a program that is not installed does not count.
 */
export async function runSubjects(entries: readonly Entry[], print: (line: string) => void): Promise<number> {
  let failed = 0;
  for (const { name, load } of entries) {
    const subject = await load().catch((error: unknown) => reason(error));
    const rows = typeof subject === "string" ? subject : await subject.rows().catch((error: unknown) => reason(error));
    if (typeof rows === "string") {
      failed++;
      print(notRun(name, rows));
    } else {
      const results: Result[] = [];
      for (const row of rows) results.push(await printRow(row, print));
      failed += results.flatMap(({ timings }) => timings).filter((timing) => timing.failed).length;
      if (typeof subject !== "string") failed += await report(subject, results);
    }
    if (typeof subject !== "string") failed += await cleanUp(subject);
  }
  return failed;
}

const cleaned = new WeakSet<object>();

/** Stops the processes of a subject and runs its cleanup once. Returns 1 if that fails. */
export async function cleanUp(subject: Omit<Subject, "rows">): Promise<0 | 1> {
  if (cleaned.has(subject)) return 0;
  cleaned.add(subject);
  try {
    await subject.stopping?.();
    await stopAll();
    await subject[Symbol.asyncDispose]?.();
    return 0;
  } catch (error) {
    console.error(`${subject.name}: cannot clean up: ${reason(error)}`);
    return 1;
  }
}

/** Passes the results on to the subject. Returns 1 if that fails. */
async function report(subject: Subject, results: readonly Result[]): Promise<0 | 1> {
  try {
    await subject.report?.(results);
    return 0;
  } catch (error) {
    console.error(`${subject.name}: ${reason(error)}`);
    return 1;
  }
}

async function printRow(row: Row, print: (line: string) => void): Promise<Result> {
  const result = await measure(row);
  for (const line of tableRows(result)) print(line);
  return result;
}

function notRun(name: string, why: string): string {
  return `| ${name} | not run: ${why.replaceAll("|", "\\|")} | – | – | – | |`;
}
