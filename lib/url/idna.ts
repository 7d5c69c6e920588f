import { toASCII, toUnicode } from "../deps/idna.ts";

// As the WHATWG URL standard has it (§3.3), for a host that need not be a name of the DNS.
const RULES = {
  checkHyphens: false,
  checkBidi: true,
  checkJoiners: true,
  useSTD3ASCIIRules: false,
  transitionalProcessing: false,
  ignoreInvalidPunycode: false,
};

/**
 * Returns a domain in ASCII, in lower case (UTS #46 by the rules of WHATWG URL §3.3); undefined for an invalid one.
 *
 * @param domain The domain, in letters or punycode.
 * @returns The domain in punycode.
 * @example Encode a domain
 * ```ts
 * import { domainToAscii } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(domainToAscii("Bücher.example"), "xn--bcher-kva.example");
 * ```
 */
export function domainToAscii(domain: string): string | undefined {
  // deno-lint-ignore no-control-regex -- the range is all of ASCII
  if (/^[\x00-\x7f]*$/.test(domain)) return domain.toLowerCase();
  return toASCII(domain, { ...RULES, verifyDNSLength: false }) || undefined;
}

/**
 * Returns a domain for display: valid labels in punycode become letters, others are unchanged.
 *
 * @param domain The domain in ASCII.
 * @returns The domain in letters.
 * @example Decode a domain
 * ```ts
 * import { domainToUnicode } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(domainToUnicode("xn--bcher-kva.example"), "bücher.example");
 * ```
 */
export function domainToUnicode(domain: string): string {
  if (!/(?:^|\.)xn--/i.test(domain)) return domain;
  const { domain: shown, error } = toUnicode(domain, RULES);
  return error ? domain : shown;
}
