/** Another name of an option, from another program. */
export interface Alias {
  /** As typed: `-k`, `--no-check-certificate`, `-servername`, `+tcp`; `@…` for operands that begin so. */
  readonly written: string;
  /** Prefix of its value. */
  readonly prefix?: string;
  /** Value that it implies; no value follows then. */
  readonly value?: string;
  /** Pattern of the values that it accepts. */
  readonly only?: RegExp;
}

/** A word of another program that is accepted without effect. */
export interface Accepted {
  /** Reason, for the man page: starts small, no full stop. */
  readonly why: string;
  /** Whether a value in the same word is an operand: `--url=URL`. */
  readonly operand?: boolean;
  /** Options with which it would have an effect, and is therefore rejected. */
  readonly without?: readonly string[];
}
