import { base64Value, colonList, parseTags, type TagFault } from "./tags.ts";

/** DKIM key record by its tags (RFC 6376 §3.6.1). */
export interface DkimKeyRecord {
  /** Type of the key. */
  readonly type: string;
  /** The key; empty when it was revoked. */
  readonly key: Uint8Array<ArrayBuffer>;
  /** Hash algorithms that may be used with it; all unless given. */
  readonly hashes?: readonly string[];
  /** Whether the domain only tests DKIM. */
  readonly testing: boolean;
  /** Whether the identity must have the very domain that signs. */
  readonly strict: boolean;
}

/** Characters of a record. */
const MAX_RECORD = 8192;

/**
 * Parses a DKIM key record (RFC 6376 §3.6.1, RFC 8463), and names all of its faults.
 *
 * @param text The record, its strings joined.
 * @returns The record, or the faults.
 * @example Find an error
 * ```ts
 * import { parseDkimKeyRecord } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDkimKeyRecord("v=DKIM1; k=rsa").faults, [{ tag: "p", problem: "missing" }]);
 * ```
 */
export function parseDkimKeyRecord(
  text: string,
): { readonly record?: DkimKeyRecord; readonly faults: readonly TagFault[] } {
  if (text.length > MAX_RECORD) {
    return { faults: [{ tag: "", problem: `the record is longer than ${MAX_RECORD} characters` }] };
  }
  const { values, faults: syntax } = parseTags(text);
  const faults = [...syntax];
  const version = values.get("v");
  if (version !== undefined && version !== "DKIM1") faults.push({ tag: "v", problem: "unknown version" });
  else if (version !== undefined && [...values.keys()][0] !== "v") faults.push({ tag: "v", problem: "not first" });
  const p = values.get("p");
  const key = p === undefined ? undefined : base64Value(p);
  if (!key) faults.push({ tag: "p", problem: p === undefined ? "missing" : "not Base64" });
  const services = colonList(values.get("s") ?? "*");
  if (!services.includes("*") && !services.includes("email")) faults.push({ tag: "s", problem: "not for mail" });
  if (faults.length > 0 || !key) return { faults };
  const flags = colonList(values.get("t") ?? "");
  const hashes = values.get("h");
  return {
    record: {
      ...{ type: (values.get("k") ?? "rsa").toLowerCase(), key },
      ...(hashes !== undefined && { hashes: colonList(hashes.toLowerCase()) }),
      ...{ testing: flags.includes("y"), strict: flags.includes("s") },
    },
    faults,
  };
}
