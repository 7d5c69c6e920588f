import type { SecuredClient, Trace } from "../../core/mod.ts";
import type { LineInput } from "../codec/lines.ts";
import type { DialogueOptions } from "./dialogue.ts";
import type { Incoming } from "./incoming.ts";
import type { MailFaults } from "./faults.ts";
import type { MailEnvelope, MailSinkLimits, StoredMail } from "./types.ts";

/** What a connection needs of its sink. */
export interface SinkHost extends Omit<DialogueOptions, "tls" | "hasRoom" | "peer"> {
  readonly limits: MailSinkLimits;
  /** The failures that are simulated. */
  readonly faults: MailFaults;
  /** Bytes of messages on their way, of all connections. */
  inFlight: number;
  /** Whether so many more bytes can be kept. */
  hasRoom(size: number): boolean;
  /** Buffers of connections that are over, for those to come. */
  readonly spare: Buffers[];
  /** Keeps a message. */
  keep(envelope: MailEnvelope, pieces: readonly Uint8Array[]): Promise<StoredMail> | StoredMail;
  /** Says that a client could not be served. */
  report(peer: string, error: unknown): void;
  /** Does the server's side of a TLS handshake. */
  secure(conn: Deno.Conn, signal: AbortSignal): Promise<SecuredClient>;
  /** Takes the dialogue. */
  readonly trace?: Trace;
}

/** What a connection puts into memory what comes with. */
export interface Buffers {
  readonly input: LineInput;
  readonly incoming: Incoming;
}
