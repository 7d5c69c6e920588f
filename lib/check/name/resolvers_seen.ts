import type { NameServer } from "../../dns/internal.ts";
import type { AnswerSeen } from "./ask.ts";

/** The name to ask for. */
export interface ResolversInput {
  /** Name in ASCII. */
  readonly host: string;
  /** Whether the records for HTTPS are asked for. */
  readonly https: boolean;
  /** Called with each server that has answered. */
  readonly onAnswer?: (server: NameServer) => void;
}

/** Answers of a server about the name. */
export interface ServerSeen {
  /** The server. */
  readonly server: string;
  /** Whether it is one of this machine itself, by the system's own configuration. */
  readonly local?: boolean;
  /** Addresses of each family, and the record for HTTPS if it was asked for. */
  readonly a: AnswerSeen;
  readonly aaaa: AnswerSeen;
  readonly https?: AnswerSeen;
  /** Its answer about the root, which every resolver knows: asked for if it has no address of the name. */
  readonly root?: AnswerSeen;
  /** The name of the search list that has addresses although the name itself has none. */
  readonly searched?: string;
}

/** Answers of the name servers of the system, or of those given. */
export interface ResolversSeen {
  /** False without the permission for the system's file. */
  readonly permitted: boolean;
  /** Reason why the file cannot be read, although that is permitted. */
  readonly problem?: string;
  /** Each server. */
  readonly servers: readonly ServerSeen[];
  /** Domains of the search list. */
  readonly search: readonly string[];
  /** Milliseconds that an answer may take until it counts as slow. */
  readonly slow: number;
}
