import { flag, kind, list, option } from "../../lib/cli/mod.ts";
import { UsageError } from "../../lib/core/mod.ts";

const QUERIES = {
  with: ["type"],
  because: "without types, names are looked up one after the other",
} as const;
const queryRate = kind.parsed("N", "queries per second, such as 500", (text) => {
  const rate = /^\d+(?:\/s)?$/.test(text) ? Number.parseInt(text) : 0;
  if (rate === 0) throw new UsageError(`invalid rate "${text}"`);
  return rate;
});

/** Options for many names. */
export const LIST = {
  "file": list(kind.file, "read names from a file, one per line", {
    short: "f",
    reads: true,
    startup: true,
    more: "Lines are NAME or NAME TYPE[,TYPE], as those of stdin; blank lines and those that begin with # or ; are " +
      "skipped. The names of operands come first. Without operands stdin is not read.",
  }),
  "concurrency": option(
    kind.integer(1, 10_000),
    "names that are looked up at the same time (default: adapts)",
    QUERIES,
  ),
  "rate": option(queryRate, "maximum queries per second to each server", QUERIES),
  "ordered": flag("print the results in the order of the input", QUERIES),
  "resume": option(kind.file, "note finished names in a file, and skip those that an earlier run has finished", {
    reads: true,
    writes: true,
    ...QUERIES,
    more:
      "After an interruption, of whatever kind, the same command with the same input continues; another list, or other types, are rejected. " +
      "Append stdout to the same file (>>): what may have been written in part is cut off first, so that each result is there once. " +
      "Into a pipe the last results before the interruption may come twice; none is lost.",
  }),
  "wildcard-check": flag("mark results that a wildcard of the parent domain explains", QUERIES),
  "summary": flag("print numbers and latencies per server to stderr at the end", QUERIES),
} as const;
