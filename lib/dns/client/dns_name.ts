import { asciiHostName } from "../../core/mod.ts";

/** A name as it is asked about: letters outside ASCII are encoded (RFC 5890), escapes of zone files stay. */
export function dnsName(name: string): string {
  // deno-lint-ignore no-control-regex -- the range is all of ASCII
  return /^[\x00-\x7f]+$/.test(name) ? name : asciiHostName(name);
}
