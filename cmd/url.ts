import { type Command, main, verb } from "../lib/cli/mod.ts";
import { HINTS } from "./url/hints.ts";
import { LAYOUT } from "./url/layout.ts";
import { OPTIONS } from "./url/options.ts";
import { RECORDS } from "./url/records.ts";

const DESCRIPTION =
  "Prints the parts of each URL, or with an option that changes something the URL itself: what is not " +
  "named keeps every byte. A value is percent-encoded where it has to be, so that all three parsers of --compare read it back; what cannot be is an error. A % with two digits in it stays as it is.\n\n" +
  "A template holds {url} {href} {scheme} {user} {password} {host} {port} {netloc} {path} {query} {fragment} {origin}, " +
  "{path:N} for a segment (0 is the first, -1 the last) and {query:KEY} for the first value of a key, {query:} for that of the empty one. What follows :- " +
  "stands in for what is missing: {port:-8080}. {{ and }} are braces, \\n and \\t are what they are elsewhere.";

const urlVerb = verb({
  summary: "take URLs apart, edit and compare them",
  hints: HINTS,
  description: DESCRIPTION,
  operands: [{
    metavar: "URL",
    help:
      "URLs, or git addresses such as git@host:path; in a list, blank lines and those that begin with # are skipped",
    many: true,
    batch: true,
  }],
  options: OPTIONS,
  records: RECORDS,
  examples: [
    { line: "url 'https://user@example.com/a/b?k=v'", does: "print the parts of a URL" },
    {
      line: "url --get '{host}:{port} {path:-1} {query:k}' 'https://example.com/a/b?k=v'",
      does: "print some parts through a template",
    },
    { line: "url --set port=8080 --remove 'query=utm_*' 'https://example.com/?utm_id=x&k=v'", does: "edit it" },
    {
      line: "url --compare 'http://good.example\\@evil.example/'",
      does: "print the host that each parser reads, before connecting",
    },
  ],
  layout: LAYOUT,
  exits: [1, 6],
  async run(call) {
    const { runUrl } = await import("./url/run.ts");
    return await runUrl(call);
  },
});

/** `toucan url`. */
export const command: Command = {
  name: "url",
  summary: "take URLs apart, edit and compare them",
  permissions: {},
  verb: urlVerb,
};

if (import.meta.main) await main(command);
