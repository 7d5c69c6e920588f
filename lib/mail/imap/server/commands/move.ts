import type { ImapCommand } from "../../codec/command.ts";
import { formatSet, type SequenceSet } from "../../codec/sequence_set.ts";
import { no } from "../refusal.ts";
import type { Selected } from "../selected.ts";
import type { Answer, Session } from "../session.ts";
import { checkNumbers } from "./fetch.ts";

/** COPY (RFC 3501 §6.4.7) and MOVE (RFC 6851). */
export async function copyOrMove(
  session: Session,
  command: ImapCommand & { readonly name: "COPY" | "MOVE" },
): Promise<Answer> {
  const selected = session.mailbox;
  checkNumbers(selected, command);
  const moves = command.name === "MOVE";
  if (moves && selected.readOnly) throw no("[READ-ONLY] The mailbox was opened by EXAMINE");
  const to = session.folder(command.mailbox, "[TRYCREATE] ");
  const uids = [...selected.choose(command.set, command.uid)].map(({ uid }) => uid);
  if (uids.some((uid) => !selected.folder.get(uid))) throw no("[EXPUNGEISSUED] Some of the messages no longer exist");
  if (uids.length === 0) return { text: "No messages found" };
  const copied = await selected.folder[moves ? "move" : "copy"](uids, to);
  const pairs = [...copied].sort(([one], [other]) => one - other);
  const from = formatSet(pairs.map(([uid]) => uid));
  const code = `[COPYUID ${to.uidValidity} ${from} ${formatSet(pairs.map(([, uid]) => uid))}]`;
  if (pairs.length === 0) return { text: "No messages found" };
  if (!moves) return { text: `${code} Copy completed` };
  session.reply(`* OK ${code} Moved`);
  return { text: "Move completed" };
}

/** EXPUNGE (RFC 3501 §6.4.3) and UID EXPUNGE (RFC 4315). */
export async function expunge(session: Session, command: ImapCommand & { readonly name: "EXPUNGE" }): Promise<Answer> {
  const selected = session.mailbox;
  if (selected.readOnly) throw no("[READ-ONLY] The mailbox was opened by EXAMINE");
  await removeDeleted(selected, command.set);
  return { text: "Expunge completed" };
}

/** Removes the messages with \Deleted that the client knows of. */
export async function removeDeleted(selected: Selected, set: SequenceSet = [{ from: 1, to: Infinity }]): Promise<void> {
  const { folder } = selected;
  const uids = [...selected.choose(set, true)].map(({ uid }) => uid);
  const deleted = uids.filter((uid) => folder.get(uid)?.flags.has("\\Deleted"));
  if (deleted.length > 0) await folder.remove(deleted);
}
