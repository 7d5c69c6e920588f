import type { AccountTable } from "./accounts/account_table.ts";

/** Reader of the log of a network. */
export interface LogReader {
  /** Called with each message of the log, in its order. */
  read(sequence: number, bytes: Uint8Array): void;
  /** Called when messages that were not read are no longer in the log; nothing is read any more. */
  lost(): void;
  /** Called when a server gives a sign of life. */
  alive(server: string): void;
  /** Called when the connection to the brokers is lost, with the cause, and without one when it is there again. */
  connection(error?: unknown): void;
}

/** Extent of the log. */
export interface LogExtent {
  /** Sequence of the first message that is in the log; one above `last` when there is none. */
  readonly first: number;
  /** Sequence of the last message that was added. */
  readonly last: number;
  /** Number of bytes. */
  readonly bytes: number;
}

/** Storage of snapshots at the brokers. A snapshot counts when its manifest is stored. */
export interface SnapshotStore {
  /** Returns the sequences of the snapshots, the last one first. */
  list(): Promise<readonly number[]>;
  /** Returns the manifest of a snapshot. */
  manifest(sequence: number): Promise<Uint8Array | undefined>;
  /** Returns a part of a snapshot. */
  part(sequence: number, writer: string, index: number): Promise<Uint8Array | undefined>;
  /** Stores a part. */
  writePart(sequence: number, writer: string, index: number, bytes: Uint8Array): Promise<void>;
  /** Stores a manifest, after all parts. */
  writeManifest(sequence: number, bytes: Uint8Array): Promise<void>;
  /** Removes a snapshot, its manifest first. */
  remove(sequence: number): Promise<void>;
}

/** Broker that stores the log of a network, and passes it to all servers in one order. */
export interface Broker {
  /** Identity of the log: another one after the log was deleted and created again. */
  readonly id: string;
  /** Sequence of the last message in the log when it was opened. */
  readonly last: number;
  /** Snapshots of the state. */
  readonly snapshots: SnapshotStore;
  /** Starts to read the log after a message; a later call starts again. */
  start(reader: LogReader, after: number): void;
  /** Returns the messages between two sequences, both inclusive, in their order. */
  messages(first: number, last: number): AsyncIterable<readonly [sequence: number, bytes: Uint8Array]>;
  /** Returns the extent of the log. */
  extent(): Promise<LogExtent>;
  /** Returns the time of the first message from a sequence on, in milliseconds since 1970. */
  timeOf(sequence: number): Promise<number | undefined>;
  /** Deletes the messages of the log up to a sequence, which is deleted, too. */
  purge(sequence: number): Promise<void>;
  /** Records of the accounts. */
  readonly accounts: AccountTable;
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
