import type { Handler } from "../session/session.ts";

/** Command of the server. */
export interface CommandRule {
  /** Runs it. */
  readonly run: Handler;
  /** Whether it requires a login. */
  readonly login?: boolean;
  /** Whether it belongs in the log. */
  readonly logged?: boolean;
}

/** Commands of a room. */
export type CommandRules = Readonly<Record<string, CommandRule>>;
