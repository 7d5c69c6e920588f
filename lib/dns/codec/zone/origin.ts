import { isSubdomain, parentName } from "../canonical.ts";
import type { ResourceRecord } from "../record.ts";

/** Returns the name of the zone of records: that of their SOA, or else the longest name that all owners end with. */
export function commonOrigin(records: readonly ResourceRecord[]): string {
  const within = (origin: string) => records.every(({ name }) => isSubdomain(name, origin));
  const soa = records.find(({ type }) => type === "SOA");
  let origin = soa?.name ?? records[0]?.name ?? ".";
  while (origin !== "." && !within(origin)) origin = parentName(origin);
  return origin;
}
