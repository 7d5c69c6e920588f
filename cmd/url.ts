import {
  type Call,
  columns,
  type Command,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  flag,
  inputs,
  kind,
  list,
  main,
  option,
  type Output,
  readValue,
  style,
  verb,
} from "../lib/cli/mod.ts";
import { NegativeError, showUntrusted } from "../lib/core/mod.ts";
import type { Row } from "../lib/url/internal.ts";
import { HINTS } from "./url/hints.ts";
import { RECORDS } from "./url/records.ts";

// Its tables of Unicode take longer to load than all the rest: whoever asks for the version does not wait for them.
const library = () => import("../lib/url/internal.ts");
type Library = Awaited<ReturnType<typeof library>>;

const TEMPLATE = kind.text("TEMPLATE", "a template such as {host}:{port:-80}");

const options = {
  "get": option(TEMPLATE, "print this instead, with the parts in braces", { short: "g", without: ["json"] }),
  "set": list(
    kind.text("PART=VALUE", "PART=VALUE"),
    "set a part: scheme, user, password, host, port, path, query, fragment",
    {
      short: "s",
    },
  ),
  "remove": list(
    kind.text("query=PATTERN", "query=PATTERN or a part"),
    "remove the pairs whose keys match (* and ? are wildcards, \\* and \\? the characters; query= is the empty key), or a whole part: user (and its password), password, port, query, fragment",
    { short: "r" },
  ),
  "add": list(
    kind.text("PART=VALUE", "path=SEGMENT or query=KEY=VALUE"),
    "add a segment (path=SEGMENT) or a pair (query=KEY=VALUE) at the end",
    { short: "a" },
  ),
  "sort-query": flag("put the pairs of the query in the order of their keys"),
  "resolve": option(kind.text("REF", "a URL or a reference"), "follow this reference from each URL"),
  "base": option(kind.text("URL", "a URL with a scheme"), "what the inputs may be relative to"),
  "rules": option(kind.choice("whatwg", "rfc3986"), "read them as browsers do, or by RFC 3986", { default: "whatwg" }),
  "normal": flag("go on with the normal form under the rules"),
  "idn": option(kind.choice("ascii", "unicode"), "write the host in punycode, or in letters"),
  "encode": flag("percent-encode what may not stand in a URL, and show pieces encoded"),
  "decode": flag("show the parts decoded; in the URL itself, decode what means the same either way", {
    without: ["encode"],
  }),
  "compare": flag(
    "say where WHATWG, RFC 3986 and Python's urlsplit (3.14) disagree, and exit with 1 if one means something else",
    {
      without: ["get", "set", "remove", "add", "sort-query", "resolve", "base", "normal", "idn", "encode", "decode"],
      because: "--compare takes URLs as they are",
    },
  ),
  "show-password": flag("show the password among the parts"),
  "json": flag("one JSON object per URL"),
};
type Asked = Call<typeof options, typeof RECORDS>;

const DESCRIPTION =
  "Prints the parts of each URL, or with an option that changes something the URL itself: what is not " +
  "named keeps every byte. A value is percent-encoded where it has to be, so that all three parsers of --compare read it back; what cannot be is an error. A % with two digits in it stays as it is.\n\n" +
  "A template holds {url} {href} {scheme} {user} {password} {host} {port} {netloc} {path} {query} {fragment} {origin}, " +
  "{path:N} for a segment (0 is the first, -1 the last) and {query:KEY} for the first value of a key, {query:} for that of the empty one. What follows :- " +
  "stands in for what is missing: {port:-8080}. {{ and }} are braces, \\n and \\t are what they are elsewhere.";

/** Everything that is to be done, understood before the first input is read. */
function plan(url: Library, { options: asked }: Asked) {
  const { get, encode, decode, idn, rules, base, resolve, set, remove, add, normal } = asked;
  const changes = { resolve, set, remove, add, normal, sortQuery: asked["sort-query"] };
  // An empty reference is one: it gives the URL itself.
  const { length } = [...Object.values(changes), idn, encode, decode].flat()
    .filter((asked) => asked !== undefined && asked !== false);
  const value = <T>(name: string, text: string, accepts: string, parse: (text: string) => T) =>
    readValue(kind.parsed("", accepts, parse), text, `option --${name}`);
  return {
    parse: url.planEdits({ ...changes, rules, base }, value),
    template: get === undefined ? undefined : value("get", get, TEMPLATE.accepts, url.parseTemplate),
    edited: length > 0,
    view: { as: encode ? "encoded" : decode ? "decoded" : undefined, idn } as const,
  };
}

