import type { IrcMessage } from "../../codec/message.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";

/** Command of a client. */
export interface ChatCommand {
  /**
   * Number of required parameters.
   *
   * @default {0}
   */
  readonly needs?: number;
  /**
   * Whether it is permitted before registration.
   *
   * @default {false}
   */
  readonly early?: boolean;
  /**
   * Cost in lines, for the rate limit.
   *
   * @default {1}
   */
  readonly cost?: number;
  /**
   * Whether the cost applies to each target in the first parameter.
   *
   * @default {false}
   */
  readonly each?: boolean;
  /**
   * Whether it changes what clients of other servers see, possibly depending on its parameters and on the client: in a network of servers
   * it then takes effect when the log has it.
   *
   * @default {false}
   */
  readonly shared?: boolean | ((params: readonly string[], session?: Session) => boolean);
  /**
   * Whether it concerns one client, also where that is one of several of a member.
   *
   * @default {false}
   */
  readonly own?: boolean;
  /** Runs the command. */
  run(state: ChatState, session: Session, message: IrcMessage): void;
}

/** Commands by name. */
export type ChatCommands = Readonly<Record<string, ChatCommand>>;

/** Splits a comma-separated list, without empty parts. */
export function splitList(text: string | undefined): string[] {
  return (text ?? "").split(",").filter((part) => part !== "");
}
