import type { LineInput, SecuredClient, Trace } from "../../core/mod.ts";
import type { DialogueHost } from "./dialogue.ts";
import type { Incoming } from "./incoming.ts";
import type { MailOrigin } from "../judge/judge_mail.ts";
import type { MailFaults } from "./faults.ts";
import type { MailEnvelope, StoredMail } from "../store/stored_mail.ts";

/** Services of a sink for its connections. */
export interface SinkHost extends DialogueHost {
  /** The failures that are simulated. */
  readonly faults: MailFaults;
  /** Bytes of messages being received, of all connections. */
  inFlight: number;
  /** Buffers of closed connections, for reuse. */
  readonly spare: Buffers[];
  /** Stores a message. */
  keep(envelope: MailEnvelope, pieces: readonly Uint8Array[]): Promise<StoredMail> | StoredMail;
  /** Returns the field with the results of SPF, DKIM and DMARC for a message, if messages are judged. */
  readonly judge?: (message: Uint8Array, origin: MailOrigin) => Promise<string>;
  /** Reports a client that could not be served. */
  report(peer: string, error: unknown): void;
  /** Performs the server side of a TLS handshake. */
  secure(conn: Deno.Conn, signal: AbortSignal): Promise<SecuredClient>;
  /** Receives the dialogue. */
  readonly trace?: Trace;
}

/** Buffers of a connection. */
export interface Buffers {
  readonly input: LineInput;
  readonly incoming: Incoming;
}
