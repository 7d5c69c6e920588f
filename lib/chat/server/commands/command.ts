import type { IrcMessage } from "../../codec/message.ts";
import type { Session } from "../client/session.ts";
import type { ChatState } from "../state.ts";

/** A command that clients may give. */
export interface ChatCommand {
  /** Parameters that it has to have. @default 0 */
  readonly needs?: number;
  /** Whether it may be given before the client is in. */
  readonly early?: boolean;
  /** How many lines it counts for. @default 1 */
  readonly cost?: number;
  /** Whether it counts for that many for each of the names in its first parameter. */
  readonly each?: boolean;
  /** Does it. */
  run(state: ChatState, session: Session, message: IrcMessage): void;
}

/** Commands by name. */
export type ChatCommands = Readonly<Record<string, ChatCommand>>;

/** The parts of a list with commas, without empty ones. */
export function splitList(text: string | undefined): string[] {
  return (text ?? "").split(",").filter((part) => part !== "");
}
