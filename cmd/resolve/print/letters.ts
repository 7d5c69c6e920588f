import type { ResourceRecord } from "../../../lib/dns/internal.ts";
import { domainToUnicode } from "../../../lib/url/mod.ts";

/** Name with a label in punycode, within the data of a record. */
const PUNYCODE = /(?<![\w.\\-])(?:[\w\\-]+\.)*xn--[\w.-]+/gi;

/** Returns a record with its names in letters instead of punycode (RFC 5891), where they are valid. Text in quotes stays. */
export function inLetters(record: ResourceRecord): ResourceRecord {
  const { name, data } = record;
  return {
    ...record,
    name: nameInLetters(name),
    data: data.includes('"') ? data : data.replace(PUNYCODE, nameInLetters),
  };
}

function nameInLetters(name: string): string {
  // An escaped dot does not separate labels.
  if (name.includes("\\")) return name;
  const end = name.endsWith(".") ? "." : "";
  return domainToUnicode(name.slice(0, name.length - end.length)) + end;
}
