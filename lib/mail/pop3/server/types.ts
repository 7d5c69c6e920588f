import type { LineServer, LineServerOptions } from "../../../core/lines/server/types.ts";
import type { LoginLimit } from "../../../core/mod.ts";
import type { ScramPasswords } from "../../sink/scram_server.ts";
import type { FaultSource } from "../../sink/faults.ts";
import type { MailAccount } from "../../store/types.ts";

/** Options of {@link servePop3}. */
export interface Pop3ServerOptions extends Omit<LineServerOptions, "farewell"> {
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
   * Failures to simulate, such as `pop3-retr:err`.
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

/** Context of the connections of a server. */
export interface Pop3Host extends Required<Pick<Pop3ServerOptions, "login" | "logins" | "authWithoutTls">> {
  /** Passwords for SCRAM, if they are known. */
  readonly scram?: ScramPasswords;
  /** Whether STLS is offered. */
  readonly startTls: boolean;
  /** Failures to simulate. */
  readonly faults?: FaultSource;
}
