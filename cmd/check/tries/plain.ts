import type { FindingValue } from "../../../lib/check/mod.ts";

/** A name, an address or a tag: nothing that a shell would take for more, and no option. */
const PLAIN = /^(?!-)[A-Za-z0-9._:\/\[\]-]{1,300}$/;

/** Returns command lines with a value that may come from a peer; none if the value is not safe to be copied into a shell. */
export function withPlain(value: FindingValue, lines: (plain: string) => readonly string[]): readonly string[] {
  return typeof value === "string" && PLAIN.test(value) ? lines(value) : [];
}
