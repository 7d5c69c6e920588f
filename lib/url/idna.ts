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
 * A domain in ASCII, in lower case (UTS #46 by the rules of WHATWG URL §3.3); nothing where it is against the rules. One
 * that is in ASCII is never against them: too many names are in use whose `xn--` labels hold what they should not.
 */
export function domainToAscii(domain: string): string | undefined {
  // deno-lint-ignore no-control-regex -- the range is all of ASCII
  if (/^[\x00-\x7f]*$/.test(domain)) return domain.toLowerCase();
  return toASCII(domain, { ...RULES, verifyDNSLength: false }) || undefined;
}

/** A domain for people: labels in punycode become letters, where that is allowed; the others stay. */
export function domainToUnicode(domain: string): string {
  if (!/(?:^|\.)xn--/i.test(domain)) return domain;
  const { domain: shown, error } = toUnicode(domain, RULES);
  return error ? domain : shown;
}
