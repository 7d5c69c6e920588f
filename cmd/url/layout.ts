import type { Layout } from "../../lib/cli/mod.ts";

/** Help groups and accepted words of `url` and words of trurl's. */
export const LAYOUT: Layout = {
  everyday: ["get", "set", "add", "resolve", "compare", "json"],
  groups: {
    edit: ["set", "add", "remove", "sort-query", "resolve", "base", "normal", "idn", "encode", "decode"],
    reading: ["rules", "compare"],
    output: ["get", "show-password", "json"],
  },
  aliases: {
    "resolve": ["--redirect"],
    "add": ["--append"],
    "idn": [{ written: "--punycode", value: "ascii" }, { written: "--as-idn", value: "unicode" }],
  },
  accepted: {
    "--url": { why: "the URL is an operand", operand: true },
    "--accept-space": "spaces are accepted, and encoded where necessary",
    "--no-guess-scheme": "no scheme is guessed",
    "--curl": "all schemes are accepted",
    "--verify": "an invalid URL is always an error",
  },
  exits: { 1: "an invalid URL" },
};
