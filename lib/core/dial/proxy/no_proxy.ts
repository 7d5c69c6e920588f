import { ipBytes, parseIPv4, parseIPv6 } from "../../address/ip.ts";

/**
 * Returns whether a host is on a `NO_PROXY` list, whose entries are separated by commas or spaces: `*`; a name, which stands
 * for itself and all below it, also with a leading dot; an address; a network (`10.0.0.0/8`, `fd00::/8`). A port behind an
 * entry (`example.com:8080`, `[::1]:80`) limits it to that port. An IPv4-mapped IPv6 address counts as the IPv4 address.
 */
export function isOnNoProxyList(host: string, port: number | undefined, list: string): boolean {
  const name = normal(host);
  return list.split(/[\s,]+/).some((entry) => entry !== "" && matches(entry.toLowerCase(), name, port));
}

function matches(entry: string, name: string, port: number | undefined): boolean {
  if (entry === "*") return true;
  const { host, port: only } = split(entry);
  if (only !== undefined && only !== port) return false;
  if (host === "*") return true;
  const address = ipBytes(name);
  if (address) return isWithin(address, host);
  const domain = normal(host.replace(/^\*?\./, ""));
  return domain !== "" && (name === domain || name.endsWith(`.${domain}`));
}

/** Splits the port off an entry. What could be a bare IPv6 address has none. */
function split(entry: string): { readonly host: string; readonly port?: number } {
  const [, inner, slash = "", after] = /^\[([^\]]*)\](\/\d+)?(?::(\d+))?$/.exec(entry) ?? [];
  if (inner !== undefined) return { host: inner + slash, port: after === undefined ? undefined : Number(after) };
  const [, host, port] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return host === undefined ? { host: entry } : { host, port: Number(port) };
}

function isWithin(address: Uint8Array, entry: string): boolean {
  const [, text = entry, length] = /^(.*)\/(\d+)$/.exec(entry) ?? [];
  const written = parseIPv4(text) ?? parseIPv6(text);
  const network = ipBytes(text);
  if (!written || !network || network.length !== address.length) return false;
  // The length of a network that is written as IPv4-mapped counts the mapping.
  const dropped = 8 * (written.length - network.length);
  const bits = length === undefined ? 8 * network.length : Math.max(0, Number(length) - dropped);
  if (bits > 8 * network.length) return false;
  return network.every((byte, index) => {
    const compared = Math.min(8, Math.max(0, bits - 8 * index));
    return compared === 0 || byte >> (8 - compared) === (address[index] ?? 0) >> (8 - compared);
  });
}

function normal(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, "");
}
