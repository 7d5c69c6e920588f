import { type Finding, found } from "../words/findings.ts";
import { hasFamily, type InterfacesSeen, type SeenInterface } from "./seen.ts";

/** Packets that IPv6 requires (RFC 8200 §5), and those of Ethernet. */
const [SMALLEST_MTU, ETHERNET_MTU] = [1280, 1500];

/** Judges the interfaces of this machine. `local` is whether the target is on this machine, and needs none. Pure. */
export function judgeInterfaces({ permitted, interfaces }: InterfacesSeen, local: boolean): Finding[] {
  if (!permitted) return [found("interfaces-not-permitted", {})];
  if (interfaces.length === 0) return [found(local ? "loopback-only" : "no-interface", {})];
  return [...judgeFamilies(interfaces, local), ...interfaces.flatMap(judgeInterface)];
}

function judgeFamilies(interfaces: readonly SeenInterface[], local: boolean): Finding[] {
  const [v4, v6] = [hasFamily(interfaces, 4), hasFamily(interfaces, 6)];
  if (!v4 && !v6) {
    const addresses = interfaces.flatMap(({ addresses }) => addresses.map(({ cidr }) => cidr));
    return [found(local ? "loopback-only" : "only-link-local", { addresses: addresses.slice(0, 8) })];
  }
  return v4 && v6 ? [] : [found("one-family", { works: v4 ? "IPv4" : "IPv6", missing: v4 ? "IPv6" : "IPv4" })];
}

function judgeInterface({ name, kind, addresses, mtu }: SeenInterface): Finding[] {
  const shown = addresses.map(({ cidr }) => cidr).slice(0, 8);
  const shared = addresses.find(({ scope }) => scope === "shared");
  return [
    found("interface-up", { name, addresses: shown }),
    ...(kind === "tunnel" ? [found("tunnel", { name })] : []),
    ...(kind === "container" || isDocker(addresses) ? [found("container-network", { name })] : []),
    ...(shared && kind === "hardware" ? [found("shared-address", { name, address: shared.cidr })] : []),
    ...(mtu !== undefined && mtu < SMALLEST_MTU ? [found("mtu-too-small", { name, mtu })] : []),
    ...(mtu !== undefined && mtu >= SMALLEST_MTU && mtu < ETHERNET_MTU ? [found("mtu-small", { name, mtu })] : []),
  ];
}

/** The network that Docker gives to containers, unless told otherwise. */
function isDocker(addresses: SeenInterface["addresses"]): boolean {
  return addresses.some(({ cidr }) => cidr.startsWith("172.17."));
}
