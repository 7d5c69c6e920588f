/** A part of a text, from `start` up to but without `end`. */
export interface Span {
  /** Where it starts. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** Where the parts of a URL stand in its text: without the `:`, `//`, `@`, `?` and `#` between them. */
export interface Split {
  /** The scheme; none in a relative reference. */
  readonly scheme?: Span;
  /** User, password, host and port: Python's netloc. */
  readonly authority?: Span;
  /** The user's name; there is one where there is an `@`. */
  readonly user?: Span;
  /** The password; there is one where there is a `:` before the `@`. */
  readonly password?: Span;
  /** The host; it may be empty. */
  readonly host?: Span;
  /** The digits of the port; there may be none behind the colon. */
  readonly port?: Span;
  /** The path. */
  readonly path: Span;
  /** The query. */
  readonly query?: Span;
  /** The fragment. */
  readonly fragment?: Span;
}

/** The parts that a URL is taken apart into. */
export const PARTS = ["scheme", "user", "password", "host", "port", "path", "query", "fragment"] as const;

/** The name of one of {@link PARTS}. */
export type Part = (typeof PARTS)[number];

/** The text of a span. */
export function slice(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** Takes query and fragment off the end: where the rest ends, and where the two stand. */
export function splitTail(text: string, from: number): { readonly end: number } & Pick<Split, "query" | "fragment"> {
  const hash = text.indexOf("#", from);
  const last = hash < 0 ? text.length : hash;
  const mark = text.indexOf("?", from);
  const hasQuery = mark >= 0 && mark < last;
  return {
    end: hasQuery ? mark : last,
    query: hasQuery ? { start: mark + 1, end: last } : undefined,
    fragment: hash < 0 ? undefined : { start: hash + 1, end: text.length },
  };
}

/** Takes an authority apart: the last `@` ends the user, the first `:` outside brackets starts the port. */
export function splitAuthority(
  text: string,
  start: number,
  end: number,
): Pick<Split, "authority" | "user" | "password" | "host" | "port"> {
  const at = end > start ? text.lastIndexOf("@", end - 1) : -1;
  const hasUser = at >= start;
  let user, password;
  if (hasUser) {
    const colon = text.indexOf(":", start);
    const split = colon >= 0 && colon < at;
    user = { start, end: split ? colon : at };
    password = split ? { start: colon + 1, end: at } : undefined;
  }
  const hostStart = hasUser ? at + 1 : start;
  const colon = portColon(text, hostStart, end);
  return {
    authority: { start, end },
    user,
    password,
    host: { start: hostStart, end: colon < 0 ? end : colon },
    port: colon < 0 ? undefined : { start: colon + 1, end },
  };
}

function portColon(text: string, start: number, end: number): number {
  let inBrackets = false;
  for (let i = start; i < end; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x3a && !inBrackets) return i;
    if (char === 0x5b) inBrackets = true;
    else if (char === 0x5d) inBrackets = false;
  }
  return -1;
}
