import { base64Value, colonList, parseTags, type TagFault } from "./tags.ts";

/** Canonicalization of a header or a body (RFC 6376 §3.4). */
export type Canonicalization = "simple" | "relaxed";

/** DKIM-Signature field by its tags (RFC 6376 §3.5). */
export interface DkimSignature {
  /** Algorithm, such as `rsa-sha256`. */
  readonly algorithm: string;
  /** The signature. */
  readonly signature: Uint8Array<ArrayBuffer>;
  /** Hash of the body. */
  readonly bodyHash: Uint8Array<ArrayBuffer>;
  /** Canonicalization of the header. */
  readonly header: Canonicalization;
  /** Canonicalization of the body. */
  readonly body: Canonicalization;
  /** Domain that signs, in lower case. */
  readonly domain: string;
  /** Selector of the key. */
  readonly selector: string;
  /** Names of the fields, in lower case. */
  readonly fields: readonly string[];
  /** Identity that the domain signs for: an address, or `@` and a domain. */
  readonly identity: string;
  /** Number of bytes of the canonical body that are signed; all unless given. */
  readonly length?: number;
  /** Time of the signature, in seconds since 1970. */
  readonly signed?: number;
  /** Time until which it is valid, in seconds since 1970. */
  readonly expires?: number;
}

const REQUIRED = ["v", "a", "b", "bh", "d", "h", "s"];
const MAX_FIELDS = 1000;
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

/**
 * Parses the value of a DKIM-Signature field (RFC 6376 §3.5), and names all of its faults.
 *
 * @param text The value; lines may be folded.
 * @returns The signature, or the faults.
 * @example Find what is missing
 * ```ts
 * import { parseDkimSignature } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { faults } = parseDkimSignature("v=1; a=rsa-sha256; d=example.com; s=mail; h=subject; bh=aGk=");
 * assertEquals(faults.map(({ tag, problem }) => `${tag}: ${problem}`), ["b: missing", "h: does not cover From"]);
 * ```
 */
export function parseDkimSignature(
  text: string,
): { readonly signature?: DkimSignature; readonly faults: readonly TagFault[] } {
  const { values, faults: syntax } = parseTags(text);
  const faults = [...syntax];
  const fault = (tag: string, problem: string) => void faults.push({ tag, problem });
  const value = (tag: string) => values.get(tag) ?? "";
  for (const tag of REQUIRED) if (!values.has(tag)) fault(tag, "missing");
  const checked = (tag: string, right: boolean, problem: string) => values.has(tag) && !right && fault(tag, problem);
  checked("v", value("v") === "1", "unknown version");
  const signature = base64Value(value("b"));
  checked("b", (signature?.length ?? 0) > 0, "not Base64");
  const bodyHash = base64Value(value("bh"));
  checked("bh", (bodyHash?.length ?? 0) > 0, "not Base64");
  const [header = "", body = "simple", ...more] = (values.get("c") ?? "simple").toLowerCase().split("/");
  const known = isCanonicalization(header) && isCanonicalization(body) && more.length === 0
    ? { header, body }
    : undefined;
  if (!known) fault("c", "unknown canonicalization");
  const domain = value("d").toLowerCase();
  checked("d", NAME.test(domain), "not a domain name");
  checked("s", NAME.test(value("s")), "not a selector");
  const fields = colonList(value("h").toLowerCase());
  checked("h", fields.length <= MAX_FIELDS, `more than ${MAX_FIELDS} fields`);
  checked("h", fields.every((name) => /^[!-9;-~]+$/.test(name)), "not a list of field names");
  checked("h", fields.includes("from"), "does not cover From");
  const identity = values.get("i") ?? `@${domain}`;
  const agent = identity.slice(identity.lastIndexOf("@") + 1).toLowerCase();
  checked("i", identity.includes("@") && (agent === domain || agent.endsWith(`.${domain}`)), "not within the domain");
  checked("q", colonList(value("q").toLowerCase()).includes("dns/txt"), "unknown query method");
  const number = (tag: string) => {
    const digits = values.get(tag);
    if (digits !== undefined && !/^\d{1,15}$/.test(digits)) fault(tag, "not a number");
    return digits === undefined ? undefined : Number(digits);
  };
  const [length, signed, expires] = ["l", "t", "x"].map(number);
  if (signed !== undefined && expires !== undefined && expires < signed) fault("x", "before the time of the signature");
  if (faults.length > 0 || !signature || !bodyHash || !known) return { faults };
  const algorithm = value("a").toLowerCase();
  const found = { algorithm, signature, bodyHash, ...known, domain, selector: value("s"), fields, identity };
  return { signature: { ...found, length, signed, expires }, faults };
}

/** Returns a DKIM-Signature field without the value of its tag "b" (RFC 6376 §3.7). */
export function withoutSignature(field: string): string {
  const start = field.indexOf(":") + 1;
  return field.slice(0, start) + field.slice(start).replace(/((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*/, "$1");
}

function isCanonicalization(text: string): text is Canonicalization {
  return text === "simple" || text === "relaxed";
}
