/** Options of UTS #46 processing. */
export interface Options {
  readonly checkHyphens?: boolean;
  readonly checkBidi?: boolean;
  readonly checkJoiners?: boolean;
  readonly useSTD3ASCIIRules?: boolean;
  readonly transitionalProcessing?: boolean;
  readonly ignoreInvalidPunycode?: boolean;
}
/** The domain in ASCII, or null where it is against the rules. */
export function toASCII(domain: string, options: Options & { readonly verifyDNSLength?: boolean }): string | null;
/** The domain for people, and whether it is against the rules. */
export function toUnicode(domain: string, options: Options): { readonly domain: string; readonly error: boolean };
