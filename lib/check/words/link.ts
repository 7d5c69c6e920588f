import { kind } from "./finding.ts";

/** Findings about interfaces and addresses of this machine. */
export const LINK_FINDINGS = {
  "no-interface": kind({
    layer: "link",
    mark: "fault",
    blame: "machine",
    who: "you",
    means: "this machine has no address beyond loopback",
    says: () => "this machine has no network: no interface but loopback has an address",
  }),
  "only-link-local": kind<{ addresses?: readonly string[] }>({
    layer: "link",
    mark: "fault",
    blame: "machine",
    who: "your network",
    means: "the addresses of this machine are self-assigned, and reach only its own link",
    says: () =>
      "this machine has only self-assigned addresses: the network gave it none (no answer from DHCP or a router)",
    evidence: ({ addresses = [] }) => addresses,
  }),
  "loopback-only": kind<{ addresses?: readonly string[] }>({
    layer: "link",
    mark: "note",
    means: "this machine has no network, and the target does not need one",
    says: () => "no interface but loopback has an address; the target is on this machine",
  }),
  "interfaces-not-permitted": kind({
    layer: "link",
    mark: "note",
    means: "the permission to list interfaces is missing",
    says: () => "interfaces: not permitted (sys permission networkInterfaces)",
  }),
  "one-family": kind<{ works: string; missing: string }>({
    layer: "link",
    mark: "note",
    who: "your network",
    means: "this machine has addresses of one IP version only",
    says: ({ works, missing }) => `this machine has no ${missing} address beyond its own link: only ${works} can work`,
  }),
  "interface-up": kind<{ name: string; addresses: readonly string[] }>({
    layer: "link",
    mark: "good",
    means: "an interface with an address",
    says: ({ name, addresses }) => `${name} has ${addresses.join(", ")}`,
  }),
  "tunnel": kind<{ name: string }>({
    layer: "link",
    mark: "note",
    means: "an interface with the name of a tunnel",
    says: ({ name }) => `${name} is probably a VPN: names and routes may be those of another network`,
  }),
  "container-network": kind<{ name: string }>({
    layer: "link",
    mark: "note",
    means: "an interface or address as containers and virtual machines have them",
    says: ({ name }) => `${name} is probably a network of containers or virtual machines`,
  }),
  "shared-address": kind<{ name: string; address: string }>({
    layer: "link",
    mark: "note",
    means: "an address of 100.64.0.0/10 (RFC 6598)",
    says: ({ name, address }) => `${name} has ${address}, an address of a provider's NAT or of a VPN such as Tailscale`,
  }),
  "mtu-too-small": kind<{ name: string; mtu: number }>({
    layer: "link",
    mark: "warning",
    who: "you",
    means: "an MTU below 1280 bytes, which IPv6 requires",
    says: ({ name, mtu }) => `${name} has an MTU of ${mtu} bytes: IPv6 requires 1280`,
  }),
  "mtu-small": kind<{ name: string; mtu: number }>({
    layer: "link",
    mark: "note",
    means: "an MTU below that of Ethernet, as tunnels have it",
    says: ({ name, mtu }) => `${name} has an MTU of ${mtu} bytes, less than the 1500 of Ethernet`,
  }),
  "route-found": kind<{ family: string; via: string }>({
    layer: "link",
    mark: "good",
    means: "a default route",
    says: ({ family, via }) => `${family} leaves by ${via}`,
  }),
  "no-default-route": kind({
    layer: "link",
    mark: "fault",
    blame: "machine",
    who: "your network",
    means: "this machine has no default route of either IP version",
    says: () => "this machine has addresses, but no default route: it reaches only its own network",
  }),
  "ipv6-without-route": kind<{ address: string }>({
    layer: "link",
    mark: "warning",
    who: "your network",
    means: "a global IPv6 address, but no default route for IPv6",
    says: ({ address }) =>
      `IPv6 works only halfway: ${address} is a global address, but there is no default route for IPv6`,
  }),
  "routes-not-readable": kind({
    layer: "link",
    mark: "note",
    means: "the system's table of routes cannot be read by this run",
    says: () => "default route: not permitted (the system's files of routes require all permissions)",
  }),
};
