import type { Probe } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { type Looked, lookupsOf } from "./lookups.ts";
import { readTags } from "./tags.ts";

/** Domain, and the selectors of its keys. */
export interface DkimInput {
  /** The domain. */
  readonly domain: string;
}

/** A key as it was found. */
export interface DkimKeySeen {
  /** Its selector. */
  readonly selector: string;
  /** Whether it was asked for by the user. */
  readonly given: boolean;
  /** Fault of the record. */
  readonly problem?: string;
  /** Whether the key was revoked: it is empty. */
  readonly revoked: boolean;
  /** Whether the domain is testing DKIM. */
  readonly testing: boolean;
  /** Kind: `rsa`, `ed25519`. */
  readonly kind?: string;
  /** Bits of an RSA key. */
  readonly bits?: number;
}

/** Keys that were found, and selectors without one. */
export interface DkimSeen {
  readonly keys: readonly DkimKeySeen[];
  /** Selectors of the user that have no key, and why nothing is known of others. */
  readonly missing: readonly { readonly selector: string; readonly error?: Looked["error"] }[];
}

/** Selectors that many providers use: only a signed message tells those of a domain. */
const USUAL_SELECTORS = ["default", "dkim", "google", "k1", "mail", "s1", "s2", "selector1", "selector2"];
/** Keys below this size are rejected by many, and below the other should be replaced (RFC 8301 §3.2). */
const WEAK_BITS = 1024;
const SHORT_BITS = 2048;

/** Keys with which mail of the domain is signed (RFC 6376). */
export const dkimProbe: Probe<DkimInput, DkimSeen> = {
  name: "dkim",
  layer: "application",
  async observe({ domain }, context) {
    const { selectors = [] } = context;
    const given = [...new Set(selectors)];
    const wanted = [...given, ...(given.length === 0 ? USUAL_SELECTORS : [])];
    const looked = await Promise.all(
      wanted.map(async (selector) => ({
        selector,
        ...await lookupsOf(context).texts(`${selector}._domainkey.${domain}`),
      })),
    );
    const keys = await Promise.all(
      looked.flatMap(({ selector, texts: [text] }) =>
        text === undefined || !(given.includes(selector) || isKeyRecord(text))
          ? []
          : [readKey(selector, given.includes(selector), text)]
      ),
    );
    const missing = looked.filter(({ selector, texts }) => texts.length === 0 && given.includes(selector))
      .map(({ selector, error }) => ({ selector, ...(error && { error }) }));
    return { keys, missing };
  },
  judge,
  facts: ({ keys }) => ({ "dkim-keys": keys.length }),
  summary: ({ keys }) => keys.length === 0 ? "" : `DKIM ${keys.map(({ selector }) => selector).join(", ")}`,
};

function judge({ keys, missing }: DkimSeen, { domain }: DkimInput): Finding[] {
  const findings = missing.map(({ selector, error }): Finding =>
    error
      ? found("dkim-lookup-failed", { selector, reason: error.reason })
      : found("dkim-key-missing", { domain, selector })
  );
  for (const { selector, given, problem, revoked, testing, kind = "", bits } of keys) {
    if (problem !== undefined) findings.push(found("dkim-key-invalid", { domain, selector, problem }));
    else if (revoked) findings.push(found(given ? "dkim-key-revoked" : "dkim-key-retired", { domain, selector }));
    else if (bits !== undefined && bits < WEAK_BITS) findings.push(found("dkim-key-weak", { selector, bits }));
    else {
      findings.push(found("dkim-key", { selector, kind: bits === undefined ? kind : `${kind} of ${bits} bits` }));
      if (bits !== undefined && bits < SHORT_BITS) findings.push(found("dkim-key-short", { selector, bits }));
    }
    if (testing) findings.push(found("dkim-testing", { selector }));
  }
  if (findings.length === 0) findings.push(found("dkim-unknown", { domain }));
  return findings;
}

/** Whether a text is meant as a key: a domain with a TXT record for every name (`*`) has others at the usual selectors. */
function isKeyRecord(text: string): boolean {
  return /^\s*v\s*=\s*DKIM1\b|(?:^|;)\s*p\s*=/i.test(text);
}

async function readKey(selector: string, given: boolean, text: string): Promise<DkimKeySeen> {
  const { tags, problems } = readTags(text);
  const kind = tags.get("k")?.toLowerCase() ?? "rsa";
  const data = tags.get("p")?.replace(/\s/g, "");
  const seen = { selector, given, revoked: data === "", testing: /\by\b/i.test(tags.get("t") ?? ""), kind };
  const [problem] = problems;
  if (problem !== undefined) return { ...seen, problem };
  if (tags.has("v") && tags.get("v") !== "DKIM1") {
    return { ...seen, problem: `unknown version "${tags.get("v")?.slice(0, 20)}"` };
  }
  if (data === undefined) return { ...seen, problem: "it has no key (p=)" };
  if (data === "" || kind !== "rsa") return seen;
  const bits = await rsaBits(data);
  return bits === undefined ? { ...seen, problem: "its key cannot be read" } : { ...seen, bits };
}

/** Returns the size of an RSA key; undefined if it cannot be read. */
async function rsaBits(base64: string): Promise<number | undefined> {
  try {
    const bytes = Uint8Array.fromBase64(base64);
    const key = await crypto.subtle.importKey("spki", bytes, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, [
      "verify",
    ]);
    const { algorithm } = key;
    return "modulusLength" in algorithm && typeof algorithm.modulusLength === "number"
      ? algorithm.modulusLength
      : undefined;
  } catch {
    return undefined;
  }
}
