import type { Security } from "../../core/mod.ts";
import type { Capabilities } from "../codec/capabilities.ts";
import type { BuiltMail } from "../message/types.ts";
import type { SmtpChannel } from "./channel.ts";
import type { PhaseClock } from "./phase_clock.ts";

/** What a session has, ready for messages. */
export interface Session {
  /** Commands and replies. */
  readonly channel: SmtpChannel;
  /** The time of each phase. */
  readonly clock: PhaseClock;
  /** What the server can do. */
  readonly capabilities: Capabilities;
  /** How the connection is secured; nothing when it is plain. */
  readonly security?: Security;
  /** The message whose first commands were sent already, together with the one before it. */
  begun?: BuiltMail;
}
