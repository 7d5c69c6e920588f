import type { KeyPair, ServerTls, ToucanError, Trace } from "../../core/mod.ts";
import type { SinkJudgeOptions } from "./sink_judge.ts";
import type { MailFaultSettings } from "./faults.ts";
import type { MailEnvelope, StoredMail } from "../store/stored_mail.ts";

/** Limits of a sink. Sizes are in bytes, times in milliseconds. */
export interface MailSinkLimits {
  /**
   * Bytes of a message.
   *
   * @default {67108864}
   */
  readonly messageSize: number;
  /**
   * Recipients of a message.
   *
   * @default {1000}
   */
  readonly recipients: number;
  /**
   * Simultaneous connections.
   *
   * @default {1000}
   */
  readonly connections: number;
  /**
   * Messages to store; beyond it new ones are refused.
   *
   * @default {100000}
   */
  readonly messages: number;
  /**
   * Bytes of messages stored or being received; beyond it new ones are refused.
   *
   * @default {1073741824}
   */
  readonly heldBytes: number;
  /**
   * Timeout for a command, and for a reply to be read by the client.
   *
   * @default {60000}
   */
  readonly idleTime: number;
  /**
   * Timeout for a TLS handshake; at most `idleTime`.
   *
   * @default {10000}
   */
  readonly handshakeTime: number;
  /**
   * Time in which 1024 bytes of a message, or its end, must arrive.
   *
   * @default {30000}
   */
  readonly dataTime: number;
}

/** Options of {@link mailSink}. */
export interface MailSinkOptions extends MailFaultSettings {
  /**
   * Address to listen on.
   *
   * @default {"127.0.0.1"}
   */
  readonly host?: string;
  /**
   * Port, 0 for a free one.
   *
   * @default {0}
   */
  readonly port?: number;
  /**
   * Port for implicit TLS beside the other one, 0 for a free one.
   *
   * @default {none}
   */
  readonly smtpsPort?: number;
  /**
   * Certificate for STARTTLS or implicit TLS.
   *
   * @default {a self-signed one if TLS is enabled}
   */
  readonly keyPair?: ServerTls & Pick<KeyPair, "pin">;
  /**
   * Whether to offer STARTTLS. Many clients use it whenever it is offered, and reject a self-signed certificate.
   *
   * @default {whether there is a `keyPair`}
   */
  readonly startTls?: boolean;
  /**
   * Whether to use implicit TLS: from the first byte, without STARTTLS.
   *
   * @default {false}
   */
  readonly implicitTls?: boolean;
  /**
   * Whether to accept passwords without TLS (AUTH PLAIN, LOGIN and XOAUTH2).
   *
   * @default {whether it listens on loopback}
   */
  readonly authWithoutTls?: boolean;
  /**
   * Credentials that clients must present; without them all clients may send, with any credentials or none. Failed logins are limited
   * per address.
   *
   * @default {no authentication}
   */
  readonly credentials?: { readonly user: string; readonly password: string };
  /**
   * Recipients to refuse: addresses, domains such as `@example.com`, patterns such as `bob@*`, or `*`.
   *
   * @default {none}
   */
  readonly refuse?: readonly string[];
  /**
   * Judges messages by SPF, DKIM and DMARC as they arrive; the results are stored on top of each (`Authentication-Results`).
   *
   * @default {messages are not judged}
   */
  readonly judge?: SinkJudgeOptions;
  /**
   * Maildir to store messages in; created if it does not exist.
   *
   * @default {messages are stored in memory}
   */
  readonly directory?: string;
  /**
   * Whether each recipient has a mailbox of its own, for {@link MailStore.account}.
   *
   * @default {false}
   */
  readonly mailboxes?: boolean;
  /**
   * Limits that differ from {@link MAIL_SINK_LIMITS}.
   *
   * @default {none}
   */
  readonly limits?: Partial<MailSinkLimits>;
  /**
   * Signal that stops the sink, as `shutdown` does.
   *
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * Called for each message that was stored.
   *
   * @default {undefined}
   */
  readonly onMail?: (mail: StoredMail) => void;
  /**
   * Called for each sender, recipient and message that was refused: by `refuse`, `fail`, a limit or a protocol violation.
   *
   * @default {undefined}
   */
  readonly onRefused?: (refusal: MailRefusal) => void;
  /**
   * Called when a client failed or was disconnected.
   *
   * @default {undefined}
   */
  readonly onFault?: (fault: MailSinkFault) => void;
  /**
   * Receives every dialogue, secrets masked.
   *
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** A sender, a recipient or a message that a sink has refused. */
export interface MailRefusal extends MailEnvelope {
  /** The client's address. */
  readonly peer: string;
  /** The reply that it got, such as `550 5.1.1 Mailbox unavailable`; empty when the connection was closed without one. */
  readonly reply: string;
}

/** Something that went wrong with a client of a sink. */
export interface MailSinkFault {
  /** The client's address. */
  readonly peer: string;
  /** The error. */
  readonly error: ToucanError;
}
