import { kind } from "./finding.ts";

/** Findings about interfaces and addresses of this machine. */
export const LINK_FINDINGS = {
  "interface-up": kind<{ name: string; addresses: readonly string[] }>({
    layer: "link",
    mark: "good",
    means: "an interface with an address",
    says: ({ name, addresses }) => `${name} has ${addresses.join(", ")}`,
  }),
  "no-interface": kind({
    layer: "link",
    mark: "fault",
    blame: "machine",
    who: "you",
    means: "this machine has no address beyond loopback",
    says: () => "this machine has no network: no interface but loopback has an address",
  }),
};
