/** A text that a rule matches and that is right: an exact part of it, which holds the phrase, and the reason. */
export interface Exception {
  readonly text: string;
  readonly because: string;
}

/** Allowed in spite of a rule. */
export const EXCEPTIONS: readonly Exception[] = [
  { text: "Keep a Changelog", because: "a name" },
  { text: "· toucan mail sink", because: "the title of the page" },
  { text: "mount --bind", because: "an option of the system" },
  { text: "Served by toucan file", because: "the name of the server in the page" },
];
