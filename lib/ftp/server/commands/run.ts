import type { Job } from "../connection/transfer.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Answer, Session } from "../session/session.ts";
import { COMMANDS } from "./table.ts";

/** Runs a command of a client; failures become answers. */
export async function runCommand(session: Session, verb: string, argument: string): Promise<Answer | Job> {
  session.path = undefined;
  if (verb !== "RNTO") session.renameFrom = undefined;
  const rule = COMMANDS.get(verb);
  if (!rule) return { code: 500, text: "Unknown command" };
  if (rule.login && !session.tree) return { code: 530, text: "Please log in with USER and PASS" };
  try {
    return await rule.run(session, argument);
  } catch (error) {
    if (error instanceof FtpRefusal) return { code: error.reply, text: error.message };
    session.host.report(session.peer, error);
    return { code: 451, text: "Local error in processing" };
  }
}

/** Whether a command with this answer belongs in the log. */
export function isLogged(verb: string, code: number): boolean {
  return COMMANDS.get(verb)?.logged === true || (verb === "PASS" && code >= 400);
}
