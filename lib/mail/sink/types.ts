import type { KeyPair, ServerTls, ToucanError, Trace } from "../../core/mod.ts";
import type { MailFaultSettings } from "./faults.ts";
import type { MailEnvelope, StoredMail } from "./stored_mail.ts";

export type { MailEnvelope, StoredMail } from "./stored_mail.ts";

/** What has changed in a store: a message that was added, or the id of one that was removed. */
export type MailChange = { readonly added: StoredMail } | { readonly removed: string };

/** What a sink keeps messages in. */
export interface MailStore extends AsyncDisposable {
  /** All messages, the oldest first. */
  readonly messages: readonly StoredMail[];
  /** How many there are. */
  readonly count: number;
  /** A number that grows with each change. */
  readonly version: number;
  /** Bytes of all of them. */
  readonly bytes: number;
  /** Keeps a message, for good when the promise resolves; its pieces are the caller's again then. */
  add(envelope: MailEnvelope, pieces: readonly Uint8Array[]): Promise<StoredMail> | StoredMail;
  /** The message of this id; nothing when there is none. */
  get(id: string): StoredMail | undefined;
  /** The bytes of a message, at most `limit` from its beginning; nothing when there is none of this id. */
  read(id: string, limit?: number): Promise<Uint8Array | undefined>;
  /** Takes a message away; says whether there was one. */
  remove(id: string): Promise<boolean>;
  /** Resolves when there is another message than there were before the call, or when one was taken away, or the signal fires. */
  changed(signal?: AbortSignal): Promise<void>;
  /** Calls for each change from now on, until what it returns is called. */
  watch(watcher: (change: MailChange) => void): () => void;
}

/** What a sink allows. Sizes are in bytes, times in milliseconds. */
export interface MailSinkLimits {
  /** Bytes of a message. @default 67108864 */
  readonly messageSize: number;
  /** Recipients of a message. @default 1000 */
  readonly recipients: number;
  /** Clients at once. @default 1000 */
  readonly connections: number;
  /** Messages that are kept; beyond it new ones are refused. @default 100000 */
  readonly messages: number;
  /** Bytes of messages that are kept or on their way; beyond it new ones are refused. @default 1073741824 */
  readonly heldBytes: number;
  /** Time for a command to come whole, and for a reply to be taken. @default 60000 */
  readonly idleTime: number;
  /** Time for a TLS handshake, where that is less than `idleTime`. @default 10000 */
  readonly handshakeTime: number;
  /** Time in which a message has to bring 1024 bytes, or its end. @default 30000 */
  readonly dataTime: number;
}

/** How {@link mailSink} serves. */
export interface MailSinkOptions extends MailFaultSettings {
  /** The address that it listens on. @default "127.0.0.1" */
  readonly host?: string;
  /** The port, 0 for a free one. @default 0 */
  readonly port?: number;
  /** The certificate for STARTTLS, or for TLS from the first byte. @default one made in memory, where TLS is spoken */
  readonly keyPair?: ServerTls & Pick<KeyPair, "pin">;
  /**
   * Whether it offers STARTTLS. Many clients use it whenever it is offered, and reject a self-signed certificate.
   * @default whether there is a `keyPair`
   */
  readonly startTls?: boolean;
  /** Whether it speaks TLS from the first byte, without STARTTLS. */
  readonly implicitTls?: boolean;
  /**
   * Whether passwords are accepted in the clear (AUTH PLAIN, LOGIN and XOAUTH2 without TLS).
   * @default whether it listens on loopback
   */
  readonly authWithoutTls?: boolean;
  /** Credentials of clients; without them all clients may send, with any credentials or none. Failed logins are limited per address. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Recipients that are refused, as a mailbox may not exist: addresses, domains as `@example.com`, patterns as `bob@*`, or `*`. */
  readonly refuse?: readonly string[];
  /** A maildir to keep messages in, which is made if it is not there. @default memory */
  readonly directory?: string;
  /** What it allows, where that is not the default. */
  readonly limits?: Partial<MailSinkLimits>;
  /** Stops it, as `shutdown` does. */
  readonly signal?: AbortSignal;
  /** Called for each message that was stored. */
  readonly onMail?: (mail: StoredMail) => void;
  /** Called for each sender, recipient and message that was refused: by `refuse`, `fail`, a limit, or for what is no message. */
  readonly onRefused?: (refusal: MailRefusal) => void;
  /** Called when a client could not be served as it wanted: cut, failed. */
  readonly onFault?: (fault: MailSinkFault) => void;
  /** Takes every dialogue, secrets masked. */
  readonly trace?: Trace;
}

/** A sender, a recipient or a message that a sink has refused. */
export interface MailRefusal extends MailEnvelope {
  /** The client's address. */
  readonly peer: string;
  /** The reply that it got, such as `550 5.1.1 no such mailbox here`; empty when the connection was closed without one. */
  readonly reply: string;
}

/** Something that went wrong with a client of a sink. */
export interface MailSinkFault {
  /** The client's address. */
  readonly peer: string;
  /** What went wrong. */
  readonly error: ToucanError;
}
