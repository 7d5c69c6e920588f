import { inNetwork, type Network, parseNetwork } from "../../core/address/network.ts";
import { ipVersion, isLoopback, isUnspecified } from "../../core/mod.ts";

/** Scope of an address, or how far it reaches: this machine, one link, a private network, the network of a provider (RFC 6598), everywhere. */
export type Scope = "none" | "loopback" | "link-local" | "private" | "shared" | "global";

const NETWORKS: readonly (readonly [Scope, Network])[] = ([
  ["link-local", "169.254.0.0/16"],
  ["link-local", "fe80::/10"],
  ["private", "10.0.0.0/8"],
  ["private", "172.16.0.0/12"],
  ["private", "192.168.0.0/16"],
  ["private", "fc00::/7"],
  ["shared", "100.64.0.0/10"],
] as const).flatMap(([scope, text]) => {
  const network = parseNetwork(text);
  return network ? [[scope, network] as const] : [];
});

/** Returns how far an address reaches. */
export function scopeOf(address: string): Scope {
  if (isUnspecified(address)) return "none";
  if (isLoopback(address)) return "loopback";
  return NETWORKS.find(([, network]) => inNetwork(network, address))?.[0] ?? "global";
}

/** Whether an address is of this machine, or of a network that is not the Internet; also what is not an IP address, such as that of a unix socket. */
export function isOwnNetwork(address: string): boolean {
  return ipVersion(address) === undefined || scopeOf(address) !== "global";
}

/** Kind of an interface, by its name. */
export type InterfaceKind = "tunnel" | "container" | "hardware";

/** Returns what an interface probably is, by the name that programs give to such interfaces. */
export function kindOfInterface(name: string): InterfaceKind {
  if (/^(?:tun|tap|utun|wg|ppp|ipsec|tailscale|zt|nordlynx|proton|vpn|cscotun|gpd)\w*/i.test(name)) return "tunnel";
  return /^(?:docker|br-|veth|virbr|cni|flannel|cali|podman|lxc|lxd|vmnet|vboxnet)/i.test(name)
    ? "container"
    : "hardware";
}
