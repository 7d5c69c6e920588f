import { APPLICATION_FINDINGS } from "./application.ts";
import type { Finding, FindingData, FindingKind } from "./finding.ts";
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

/** Creates a finding. */
export function found<Code extends FindingCode>(code: Code, data: DataOf<Code>): Finding {
  // Interfaces have no index signature; the kinds of findings declare their data with values of FindingValue only.
  return { code, data: data as FindingData };
}

/** The same for every code: the data of a finding is that of its code, since found() is the only way to make one. */
const BY_CODE: ReadonlyMap<string, FindingKind<FindingData>> = new Map(
  Object.entries(FINDINGS).map(([code, kind]) => [code, kind as FindingKind<never> as FindingKind<FindingData>]),
);

/** Returns all kinds of findings, by code. */
export function findingKinds(): ReadonlyMap<string, FindingKind<FindingData>> {
  return BY_CODE;
}

/**
 * Returns the kind of a finding: how much it matters, who can change it, and its words.
 *
 * Permissions: none.
 *
 * @param finding The finding.
 * @returns Its kind.
 * @throws {TypeError} When no finding has this code.
 * @example Print what was found
 * ```ts
 * import { check, kindOf } from "../mod.ts";
 * import { assertMatch } from "@std/assert";
 *
 * const { probes } = await check("tcp://127.0.0.1:1", { timeout: 2000 });
 * const lines = probes.flatMap(({ findings }) => findings.map((finding) => kindOf(finding).says(finding.data)));
 * assertMatch(lines.join("\n"), /127\.0\.0\.1/);
 * ```
 */
export function kindOf(finding: Finding): FindingKind<FindingData> {
  const kind = BY_CODE.get(finding.code);
  if (!kind) throw new TypeError(`no finding has the code ${finding.code}`);
  return kind;
}

export type { Finding } from "./finding.ts";
