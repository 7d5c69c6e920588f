import { type Answer, COMPARED, type Comparison } from "../compare.ts";
import { PYTHON_VERSION } from "../models/python/urlsplit.ts";
import type { UrlRecord } from "./view.ts";

/** One line of a table about a URL: what it is, by the name that a template has for it, its value, and a remark. */
export type Row = readonly [name: string, value: string, remark: string];

/** The parts of a URL, one after the other; those that are not there have no value. */
export function recordRows(record: UrlRecord): Row[] {
  const { port, portGiven } = record;
  const row = (name: string, value: string | number | null, remark = ""): Row => [name, String(value ?? ""), remark];
  return [
    row("scheme", record.scheme),
    row("user", record.user),
    row("password", record.password),
    row("host", record.host),
    row("port", port, portGiven ? "given" : port === null ? "" : "the scheme's default"),
    row("netloc", record.netloc),
    row("path", record.path),
    ...record.segments.map((segment, i) => row(`path:${i}`, segment)),
    row("query", record.query),
    ...record.params.map(([key, value]) => row(`query:${key}`, value)),
    row("fragment", record.fragment),
    row("origin", record.origin),
    row("url", record.url),
    row("href", record.href),
  ];
}

/** Returns the results of three parsers as rows, one for each part, with whether they differ; the first row has the names of the parsers. */
export function comparisonRows(comparison: Comparison): { readonly cells: readonly string[]; readonly odd: boolean }[] {
  const parsers = PARSERS.map(([, key]) => comparison[key]);
  return [
    { cells: ["", ...PARSERS.map(([name]) => name)], odd: false },
    ...COMPARED.map((part) => ({
      cells: [part, ...parsers.map((answer) => "error" in answer ? "refused" : cell(answer, part))],
      odd: comparison.differ.includes(part),
    })),
  ];
}

function cell(answer: Answer, part: (typeof COMPARED)[number]): string {
  return part === "port" && answer.portError !== undefined ? "raises" : String(answer[part] ?? "");
}

/** Which of them do not take it, or not all of it, and why: a line each. */
export function refusals(comparison: Comparison): string[] {
  return PARSERS.flatMap(([name, key]) => {
    const answer = comparison[key];
    if ("error" in answer) return [`${name}: ${answer.error}`];
    return answer.portError === undefined ? [] : [`${name}, .port: ${answer.portError}`];
  });
}

const PARSERS = [["WHATWG", "whatwg"], ["RFC 3986", "rfc3986"], [`Python ${PYTHON_VERSION}`, "python"]] as const;
