import { parseArticleNumber } from "./command.ts";

/**
 * Fields of an overview, in their order (RFC 3977 §8.4). The names of the sixth and seventh are those of RFC 2980, which RFC 3977 permits:
 * slrn uses no overviews where they are `:bytes` and `:lines`.
 */
export const OVERVIEW_FIELDS = [
  "Subject:",
  "From:",
  "Date:",
  "Message-ID:",
  "References:",
  "Bytes:",
  "Lines:",
  "Xref:full",
] as const;

/** Facts about an article, as OVER reports them. All of its text is untrusted. */
export interface Overview {
  /** Article number; 0 when the article was named by its message id. */
  readonly number: number;
  /** Value of Subject. */
  readonly subject: string;
  /** Value of From. */
  readonly from: string;
  /** Value of Date. */
  readonly date: string;
  /** Message id, with its angle brackets. */
  readonly messageId: string;
  /** Value of References; empty when there is none. */
  readonly references: string;
  /** Size in bytes, if the server tells it. */
  readonly bytes?: number;
  /** Lines of the body, if the server tells them. */
  readonly lines?: number;
  /** Value of Xref: the name of the server, and the newsgroups with the numbers that the article has there. */
  readonly xref?: string;
}

/** Formats a line of OVER; tabs and line ends in a value become spaces. */
export function formatOverview(overview: Overview): string {
  const { number, subject, from, date, messageId, references, bytes = "", lines = "", xref } = overview;
  const fields = [number, ...[subject, from, date, messageId, references].map(overviewValue), bytes, lines];
  return [...fields, ...(xref === undefined ? [] : [`Xref: ${overviewValue(xref)}`])].join("\t");
}

/** Returns a value as OVER and HDR have it: in one line without tabs and NUL (RFC 3977 §8.3.2). */
export function overviewValue(value: string): string {
  return value.replace(/\r\n/g, "").replace(/[\t\r\n\0]/g, " ");
}

/** Parses a line of OVER or XOVER; undefined when it is invalid. Missing fields at its end are empty. */
export function parseOverview(line: string): Overview | undefined {
  const [first = "", subject = "", from = "", date = "", messageId = "", references = "", bytes, lines] = line.split(
    "\t",
  );
  const number = parseArticleNumber(first);
  if (number === undefined) return undefined;
  const [size, count] = [bytes, lines].map((text) => text && /^ *\d{1,15} *$/.test(text) ? Number(text) : undefined);
  return {
    ...{ number, subject, from, date, messageId: messageId.trim(), references },
    ...(size !== undefined && { bytes: size }),
    ...(count !== undefined && { lines: count }),
  };
}
