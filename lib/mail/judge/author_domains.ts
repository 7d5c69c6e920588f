import { asciiHostName } from "../../core/mod.ts";
import { type ParsedAddress, readAddresses } from "../mime/addresses.ts";
import { headBudget, type MailHead, readHead } from "../mime/fields.ts";

/** Returns the domains of all addresses in From, in ASCII: in the header as it is shown to people. */
export function authorDomains(message: Uint8Array): string[] {
  const { fields } = attempt(message) ?? { fields: [] };
  return fields.filter(({ name }) => name.toLowerCase() === "from")
    .flatMap(({ value }) => readAddresses(value).flatMap(addressesIn))
    .map((address) => asciiDomain(address.slice(address.lastIndexOf("@") + 1)));
}

function addressesIn({ address, group }: ParsedAddress): string[] {
  if (group) return group.flatMap(addressesIn);
  return address?.includes("@") ? [address] : [];
}

function asciiDomain(domain: string): string {
  try {
    return asciiHostName(domain);
  } catch {
    return domain.toLowerCase();
  }
}

function attempt(message: Uint8Array): MailHead | undefined {
  try {
    return readHead(message, 0, headBudget());
  } catch {
    return undefined;
  }
}
