import type { ImapCommand } from "../../codec/command.ts";
import { matchesPattern } from "../../codec/list_pattern.ts";
import { DELIMITER, encodeMailboxName } from "../../codec/mailbox_name.ts";
import { specialUse } from "../../codec/special_use.ts";
import { formatAstring } from "../../codec/text.ts";
import { no } from "../refusal.ts";
import type { Answer, Session } from "../session.ts";

type Named<Name extends ImapCommand["name"]> = ImapCommand & { readonly name: Name };

/** LIST and LSUB (RFC 3501 §6.3.8 and §6.3.9; RFC 6154). */
export function list(
  session: Session,
  { name: command, reference, pattern, special }: Named<"LIST" | "LSUB">,
): Answer {
  const { owner } = session;
  if (pattern === "" && command === "LIST") {
    session.reply(`* LIST (\\Noselect) "${DELIMITER}" ""`);
    return { text: "List completed" };
  }
  const existing = new Set(owner.folders());
  const wanted = command === "LIST" ? existing : owner.subscribed;
  const listed = new Map<string, boolean>();
  for (const name of wanted) {
    // A level above that matches is named even if it is not a mailbox: otherwise % would hide what is below.
    const levels = name.split(DELIMITER);
    for (let count = 1; count < levels.length; count++) {
      const above = levels.slice(0, count).join(DELIMITER);
      if (!listed.has(above) && !wanted.has(above)) listed.set(above, false);
    }
    listed.set(name, true);
  }
  const below = new Set([...listed.keys()].flatMap((name) => {
    const end = name.lastIndexOf(DELIMITER);
    return end < 0 ? [] : [name.slice(0, end)];
  }));
  for (const [name, is] of [...listed].sort(([one], [other]) => byName(one, other))) {
    const wire = encodeMailboxName(name);
    if (!matchesPattern(reference + pattern, wire)) continue;
    if (!is && matchesPattern(reference + pattern, `${wire}${DELIMITER}x`)) continue;
    const use = is && command === "LIST" ? specialUse(name) : undefined;
    if (special && use === undefined) continue;
    const flags = [
      ...(is && (command === "LSUB" || existing.has(name)) ? [] : ["\\Noselect"]),
      ...(command === "LSUB" ? [] : [below.has(name) ? "\\HasChildren" : "\\HasNoChildren"]),
      ...(use === undefined ? [] : [use]),
    ];
    session.reply(`* ${command} (${flags.join(" ")}) "${DELIMITER}" ${formatAstring(wire)}`);
  }
  return { text: command === "LIST" ? "List completed" : "Lsub completed" };
}

function byName(one: string, other: string): number {
  if (one === "INBOX" || other === "INBOX") return one === other ? 0 : one === "INBOX" ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** CREATE (RFC 3501 §6.3.3). */
export async function create(session: Session, { mailbox }: Named<"CREATE">): Promise<Answer> {
  // A delimiter at the end announces that there will be mailboxes below.
  const name = session.name(mailbox.replace(/\/$/, ""));
  if (session.owner.folder(name)) throw no("[ALREADYEXISTS] Mailbox already exists");
  await session.owner.create(name);
  return { text: "Create completed" };
}

/** DELETE (RFC 3501 §6.3.4). */
export async function remove(session: Session, { mailbox }: Named<"DELETE">): Promise<Answer> {
  const { name } = session.folder(mailbox);
  if (name === "INBOX") throw no("[CANNOT] INBOX cannot be deleted");
  if (session.selected?.folder.name === name) session.select(undefined);
  if (!await session.owner.delete(name)) throw no("[NONEXISTENT] Mailbox does not exist");
  return { text: "Delete completed" };
}

/** RENAME (RFC 3501 §6.3.5); of INBOX, which remains, the messages are moved. */
export async function rename(session: Session, { mailbox, to }: Named<"RENAME">): Promise<Answer> {
  const folder = session.folder(mailbox);
  const { owner } = session;
  const name = session.name(to);
  if (owner.folder(name)) throw no("[ALREADYEXISTS] Mailbox already exists");
  if (name.startsWith(`${folder.name}${DELIMITER}`)) throw no("[CANNOT] A mailbox cannot be moved below itself");
  if (!await owner.rename(folder.name, name)) throw no("[NONEXISTENT] Mailbox does not exist");
  return { text: "Rename completed" };
}

/** SUBSCRIBE and UNSUBSCRIBE (RFC 3501 §6.3.6 and §6.3.7). */
export async function subscribe(
  session: Session,
  { name: command, mailbox }: Named<"SUBSCRIBE" | "UNSUBSCRIBE">,
): Promise<Answer> {
  const on = command === "SUBSCRIBE";
  const name = on ? session.folder(mailbox).name : session.name(mailbox);
  await session.owner.subscribe(name, on);
  return { text: on ? "Subscribe completed" : "Unsubscribe completed" };
}

/** STATUS (RFC 3501 §6.3.10). */
export function status(session: Session, { mailbox, items }: Named<"STATUS">): Answer {
  const folder = session.folder(mailbox);
  const { uidNext, uidValidity, count, messages } = folder;
  const last = session.host.recents.get(folder) ?? 0;
  const values: Readonly<Record<string, () => number>> = {
    MESSAGES: () => count,
    RECENT: () => messages.filter(({ uid }) => uid > last).length,
    UIDNEXT: () => uidNext,
    UIDVALIDITY: () => uidValidity,
    UNSEEN: () => messages.filter(({ flags }) => !flags.has("\\Seen")).length,
  };
  const pairs = items.map((item) => `${item} ${values[item]?.() ?? 0}`).join(" ");
  session.reply(`* STATUS ${formatAstring(encodeMailboxName(folder.name))} (${pairs})`);
  return { text: "Status completed" };
}
