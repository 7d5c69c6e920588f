import {
  type Call,
  columns,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  inputs,
  kind,
  type Output,
  readValue,
  style,
} from "../../lib/cli/mod.ts";
import { NegativeError, showUntrusted } from "../../lib/core/mod.ts";
import {
  compareUrl,
  comparisonRows,
  excerpt,
  fillTemplate,
  InvalidUrlError,
  maskPassword,
  parseTemplate,
  planEdits,
  recordRows,
  refusals,
  type Row,
  showUrl,
  takeApart,
  unreadable,
} from "../../lib/url/internal.ts";
import { type OPTIONS, TEMPLATE } from "./options.ts";
import type { RECORDS } from "./records.ts";

type UrlCall = Call<typeof OPTIONS, typeof RECORDS>;

/** Parses, edits or compares the URLs of the operands or of stdin. */
export async function runUrl(call: UrlCall): Promise<ExitCode> {
  const print = inputPrinter(call);
  const codes = new Set<ExitCode>();
  // With a base, a line that begins with # is a reference, not a comment.
  const comments = call.options.base === undefined;
  for await (const { text, problem } of inputs(call.operands, "URL", { comments })) {
    try {
      if (problem) throw unreadable(text, problem);
      codes.add(print(text));
    } catch (error) {
      if (!(error instanceof NegativeError)) throw error;
      codes.add(fail(text, error, call));
    }
    call.signal.throwIfAborted();
  }
  return exitCodeOfAll([...codes]);
}

/** Returns the parsed options; an invalid one throws before the first input is read. */
function plan({ options: asked }: UrlCall) {
  const { get, encode, decode, idn, rules, base, resolve, set, remove, add, normal } = asked;
  const changes = { resolve, set, remove, add, normal, sortQuery: asked["sort-query"] };
  // An empty reference is valid (RFC 3986 §4.4): it resolves to the URL itself.
  const { length } = [...Object.values(changes), idn, encode, decode].flat()
    .filter((asked) => asked !== undefined && asked !== false);
  const value = <T>(name: string, text: string, accepts: string, parse: (text: string) => T) =>
    readValue(kind.parsed("", accepts, parse), text, `option --${name}`);
  return {
    parse: planEdits({ ...changes, rules, base }, value),
    template: get === undefined ? undefined : value("get", get, TEMPLATE.accepts, parseTemplate),
    edited: length > 0,
    view: { as: encode ? "encoded" : decode ? "decoded" : undefined, idn } as const,
  };
}

/** Prints a table: aligned on a terminal, separated by tabs into a pipe; control characters and line ends are escaped. */
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

/** Returns the function that prints the result of one input. */
function inputPrinter(call: UrlCall): (text: string) => ExitCode {
  const { options: asked, output } = call;
  const { parse, template, edited, view } = plan(call);
  const line = (text: string) => output.line(output.terminal ? showUntrusted(text) : text);
  if (asked.compare) {
    return (text) => {
      const found = compareUrl(text);
      const error = found.agree
        ? undefined
        : { code: "parsers-disagree", message: `they disagree about ${found.differ.join(", ")}` };
      if (output.json) output.record({ ...found, error });
      else {
        const rows = comparisonRows(found);
        output.line(showUntrusted(text));
        refusals(found).forEach((line) => output.line(showUntrusted(line)));
        table(output, rows.map(({ cells }) => cells), rows.map(({ odd }) => odd));
      }
      return found.agree ? 0 : 1;
    };
  }
  return (text) => {
    const one = parse(text);
    if (template) line(fillTemplate(template, takeApart(one, text, view)));
    else if (edited && !output.json) line(showUrl(one, view));
    else {
      const shown = asked["show-password"]
        ? takeApart(one, text, view)
        : maskPassword(one, text, { ...view, everywhere: !output.json });
      if (output.json) output.record(shown);
      else {
        const aligned = ([name, value, remark]: Row) => [name, remark ? `${value} (${remark})` : value];
        table(output, output.terminal ? recordRows(shown).map(aligned) : recordRows(shown));
      }
    }
    return 0;
  };
}

/** Prints why an input failed; without `--json` with an excerpt that marks the position. */
function fail(text: string, error: NegativeError, { output }: UrlCall): ExitCode {
  const offset = error instanceof InvalidUrlError ? error.offset : undefined;
  if (output.json) output.record({ input: text, error: { ...errorRecord(error), offset } });
  else {
    const [message = "", ...hints] = errorLines("toucan url", error);
    const place = error instanceof InvalidUrlError ? excerpt(error.input, error.offset) : [];
    const where = offset === undefined ? "" : `, at ${offset}`;
    for (const line of [message + where, ...place.map((line) => `  ${line}`), ...hints]) output.note(line);
  }
  return exitCodeOf(error);
}
