import { parseTags } from "../../mail/internal.ts";

/** Tags of a record by their names, and its faults in words. */
export interface RecordTags {
  /** Values by names. */
  readonly tags: ReadonlyMap<string, string>;
  /** Faults in words. */
  readonly problems: readonly string[];
}

/** Reads a record of tags and values, such as `v=DMARC1; p=none` (RFC 6376 §3.2). */
export function readTags(text: string): RecordTags {
  const { values, faults } = parseTags(text);
  return {
    tags: values,
    problems: faults.map(({ tag, problem }) => tag === "" ? problem : `${problem}: "${tag.slice(0, SHOWN_UNITS)}"`),
  };
}

/** Longest tag that a problem shows. */
const SHOWN_UNITS = 60;
