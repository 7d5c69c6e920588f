import { measure, tableRows } from "./harness.ts";
import { reason, stopAll } from "./processes.ts";
import type { Row, Subject } from "./subject.ts";

/** A subject that is loaded when its turn comes. */
export interface Entry {
  /** Its name. */
  readonly name: string;
  /** Loads it. */
  load(): Promise<Subject>;
}

/**
 * Measures subjects one after the other, and prints the rows of the table. What fails is a row that says why, and the
 * others follow; whatever a subject has started is stopped behind it. Returns how many failed; what is not installed is
 * no failure.
 */
export async function runSubjects(entries: readonly Entry[], print: (line: string) => void): Promise<number> {
  let failed = 0;
  for (const { name, load } of entries) {
    const subject = await load().catch((error: unknown) => reason(error));
    const rows = typeof subject === "string" ? subject : await subject.rows().catch((error: unknown) => reason(error));
    if (typeof rows === "string") {
      failed++;
      print(notRun(name, rows));
    } else for (const row of rows) failed += await printRow(row, print);
    if (typeof subject !== "string") failed += await cleanUp(subject);
  }
  return failed;
}

const cleaned = new WeakSet<object>();

/** Stops what a subject has started, and lets it clear away the rest, once. Returns 1 when it cannot. */
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

async function printRow(row: Row, print: (line: string) => void): Promise<number> {
  const result = await measure(row);
  for (const line of tableRows(result)) print(line);
  return result.timings.filter(({ failed }) => failed).length;
}

function notRun(name: string, why: string): string {
  return `| ${name} | not run: ${why.replaceAll("|", "\\|")} | – | – | – | |`;
}
