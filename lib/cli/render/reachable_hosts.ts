import { ipVersion, isLoopback } from "../../core/address/ip.ts";

/**
 * Returns the hosts under which a server that listens on all addresses can be reached, as they stand in URLs: loopback first. None
 * for any other server, and where the permission `--allow-sys=networkInterfaces` is missing. Link-local addresses of IPv6 are left out, since
 * URLs have no zones.
 */
export function reachableHosts(address: string): string[] {
  const host = /^\[?(0\.0\.0\.0|::)\]?:\d+$/.exec(address)?.[1];
  const asked = host === undefined ? undefined : Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
  if (asked?.state !== "granted") return [];
  const all = Deno.networkInterfaces().map(({ address }) => address)
    .filter((address) => !/^fe80:/i.test(address) && (host === "::" || ipVersion(address) === 4));
  const ordered = [...new Set(all)].sort((a, b) => Number(isLoopback(b)) - Number(isLoopback(a)));
  return ordered.map((address) => ipVersion(address) === 6 ? `[${address}]` : address);
}
