import type { LoginLimit, ToucanError } from "../../../core/mod.ts";
import type { ScramPasswords } from "../../sink/scram_server.ts";
import type { FaultSource } from "../../sink/faults.ts";
import type { MessageCache } from "./message/cache.ts";
import type { MailAccount } from "../../store/types.ts";
import type { RecentUids } from "./selected.ts";

/** Settings and state that the connections of a server share. */
export interface ImapHost {
  /** Returns the account of a user; undefined when the user or the password is wrong. */
  readonly login: (user: string, password: string) => MailAccount | undefined;
  /** Passwords for SCRAM, if they are known. */
  readonly scram?: ScramPasswords;
  /** Limit of failed logins. */
  readonly logins: LoginLimit;
  /** Whether STARTTLS is offered. */
  readonly startTls: boolean;
  /** Whether passwords are accepted without TLS. */
  readonly authWithoutTls: boolean;
  /** Failures to simulate. */
  readonly faults?: FaultSource;
  /** Bytes of a message that APPEND may add. */
  readonly messageSize: number;
  /** Which messages were \Recent. */
  readonly recents: RecentUids;
  /** Messages that were read last. */
  readonly cache: MessageCache;
  /** Milliseconds that a client may be idle. */
  readonly idleTimeout: number;
  /** Reports a failure that is not the client's. */
  readonly report: (peer: string, error: ToucanError) => void;
}
