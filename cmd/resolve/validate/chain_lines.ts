import type { ChainLink, ChainSignature } from "../../../lib/dns/internal.ts";

/** Returns the lines of a chain, zone by zone; what lies within a zone, without a cut, is left out. */
export function* chainLines(chain: readonly ChainLink[]): Generator<string> {
  let zone: string | undefined;
  for (const link of chain) {
    if (link.role === "no-cut" && link.status === "secure") continue;
    if (link.zone !== zone) yield `zone ${link.zone}`;
    zone = link.zone;
    yield* linkLines(link);
  }
}

function* linkLines(link: ChainLink): Generator<string> {
  const { name, type, anchor, keys = [], delegations = [], signatures, proof, wildcard } = link;
  yield `  ${type} ${name}: ${link.status}`;
  for (const { keyTag, algorithm, entryPoint, trusted } of keys) {
    const trust = anchor === undefined ? "matches DS" : `trust anchor (${anchor})`;
    yield `    key ${keyTag} ${algorithm}${entryPoint ? ", entry point" : ""}${trusted ? `, ${trust}` : ""}`;
  }
  for (const { keyTag, algorithm, digest } of delegations) yield `    of key ${keyTag} ${algorithm}, digest ${digest}`;
  // The records of a proof have the same dates, as a rule.
  for (const line of new Set(signatures.map(signatureLine))) yield `    ${line}`;
  if (wildcard !== undefined) yield `    made from ${wildcard}`;
  if (proof !== undefined) yield `    proof: ${proof}`;
  if (link.reason) yield `    ${link.reason.code}: ${link.reason.text}`;
}

function signatureLine({ keyTag, algorithm, signer, inception, expiration, valid, reason }: ChainSignature): string {
  const verdict = valid === undefined ? "not verified" : valid ? "valid" : "not valid";
  const dates = `${shortTime(inception)} to ${shortTime(expiration)}`;
  return `signed by ${keyTag} ${algorithm} of ${signer}, ${dates}: ${reason?.code ?? verdict}`;
}

function shortTime(time: Date): string {
  return time.toISOString().replace(/:\d\d\.\d+Z$/, "Z");
}
