import { assertEquals, fail } from "@std/assert";
import { ALWAYS_RECORDS, type Records, SERVER_RECORDS } from "../../lib/cli/mod.ts";
import { fieldProblems } from "../../lib/cli/grammar/field.ts";
import { record, verbsOf } from "../../scripts/records.ts";

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

/** Returns the table of a verb, including the records of all verbs. */
export async function tableOf(path: string): Promise<Records> {
  const [tool = "", ...words] = path.split(" ");
  const [, verb] = verbsOf(await record(tool)).find(([own]) => own.join(" ") === words.join(" ")) ?? fail(path);
  return { ...verb.records, ...(verb.server ? SERVER_RECORDS : {}), ...ALWAYS_RECORDS };
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
