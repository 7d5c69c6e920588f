import type { ImapCommand } from "../../codec/command.ts";
import { Selected } from "../selected.ts";
import type { Answer, Session } from "../session.ts";
import { removeDeleted } from "./move.ts";

const FLAGS = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];

/** SELECT and EXAMINE (RFC 3501 §6.3.1 and §6.3.2). One that fails leaves no mailbox selected. */
export function select(session: Session, command: ImapCommand & { readonly name: "SELECT" | "EXAMINE" }): Answer {
  const { host } = session;
  session.select(undefined);
  const folder = session.folder(command.mailbox);
  const readOnly = command.name === "EXAMINE";
  const selected = new Selected(folder, readOnly, host.recents);
  session.select(selected);
  const { messages, uidValidity, uidNext } = folder;
  const flags = [...new Set([...FLAGS, ...messages.flatMap((mail) => [...mail.flags])])];
  const unseen = messages.find((mail) => !mail.flags.has("\\Seen"));
  session.reply(`* FLAGS (${flags.join(" ")})`);
  session.reply(`* OK [PERMANENTFLAGS (${readOnly ? "" : [...flags, "\\*"].join(" ")})] Flags permitted`);
  session.reply(`* ${selected.count} EXISTS`);
  session.reply(`* ${selected.recentCount} RECENT`);
  if (unseen) session.reply(`* OK [UNSEEN ${selected.number(unseen.uid)}] First unseen`);
  session.reply(`* OK [UIDVALIDITY ${uidValidity}] UIDs valid`);
  session.reply(`* OK [UIDNEXT ${uidNext}] Predicted next UID`);
  return { text: readOnly ? "[READ-ONLY] Examine completed" : "[READ-WRITE] Select completed" };
}

/** CLOSE (RFC 3501 §6.4.2): removes what has \Deleted, and tells nothing of it. */
export async function close(session: Session): Promise<Answer> {
  const selected = session.mailbox;
  if (!selected.readOnly) await removeDeleted(selected);
  session.select(undefined);
  return { text: "Close completed" };
}

/** UNSELECT (RFC 3691): removes nothing. */
export function unselect(session: Session): Answer {
  session.select(undefined);
  return { text: "Unselect completed" };
}
