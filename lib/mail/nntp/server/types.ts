import type { LineServer, LineServerOptions } from "../../../core/lines/server/types.ts";
import type { LoginLimit } from "../../../core/mod.ts";
import type { MailEnvelope, MailFolder } from "../../store/types.ts";
import type { ScramPasswords } from "../../sink/scram_server.ts";
import type { FaultSource } from "../../sink/faults.ts";
import type { Articles } from "./articles.ts";
import type { Newsgroups } from "./newsgroups.ts";

/** Options of {@link serveNntp}. */
export interface NntpServerOptions extends Omit<LineServerOptions, "farewell"> {
  /**
   * Returns whether user and password are right: undefined or false when they are not. Without it, clients need not log in, and any
   * credentials are accepted.
   *
   * @default {undefined}
   */
  readonly login?: (user: string, password: string) => unknown;
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
   * Stores a posted article; the recipients are the addresses of its groups. A rejected promise is an article that was not posted.
   *
   * @default {clients cannot post}
   */
  readonly post?: (envelope: MailEnvelope, pieces: readonly Uint8Array[]) => unknown;
  /**
   * Whether a posted article of this many bytes can be stored.
   *
   * @default {it can}
   */
  readonly hasRoom?: (size: number) => boolean;
  /**
   * Maximum size of a posted article in bytes.
   *
   * @default {67108864}
   */
  readonly maxArticle?: number;
  /**
   * Name of the server in Path and in the greeting.
   *
   * @default {"toucan.localhost"}
   */
  readonly name?: string;
  /**
   * Simulated failures.
   *
   * @default {none}
   */
  readonly faults?: FaultSource;
  /**
   * Called with the server once it listens.
   *
   * @default {undefined}
   */
  readonly attach?: (server: LineServer) => void;
}

/** State that the connections of a server share. */
export interface NntpHost extends Pick<NntpServerOptions, "login" | "post" | "hasRoom" | "faults"> {
  readonly folder: MailFolder;
  readonly groups: Newsgroups;
  readonly articles: Articles;
  readonly logins: LoginLimit;
  /** Passwords for SCRAM, if they are known. */
  readonly scram?: ScramPasswords;
  readonly name: string;
  readonly maxArticle: number;
  readonly authWithoutTls: boolean;
  readonly startTls: boolean;
  /** Bytes of articles being received, of all connections. */
  inFlight: number;
  /** Reports an article that could not be stored. */
  report(peer: string, error: unknown): void;
}
