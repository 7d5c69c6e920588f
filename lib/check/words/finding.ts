import type { Layer } from "../layers.ts";

/** Severities, ascending: as it should be, worth knowing, should be changed, broken. */
export const MARKS: readonly Mark[] = ["good", "note", "warning", "fault"];

/** Severity of a finding. */
export type Mark = "good" | "note" | "warning" | "fault";

/** Person or organisation that can fix a finding. */
export type Who =
  | "you"
  | "your network"
  | "the owner of the server"
  | "the owner of the domain"
  | "the certificate authority";

/**
 * Meaning of a fault for the check: something is wrong with the target, the network failed or did not answer before that could be
 * told, or this machine is at fault.
 */
export type Blame = "target" | "network" | "timeout" | "machine";

/** Values of a finding, for records and words. */
export type FindingData = Readonly<Record<string, FindingValue>>;

/** A value of a finding. */
export type FindingValue = string | number | boolean | readonly string[] | undefined;

/** A kind of finding: what its code stands for, and its words. Texts of peers are in the data, and are escaped where they are shown. */
export interface FindingKind<Data> {
  /** Layer that it is about. */
  readonly layer: Layer;
  /** Severity. */
  readonly mark: Mark;
  /** Blame of a fault. @default target */
  readonly blame?: Blame;
  /** Person or organisation that can fix it. */
  readonly who?: Who;
  /** Meaning of the code without data: a phrase for the table of codes. */
  readonly means: string;
  /** One sentence: the cause, or what was seen. */
  readonly says: (data: Data) => string;
  /** Lines of evidence: what was seen on the wire or in a file. */
  readonly evidence?: (data: Data) => readonly string[];
}

/** A finding: a code and its data; `kindOf` returns its words. */
export interface Finding {
  /** Stable code. */
  readonly code: string;
  /** Its data. */
  readonly data: FindingData;
}

/** Declares a kind of finding; its data is named by the type argument. */
export function kind<Data = Record<never, never>>(words: FindingKind<Data>): FindingKind<Data> {
  return words;
}
