import type { AnswerSeen } from "./ask.ts";
import type { SignatureTimes } from "./signature_times.ts";

/** Answers of a name server about the root, and about a name that cannot exist. */
export interface RootServerSeen {
  /** The server. */
  readonly server: string;
  /** Whether it is one of this machine itself. */
  readonly local: boolean;
  /** Its answer to NS of the root. */
  readonly root: AnswerSeen;
  /** Its answer to a name below `invalid` (RFC 6761 §6.4), and below a top-level domain that does not exist. */
  readonly missing: AnswerSeen;
  /** The name asked for. */
  readonly asked: string;
  /** When the signatures of the root are valid, if it returns them. */
  readonly signed?: SignatureTimes;
}

/** Answers of the configured name servers about the root. */
export interface RootSeen {
  /** False without the permission for the system's file. */
  readonly permitted: boolean;
  /** Reason why the file cannot be read, although that is permitted. */
  readonly problem?: string;
  readonly servers: readonly RootServerSeen[];
}
