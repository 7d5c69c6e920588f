import { APPLICATION_FINDINGS } from "./application.ts";
import type { FindingData, FindingKind } from "./finding.ts";
import { LINK_FINDINGS } from "./link.ts";
import { NAME_FINDINGS } from "./name.ts";
import { REACH_FINDINGS } from "./reach.ts";
import { TLS_FINDINGS } from "./tls.ts";

/** All kinds of findings, by code. */
export const FINDINGS = {
  ...LINK_FINDINGS,
  ...NAME_FINDINGS,
  ...REACH_FINDINGS,
  ...TLS_FINDINGS,
  ...APPLICATION_FINDINGS,
};

/** Stable code of a finding. */
export type FindingCode = keyof typeof FINDINGS;

/** Data that a code has. */
export type DataOf<Code extends FindingCode> = (typeof FINDINGS)[Code] extends FindingKind<infer Data> ? Data : never;

/** A finding: a code and its data; the words come from {@link FINDINGS}. */
export interface Finding {
  /** Stable code. */
  readonly code: FindingCode;
  /** Its data. */
  readonly data: FindingData;
}

/** Creates a finding. */
export function found<Code extends FindingCode>(code: Code, data: DataOf<Code>): Finding {
  // Interfaces have no index signature; the kinds of findings declare their data with values of FindingValue only.
  return { code, data: data as FindingData };
}

/** Returns the kind of a finding, for its words. */
export function kindOf(finding: Finding): FindingKind<FindingData> {
  // The data of a finding is that of its code: found() is the only way to make one.
  return FINDINGS[finding.code] as FindingKind<never> as FindingKind<FindingData>;
}
