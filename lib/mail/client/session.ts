import type { Security } from "../../core/mod.ts";
import type { Capabilities } from "../codec/capabilities.ts";
import type { DsnRequest } from "../codec/dsn.ts";
import type { BuiltMail } from "../message/types.ts";
import type { SmtpChannel } from "./channel.ts";
import type { PhaseClock } from "../../core/time/phase_clock.ts";

/** An SMTP session, ready for messages. */
export interface Session {
  /** Commands and replies. */
  readonly channel: SmtpChannel;
  /** The time of each phase. */
  readonly clock: PhaseClock;
  /** Capabilities of the server. */
  readonly capabilities: Capabilities;
  /** Delivery status notifications to ask for. */
  readonly dsn?: DsnRequest;
  /** Whether messages are sent with BDAT. */
  readonly chunking?: boolean;
  /** Security of the connection; undefined without TLS. */
  readonly security?: Security;
  /** The message whose first commands were sent already, together with the one before it. */
  begun?: BuiltMail;
}
