/** The kinds of text that the rules distinguish. */
export const KINDS = ["help", "text", "doc", "comment", "title", "prose"] as const;

/**
 * The kind of a text: `help` of a tool's record, `text` of any other string literal that may reach a user, `doc` and
 * `comment` in a source, `title` of a test, `prose` of a Markdown file.
 */
export type TextKind = typeof KINDS[number];

/** A text that a person reads, and its position. */
export interface Text {
  readonly kind: TextKind;
  /** Relative to the top of the repository. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** On one line, blanks collapsed. */
  readonly text: string;
}

/** A name that a module declares for others. */
export interface Declared {
  readonly path: string;
  readonly line: number;
  readonly name: string;
}

/** Joins the lines of a text, so that a phrase is found across a line end. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
