import { nameKey } from "../../codec/canonical.ts";
import { checkZone, type ZoneProblem } from "../../codec/zone/check.ts";
import type { ReadZone } from "../../codec/zone/read.ts";
import { MAX_ITERATIONS } from "./nsec3.ts";

/** Returns what is wrong with a zone that is to be served under a name, beside the entries that could not be read. */
export function zoneProblems(read: ReadZone, name?: string): ZoneProblem[] {
  const problems = checkZone(read);
  const add = (message: string, index?: number) => {
    const place = index === undefined ? undefined : read.places[index];
    problems.push({ severity: "error", message, ...(place && { place }) });
  };
  if (name !== undefined && nameKey(read.origin) !== nameKey(name)) {
    add(`the SOA record is of ${read.origin} instead of ${name}`);
  }
  for (const [index, { type, class: klass, fields }] of read.records.entries()) {
    if (klass !== "IN") add(`class ${klass} (only IN is supported)`, index);
    else if (type === "NSEC3PARAM" && Number(fields.iterations) > MAX_ITERATIONS) {
      add(`${fields.iterations} iterations of NSEC3 (at most ${MAX_ITERATIONS})`, index);
    }
  }
  return problems;
}
