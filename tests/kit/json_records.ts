import { assertEquals, fail } from "@std/assert";
import type { Records } from "../../lib/cli/mod.ts";
import { fieldProblems } from "../../lib/cli/grammar/field.ts";
import { recordsOf } from "../../scripts/docs/schemas.ts";
import { record, toolNames, verbsOf } from "../../scripts/records.ts";

/** A printed JSON record. */
export type Printed = Readonly<Record<string, unknown>>;

/** Compares the output of verbs with the tables of their JSON records, and remembers which records were printed. */
export class RecordCheck {
  /** Names of the records printed so far, by verb. */
  readonly seen = new Map<string, Set<string>>();

  /** Checks each JSON record in the lines of a verb, and returns the records. */
  async check(path: string, text: string): Promise<Printed[]> {
    const table = await tableOf(path);
    const printed = text.split("\n").filter((line) => line.startsWith("{")).map((line): Printed => JSON.parse(line));
    const seen = this.seen.get(path) ?? new Set();
    this.seen.set(path, seen);
    for (const value of printed) seen.add(nameOf(table, value));
    return printed;
  }
}

/**
 * Fails if a line that a tool printed with `--json` is an object, but not a record of its verb. A tool may also print
 * data of a peer, which may be anything else.
 */
export async function checkRecords(tool: string, args: readonly string[], text: string): Promise<void> {
  if (!text.includes("{") || !args.includes("--json")) return;
  const path = await verbPath(tool, args);
  if (path === undefined) return;
  const table = await tableOf(path);
  for (const line of text.split("\n").filter((line) => line.startsWith("{"))) {
    const value = parsed(line);
    if (value !== undefined) nameOf(table, value);
  }
}

/** Returns the words before the options that name a verb with records. */
async function verbPath(tool: string, args: readonly string[]): Promise<string | undefined> {
  if (tool === "sample") return;
  const [name = "", word = ""] = tool === "toucan" ? args : [tool, ...args];
  const named = toolNames().includes(name) ? await record(name) : await record("toucan");
  const words = named.name === "toucan" ? [name] : [word];
  return verbsOf(named).map(([own]) => own)
    .filter((own) => own.every((one, i) => words[i] === one))
    .map((own) => [named.name, ...own].join(" ")).at(-1);
}

function parsed(line: string): Printed | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Returns the table of a verb, including the records of all verbs. */
export async function tableOf(path: string): Promise<Records> {
  const [tool = "", ...words] = path.split(" ");
  const [, verb] = verbsOf(await record(tool)).find(([own]) => own.join(" ") === words.join(" ")) ?? fail(path);
  return recordsOf(verb);
}

/** Returns the name of the record for a value; fails if the table has no such record. */
function nameOf(table: Records, value: Printed): string {
  const { event, ...rest } = value;
  if (event !== undefined) {
    const shape = Object.hasOwn(table, String(event)) ? table[String(event)] : undefined;
    if (!shape?.event) fail(`no such event: ${JSON.stringify(value)}`);
    assertEquals(fieldProblems(shape.fields, rest), [], JSON.stringify(value));
    return String(event);
  }
  const problems = Object.entries(table).filter(([, shape]) => !shape.event)
    .map(([name, { fields }]) => [name, fieldProblems(fields, value)] as const);
  const [name] = problems.find(([, { length }]) => length === 0) ?? fail(
    `no record of the table is ${JSON.stringify(value)}: ${JSON.stringify(Object.fromEntries(problems))}`,
  );
  return name;
}
