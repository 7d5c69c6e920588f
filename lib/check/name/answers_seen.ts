import type { LookupSeen } from "./lookup.ts";
import type { ResolversSeen } from "./resolvers_seen.ts";

/** Results of the lookup of the system and of the name servers. */
export interface AnswersInput {
  /** Name in ASCII. */
  readonly host: string;
  /** Family that addresses are limited to. */
  readonly family?: 4 | 6;
  /** The lookup; undefined if it failed. */
  readonly lookup?: LookupSeen;
  /** The name servers; undefined if they could not be asked. */
  readonly resolvers?: ResolversSeen;
}

/** Other sources of the name. */
export interface AnswersSeen {
  /** Addresses in the hosts file; undefined where it cannot be read, or was not asked. */
  readonly hosts?: readonly string[];
}
