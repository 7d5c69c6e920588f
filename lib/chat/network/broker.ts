import type { AccountTable } from "./accounts/account_table.ts";

/** Reader of the log of a network. */
export interface LogReader {
  /** Called with each message of the log, in its order. */
  read(sequence: number, bytes: Uint8Array): void;
  /** Called when a server gives a sign of life. */
  alive(server: string): void;
  /** Called when the connection to the brokers is lost, with the cause, and without one when it is there again. */
  connection(error?: unknown): void;
}

/** Broker that stores the log of a network, and passes it to all servers in one order. */
export interface Broker {
  /** Sequence of the last message in the log when it was opened. */
  readonly last: number;
  /** Records of the accounts. */
  readonly accounts: AccountTable;
  /** Starts to read the log from its beginning. */
  start(reader: LogReader): void;
  /**
   * Adds a message to the log; resolves when it is stored. A message with the id of a recent one is not stored again.
   *
   * @throws The failure of the brokers: the message may be stored nevertheless.
   */
  publish(server: string, bytes: Uint8Array, id: string): Promise<void>;
  /** Gives a sign of life to the other servers. */
  alive(server: string): void;
  /** Closes the connection. */
  close(): Promise<void>;
}
