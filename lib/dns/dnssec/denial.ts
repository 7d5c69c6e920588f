import { typeNumber } from "../codec/types.ts";

/** Question whose answer is denied. */
export interface Query {
  readonly name: string;
  readonly type: string;
  /** Whether the server says that the name does not exist. */
  readonly nameError?: boolean;
}

/** Fact that signed NSEC or NSEC3 records prove. */
export interface Denial {
  /**
   * `no-name`: the name does not exist; `no-data`: it has no such records; `unsigned`: it is a delegation without DS;
   * `opt-out`: it may be an unsigned delegation (RFC 5155 §6); `iterations`: the hashes are too expensive to check.
   */
  readonly kind: "no-name" | "no-data" | "unsigned" | "opt-out" | "iterations";
  /** The records and what they say. */
  readonly proof: string;
}

/** Returns what the types of a name prove about one that is not among them; undefined when they do not deny it. */
export function typesDenial(types: ReadonlySet<number>, { name, type }: Query, by: string): Denial | undefined {
  const has = (one: string) => types.has(typeNumber(one) ?? 0);
  const delegates = has("NS") && !has("SOA");
  if (has(type) || has("CNAME")) return undefined;
  if (type !== "DS") return delegates ? undefined : { kind: "no-data", proof: `${by} has no ${type}` };
  // The apex of a zone below says nothing about what the zone above has.
  if (has("SOA") && name !== ".") return undefined;
  return delegates
    ? { kind: "unsigned", proof: `${by} has NS and no DS` }
    : { kind: "no-data", proof: `${by} has neither NS nor DS` };
}

/** Whether records of this name say nothing about names below it: those are of another zone, or elsewhere (DNAME). */
export function endsHere(types: ReadonlySet<number>): boolean {
  const has = (one: string) => types.has(typeNumber(one) ?? 0);
  return has("DNAME") || (has("NS") && !has("SOA"));
}
