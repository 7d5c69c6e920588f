import type { LineServerOptions } from "../../core/lines/server/types.ts";
import { isLoopback, type KeyPair, type LoginLimit, type ServerTls } from "../../core/mod.ts";
import type { MailAccount, MailEnvelope, MailStore, StoredMail } from "../store/types.ts";
import { same } from "./authenticator.ts";
import type { FaultSource } from "./faults.ts";
import type { MailSinkLimits, MailSinkOptions } from "./types.ts";

/** A server that shows the mail of a sink by another protocol. */
export interface AttachedServer {
  /** Stops it; resolves when it uses the store no more. */
  shutdown(): Promise<void>;
}

/** Options that servers of other protocols (POP3, IMAP, NNTP) share with a sink: spread it into theirs. */
export interface MailSinkAccess extends Pick<LineServerOptions, "maxConnections" | "signal" | "trace" | "onFault"> {
  /**
   * Returns the account of a user; undefined when the user or the password is wrong. Without credentials of the sink, all are right. With a
   * mailbox for each recipient, the user is a recipient's address, and the user of the sink's credentials has all messages.
   */
  readonly login: (user: string, password: string) => MailAccount | undefined;
  /** Returns the password of a user, for SCRAM-SHA-256; undefined where the sink has no credentials. */
  readonly passwordOf?: (user: string) => string | undefined;
  /** Whether the sink has credentials. */
  readonly requiresLogin: boolean;
  /** Whether a message of this many bytes can be stored. */
  readonly hasRoom: (size: number) => boolean;
  /** Stores a message, as if it came by SMTP. */
  readonly keep: (envelope: MailEnvelope, pieces: readonly Uint8Array[]) => Promise<StoredMail> | StoredMail;
  /** Limit of failed logins. */
  readonly logins: LoginLimit;
  /** Whether passwords are accepted without TLS. */
  readonly authWithoutTls: boolean;
  /** Failures to simulate. */
  readonly faults: FaultSource;
  /** Returns the TLS of a port: from the first byte, or by a command where the sink offers that. */
  readonly security: (implicit: boolean) => Pick<LineServerOptions, "tls" | "implicitTls">;
  /** Stops a server together with the sink, before the store is closed. */
  readonly attach: (server: AttachedServer) => void;
}

/** Parts of a sink for {@link sinkAccess}. */
interface Parts {
  readonly store: MailStore;
  readonly options: MailSinkOptions;
  readonly limits: MailSinkLimits;
  readonly logins: LoginLimit;
  readonly faults: FaultSource;
  readonly hostname: string;
  readonly keyPair?: ServerTls & Pick<KeyPair, "pin">;
  readonly attached: AttachedServer[];
  readonly reception: Pick<MailSinkAccess, "hasRoom" | "keep">;
}

/** Returns the options that other servers share with a sink. */
export function sinkAccess(
  { store, options, limits, logins, faults, hostname, keyPair, attached, reception }: Parts,
): MailSinkAccess {
  const { credentials, mailboxes = false, implicitTls = false, startTls = options.keyPair !== undefined } = options;
  const isKnown = (user: string) => credentials !== undefined && (mailboxes || same(user, credentials.user));
  return {
    passwordOf: credentials && ((user) => isKnown(user) ? credentials.password : undefined),
    login(user, password) {
      if (!credentials) return store.account(user);
      if (!same(password, credentials.password) || !isKnown(user)) return undefined;
      return store.account(same(user, credentials.user) ? undefined : user);
    },
    requiresLogin: credentials !== undefined,
    ...reception,
    logins,
    authWithoutTls: options.authWithoutTls ?? isLoopback(hostname),
    faults,
    maxConnections: limits.connections,
    ...{ signal: options.signal, trace: options.trace, onFault: options.onFault },
    security: (implicit) =>
      implicit || implicitTls ? { tls: keyPair, implicitTls: true } : startTls ? { tls: keyPair } : {},
    attach: (server) => void attached.push(server),
  };
}