/** A table: aligned for eyes, with tabs into a pipe; nothing in it can do anything to a terminal, or end its line. */
function table(
  output: Output<typeof RECORDS>,
  rows: readonly (readonly string[])[],
  odd: readonly boolean[] = [],
): void {
  const cells = rows.map((row) => row.map((cell) => showUntrusted(cell, { limit: output.terminal ? 500 : undefined })));
  const lines = output.terminal ? columns(cells, "  ") : cells.map((row) => row.join("\t").trimEnd());
  const paint = style(output.colour);
  for (const [i, line] of lines.entries()) output.line(odd[i] ? paint.bad(line) : line);
  output.line("");
}

/** What one input has for an answer, printed. */
function answers(url: Library, call: Asked): (text: string) => ExitCode {
  const { options: asked, output } = call;
  const { parse, template, edited, view } = plan(url, call);
  const line = (text: string) => output.line(output.terminal ? showUntrusted(text) : text);
  if (asked.compare) {
    return (text) => {
      const found = url.compareUrl(text);
      const error = found.agree
        ? undefined
        : { code: "parsers-disagree", message: `they disagree about ${found.differ.join(", ")}` };
      if (output.json) output.record({ ...found, error });
      else {
        const rows = url.comparisonRows(found);
        output.line(showUntrusted(text));
        url.refusals(found).forEach((line) => output.line(showUntrusted(line)));
        table(output, rows.map(({ cells }) => cells), rows.map(({ odd }) => odd));
      }
      return found.agree ? 0 : 1;
    };
  }
  return (text) => {
    const one = parse(text);
    if (template) line(url.fillTemplate(template, url.takeApart(one, text, view)));
    else if (edited && !output.json) line(url.showUrl(one, view));
    else {
      const shown = asked["show-password"]
        ? url.takeApart(one, text, view)
        : url.maskPassword(one, text, { ...view, everywhere: !output.json });
      if (output.json) output.record(shown);
      else {
        const eyes = ([name, value, remark]: Row) => [name, remark ? `${value} (${remark})` : value];
        table(output, output.terminal ? url.recordRows(shown).map(eyes) : url.recordRows(shown));
      }
    }
    return 0;
  };
}

/** Says why an input has no answer: to people with the place in it. */
function fail(url: Library, text: string, error: NegativeError, { output }: Asked): ExitCode {
  const offset = error instanceof url.InvalidUrlError ? error.offset : undefined;
  if (output.json) output.record({ input: text, error: { ...errorRecord(error), offset } });
  else {
    const [message = "", ...hints] = errorLines("toucan url", error);
    const place = error instanceof url.InvalidUrlError ? url.excerpt(error.input, error.offset) : [];
    const where = offset === undefined ? "" : `, at ${offset}`;
    for (const line of [message + where, ...place.map((line) => `  ${line}`), ...hints]) output.note(line);
  }
  return exitCodeOf(error);
}

const take = verb({
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
  options,
  records: RECORDS,
  examples: [
    { line: "url 'https://user@example.com/a/b?k=v'", does: "take a URL apart" },
    { line: "url --get '{host}:{port} {path:-1} {query:k}' 'https://example.com/a/b?k=v'", does: "print parts of it" },
    { line: "url --set port=8080 --remove 'query=utm_*' 'https://example.com/?utm_id=x&k=v'", does: "edit it" },
    { line: "url --compare 'http://good.example\\@evil.example/'", does: "see who would be asked, before asking" },
  ],
  exits: [1, 6],
  async run(call) {
    const url = await library();
    const answer = answers(url, call);
    const codes = new Set<ExitCode>();
    // Beside a base, a line that begins with # is a reference.
    const comments = call.options.base === undefined;
    for await (const { text, problem } of inputs(call.operands, "URL", { comments })) {
      try {
        if (problem) throw url.unreadable(text, problem);
        codes.add(answer(text));
      } catch (error) {
        if (!(error instanceof NegativeError)) throw error;
        codes.add(fail(url, text, error, call));
      }
      call.signal.throwIfAborted();
    }
    return exitCodeOfAll([...codes]);
  },
});

/** `toucan url`. */
export const command: Command = {
  name: "url",
  summary: "take URLs apart, edit and compare them",
  permissions: {},
  verb: take,
};

if (import.meta.main) await main(command);
