import { assertEquals, fail } from "@std/assert";
import { ALWAYS_RECORDS, type Records, SERVER_RECORDS } from "../../lib/cli/mod.ts";
import { fieldProblems } from "../../lib/cli/grammar/field.ts";
import { record, verbsOf } from "../../scripts/records.ts";

/** A JSON record as it was printed. */
export type Printed = Readonly<Record<string, unknown>>;

/** Holds what verbs print against the tables of their JSON records, and knows which of those were printed. */
export class RecordCheck {
  /** The names of records seen so far, by verb. */
  readonly seen = new Map<string, Set<string>>();

  /** Checks every JSON record among the lines of a verb, and returns them. */
  async check(path: string, text: string): Promise<Printed[]> {
    const table = await tableOf(path);
    const printed = text.split("\n").filter((line) => line.startsWith("{")).map((line): Printed => JSON.parse(line));
    const seen = this.seen.get(path) ?? new Set();
    this.seen.set(path, seen);
    for (const value of printed) seen.add(nameOf(table, value));
    return printed;
  }
}

/** The table of a verb, with the records that come by themselves. */
export async function tableOf(path: string): Promise<Records> {
  const [tool = "", ...words] = path.split(" ");
  const [, verb] = verbsOf(await record(tool)).find(([own]) => own.join(" ") === words.join(" ")) ?? fail(path);
  return { ...verb.records, ...(verb.server ? SERVER_RECORDS : {}), ...ALWAYS_RECORDS };
}

/** The name of the record that a value is; fails when it is none of the table. */
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
