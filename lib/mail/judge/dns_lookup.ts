import type { ResourceRecord } from "../../dns/mod.ts";
import { MailDns, type MailDnsOptions } from "../mx/mail_dns.ts";
import type { MailDnsLookup, MailDnsType } from "./lookup.ts";

/** Returns a lookup by DNS, each name and type once. */
export function dnsLookup(options: MailDnsOptions): MailDnsLookup {
  const dns = new MailDns(options);
  return async (name, type) => {
    const records = await dns.records(presented(name), type);
    if (type !== "MX") return records.map((record) => textOf(record, type));
    return records.toSorted((one, other) => Number(one.fields.preference) - Number(other.fields.preference))
      .map(({ fields }) => bare(String(fields.exchange)));
  };
}

function textOf({ fields }: ResourceRecord, type: MailDnsType): string {
  if (type === "TXT") return Array.isArray(fields.strings) ? fields.strings.join("") : "";
  return type === "PTR" ? bare(String(fields.target)) : String(fields.address);
}

function bare(name: string): string {
  return name.replace(/\.$/, "");
}

/** Returns a name as a zone file has it: macros make names of any characters. */
function presented(name: string): string {
  return name.replace(/[^\w.-]/g, (char) => `\\${`${char.charCodeAt(0) & 255}`.padStart(3, "0")}`);
}
