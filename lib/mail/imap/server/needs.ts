import type { KeyPair, ListenInput, ServerTls, Trace } from "../../../core/mod.ts";
import type { MailEnvelope, StoredMail } from "../../sink/stored_mail.ts";

export interface FolderMail {
  readonly uid: number;
  readonly mail: StoredMail;
  readonly flags: ReadonlySet<string>;
}
export type FolderChange = { added: FolderMail } | { removed: number } | { flags: FolderMail };
export interface MailFolder {
  readonly name: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly messages: readonly FolderMail[];
  readonly count: number;
  get(uid: number): FolderMail | undefined;
  read(uid: number, limit?: number): Promise<Uint8Array | undefined>;
  setFlags(uid: number, flags: Iterable<string>): Promise<FolderMail | undefined>;
  append(
    pieces: readonly Uint8Array[],
    options?: { flags?: Iterable<string>; received?: number; envelope?: MailEnvelope },
  ): Promise<FolderMail>;
  copy(uids: readonly number[], to: MailFolder): Promise<Map<number, number>>;
  move(uids: readonly number[], to: MailFolder): Promise<Map<number, number>>;
  remove(uids: readonly number[]): Promise<number[]>;
  watch(watcher: (change: FolderChange) => void): () => void;
}
export interface MailAccount {
  readonly inbox: MailFolder;
  folders(): readonly string[];
  folder(name: string): MailFolder | undefined;
  create(name: string): Promise<MailFolder>;
  delete(name: string): Promise<boolean>;
  rename(from: string, to: string): Promise<boolean>;
  subscribed: ReadonlySet<string>;
  subscribe(name: string, on: boolean): Promise<void>;
}
export interface LineClient {
  readonly peer: string;
  readonly local: string;
  readonly secure: boolean;
  readonly leaving: AbortSignal;
  line(options?: { limit?: number; timeout?: number }): Promise<Uint8Array | null>;
  read(into: Uint8Array): Promise<number | null>;
  readonly pending: number;
  reply(text: string): void;
  write(bytes: Uint8Array): Promise<void>;
  flush(): Promise<void>;
  startTls(): Promise<void>;
  trace(direction: "<" | ">" | "*", text: string): void;
}
export interface LineServerOptions {
  tls?: ServerTls & Pick<KeyPair, "pin">;
  implicitTls?: boolean;
  maxConnections?: number;
  idleTimeout?: number;
  signal?: AbortSignal;
  trace?: Trace;
  onFault?: (fault: { peer: string; error: unknown }) => void;
  farewell: { timeout: string; stopping: string; tooMany: string };
}
export interface LineServer extends AsyncDisposable {
  addr: Deno.NetAddr;
  address: string;
  port: number;
  pin?: string;
  finished: Promise<void>;
  connections: number;
  shutdown(): Promise<void>;
}
export declare function serveLines(
  listen: ListenInput,
  serve: (client: LineClient) => Promise<void>,
  options: LineServerOptions,
): LineServer;
export declare class LineViolation extends Error {
  code: string;
}
