import type { ImapCommand } from "../../codec/command.ts";
import { withLineEnds } from "../../../mime/line_ends.ts";
import { no } from "../refusal.ts";
import type { Answer, Session } from "../session.ts";

/** APPEND (RFC 3501 §6.3.11). The message is stored, or it is not; the reply comes after. */
export async function append(session: Session, command: ImapCommand & { readonly name: "APPEND" }): Promise<Answer> {
  const folder = session.folder(command.mailbox, "[TRYCREATE] ");
  const { flags, received } = command;
  if (command.message.length === 0) throw no("Empty message");
  const message = withLineEnds(command.message);
  const { uid } = await folder.append([message], { flags: new Set(flags), received });
  return { text: `[APPENDUID ${folder.uidValidity} ${uid}] Append completed` };
}
