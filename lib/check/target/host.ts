import { asciiHostName, ipVersion, isHostAddress, isUnspecified } from "../../core/mod.ts";

/** Most bytes of a name and of a label on the wire (RFC 1035 §2.3.4), as text. */
const [MAX_NAME_LENGTH, MAX_LABEL_LENGTH] = [253, 63];

/** A label that every program takes for one: letters, digits, hyphens, and underscores, which some machines have in their names. */
const LABEL = /^[A-Za-z0-9_-]+$/;

/** A last label that programs read as part of an IPv4 address (WHATWG URL, "ends in a number"), and no top-level domain has. */
const NUMBER = /^(?:\d+|0x[0-9a-f]*)$/i;

/** Host of a target: its form for the wire, or why it is invalid. */
export type HostRead = { readonly host: string } | { readonly why: string };

/** Reads the host of a target: an address, or a name as DNS takes it. Pure. */
export function readHost(text: string): HostRead {
  if (ipVersion(text) !== undefined) return readAddress(text);
  let host: string;
  try {
    host = asciiHostName(text);
  } catch (error) {
    return { why: text === "" ? "the host is missing" : error instanceof Error ? error.message : "not a host name" };
  }
  // Digits of other scripts are those of an address, too.
  if (ipVersion(host) !== undefined) return readAddress(host);
  const why = fault(host);
  return why === undefined ? { host } : { why };
}

function readAddress(host: string): HostRead {
  if (isHostAddress(host) || isUnspecified(host)) return { host };
  return { why: `${host} is the address of a group, not of a host` };
}

function fault(host: string): string | undefined {
  const name = host.replace(/\.$/, "");
  const labels = name.split(".");
  const long = labels.find((label) => label.length > MAX_LABEL_LENGTH);
  const last = labels.at(-1) ?? "";
  if (name.length > MAX_NAME_LENGTH) return `a name has at most ${MAX_NAME_LENGTH} characters, this one ${name.length}`;
  if (labels.includes("")) return `"${host}" has an empty label: two dots in a row, or one at the begin`;
  if (long !== undefined) return `a label has at most ${MAX_LABEL_LENGTH} characters, "${long}" ${long.length}`;
  if (!labels.every((label) => LABEL.test(label))) return `"${host}" is not a host name`;
  if (!NUMBER.test(last)) return undefined;
  if (labels.length === 1) return `${host} is a number: for a port write HOST:PORT, for an address all four numbers`;
  return `"${host}" is neither an IPv4 address, which has four numbers from 0 to 255, nor a name, as no name ends in a number`;
}

/** Returns a host as URLs and header fields have it: without the zone of an address, which means nothing to a peer (RFC 6874 §3). */
export function withoutZone(host: string): string {
  return ipVersion(host) === 6 ? host.replace(/%.*/, "") : host;
}
