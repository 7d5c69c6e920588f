import type { LineServer, LineServerOptions, LoginLimit } from "../../../core/mod.ts";
import type { FaultSource } from "../../sink/faults.ts";
import type { MailAccount } from "../../store/types.ts";

/** Options of {@link serveImap}. */
export interface ImapServerOptions extends Omit<LineServerOptions, "farewell"> {
  /** Returns the account of a user; undefined when the user or the password is wrong. */
  readonly login: (user: string, password: string) => MailAccount | undefined;
  /**
   * Returns the password of a user, for SCRAM-SHA-256; undefined when there is no such user.
   *
   * @default {none: SCRAM-SHA-256 is not offered}
   */
  readonly passwordOf?: (user: string) => string | undefined;
  /**
   * Limit of failed logins, which other servers of the same accounts may share.
   *
   * @default {one of its own}
   */
  readonly logins?: LoginLimit;
  /**
   * Whether to accept passwords without TLS.
   *
   * @default {whether it listens on loopback}
   */
  readonly authWithoutTls?: boolean;
  /**
   * Bytes of a message that APPEND may add.
   *
   * @default {67108864}
   */
  readonly messageSize?: number;
  /**
   * Failures to simulate, such as `imap-fetch:no`.
   *
   * @default {none}
   */
  readonly faults?: FaultSource;
  /**
   * Called with the server, so that it stops together with another one.
   *
   * @default {undefined}
   */
  readonly attach?: (server: LineServer) => void;
}
