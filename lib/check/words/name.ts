import { kind } from "./finding.ts";

/** Findings about names and resolvers. */
export const NAME_FINDINGS = {
  "name-found": kind<{ name: string; addresses: readonly string[] }>({
    layer: "name",
    mark: "good",
    means: "the name has addresses",
    says: ({ name, addresses }) => `${name} is ${addresses.join(", ")}`,
  }),
  "name-not-found": kind<{ name: string; reason: string }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "no resolver knows an address of the name",
    says: ({ name, reason }) => `${name} has no address: ${reason}`,
  }),
};
