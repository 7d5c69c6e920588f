import type { Account } from "../account/account.ts";
import type { IrcMessage } from "../codec/message.ts";
import type { Session } from "./client/session.ts";
import type { SharedFact } from "./shared_fact.ts";

/** Event of the network that is being applied. */
export interface AppliedEvent {
  /** Its time in milliseconds since 1970. */
  readonly time: number;
  /** Returns the next message id; the same ones on all servers. */
  nextId(): string;
  /** Returns the position of the next line of the history; the same ones on all servers. */
  nextPlace(): number;
}

/**
 * Log of a network of servers. What changes the state that clients of other servers see is not done at once: it is
 * written to the log, and done by each server when it reads it there, in the order of the log.
 */
export interface NetworkLog {
  /** Event that is being applied. */
  readonly applying?: AppliedEvent;
  /** Whether the log can be written now. */
  readonly available: boolean;
  /**
   * Resolves when the client's commands so far have been applied, so that the next one sees their effect, and its reply
   * comes after theirs; undefined when it need not wait.
   */
  before(session: Session, shared: boolean): Promise<void> | undefined;
  /** Writes a command of a registered client; returns false when the log cannot be written now. */
  write(session: Session, message: IrcMessage): boolean;
  /** Writes that a client with all that is required wants to enter. */
  enter(session: Session): void;
  /** Writes that a client has become an IRC operator. */
  grantOperator(session: Session): void;
  /**
   * Writes that a registered client has logged in to an account; resolves when that has been applied, or cannot be
   * written now.
   */
  logIn(session: Session, account: string): Promise<void>;
  /** Writes that an account exists, or is deleted; resolves to false when that takes too long, and happens later. */
  shareAccount(account: Account): Promise<boolean>;
  /** Writes a fact; this server applies it, too, when it reads it. Returns false when it cannot be written. */
  share(fact: SharedFact): boolean;
  /** Writes that a registered client has disconnected. */
  quit(session: Session, reason: string): void;
  /** Writes what is left, within a limit of time, and leaves the network. */
  close(): Promise<void>;
}
