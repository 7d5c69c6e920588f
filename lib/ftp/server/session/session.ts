import type { FtpReplyText } from "../../codec/reply_text.ts";
import { FACTS } from "../../codec/facts.ts";
import { formatNetAddress } from "../../../core/mod.ts";
import { type Passive, plainHost } from "../data/passive.ts";
import type { FtpPath, FtpTree } from "../files.ts";
import type { FtpHost } from "../host.ts";
import type { Job, Transfer } from "../connection/transfer.ts";

/** Answer to a command, and what follows it. */
export type Answer = FtpReplyText & { readonly then?: "close" | "start-tls" };

/** Runs a command: the answer, or the transfer that it begins, which answers itself. */
export type Handler = (session: Session, argument: string) => Answer | Job | Promise<Answer | Job>;

/** Session of a client, as its commands read and change it. */
export interface Session extends SessionState {
  /** Dependencies that all connections share. */
  readonly host: FtpHost;
  /** Address of the client, with its port. */
  readonly peer: string;
  /** IP address of the client. */
  readonly clientHost: string;
  /** IP address that the client is connected to. */
  readonly localHost: string;
  /** Whether the control connection has TLS. */
  secure: boolean;
  /** Transfer that runs. */
  readonly transfer?: Transfer;
  /** Forgets the login and all that depends on it. */
  reset(): void;
}

/** The part of a session that a login begins with. */
export interface SessionState {
  /** User name, behind `USER`. */
  user?: string;
  /** Files, behind a login. */
  tree?: FtpTree;
  /** Current folder. */
  cwd: FtpPath;
  /** Where the next transfer begins (`REST`). */
  restart: number;
  /** Announced size of the next upload (`ALLO`). */
  announced?: number;
  /** File to rename (`RNFR`). */
  renameFrom?: FtpPath;
  /** Whether data connections have TLS (`PROT P`). */
  protected: boolean;
  /** Whether data connections have TLS from the beginning, by the mechanism of `AUTH`. */
  impliedProtection?: boolean;
  /** Whether only `EPSV` is accepted (`EPSV ALL`). */
  onlyExtended: boolean;
  /** Port of the next data connection. */
  passive?: Passive;
  /** Facts of `MLST` and `MLSD`. */
  facts: readonly string[];
  /** Failed logins. */
  attempts: number;
  /** Path that the current command names, for the log. */
  path?: FtpPath;
}

/** Returns the session of a connection; `transfer` returns the transfer that runs. */
export function createSession(host: FtpHost, conn: Deno.Conn, transfer: () => Transfer | undefined): Session {
  const session: Session = {
    ...newState(host.implicit),
    host,
    peer: formatNetAddress(conn.remoteAddr),
    clientHost: hostOf(conn.remoteAddr),
    localHost: hostOf(conn.localAddr),
    secure: false,
    get transfer() {
      return transfer();
    },
    reset() {
      void session.passive?.close();
      Object.assign(session, newState(host.implicit), { attempts: session.attempts });
    },
  };
  return session;
}

function hostOf(addr: Deno.Addr): string {
  return "hostname" in addr ? plainHost(addr.hostname) : "";
}

/** Returns the state of a connection before a login. */
function newState(protectedData: boolean): SessionState {
  return {
    cwd: [],
    restart: 0,
    protected: protectedData,
    onlyExtended: false,
    facts: FACTS,
    attempts: 0,
    user: undefined,
    tree: undefined,
    announced: undefined,
    renameFrom: undefined,
  };
}
