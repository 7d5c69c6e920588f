import { TimeSlice } from "../../../../core/mod.ts";
import type { ImapCommand } from "../../codec/command.ts";
import type { FetchItem } from "../../codec/fetch_items.ts";
import { writeItem } from "../message/fetch_items.ts";
import { MessageSource } from "../message/source.ts";
import type { FolderMail } from "../../../store/types.ts";
import { Output } from "../output.ts";
import { ImapRefusal, no } from "../refusal.ts";
import type { Selected } from "../selected.ts";
import type { Answer, Session } from "../session.ts";

type Fetch = ImapCommand & { readonly name: "FETCH" };
type Store = ImapCommand & { readonly name: "STORE" };

/** Refuses message numbers that the client cannot know. */
export function checkNumbers(selected: Selected, { uid, set }: Pick<Fetch, "uid" | "set">): void {
  if (!uid && !selected.covers(set)) throw new ImapRefusal("BAD", "Invalid message number");
}

/** Number of messages from which on those that were not read yet are read together. */
const MANY = 100;

/** FETCH (RFC 3501 §6.4.5). */
export async function fetch(session: Session, command: Fetch): Promise<Answer> {
  const selected = session.mailbox;
  const { folder } = selected;
  checkNumbers(selected, command);
  const items = command.uid && !command.items.some(({ kind }) => kind === "UID")
    ? [{ kind: "UID" } as const, ...command.items]
    : command.items;
  const marks = !selected.readOnly && items.some((item) => item.kind === "section" && !item.peek);
  const out = new Output(session.client);
  const slice = new TimeSlice();
  const chosen = [...selected.choose(command.set, command.uid)];
  if (chosen.length >= MANY && items.some(({ kind }) => PARSED.has(kind) || kind === "RFC822.SIZE")) {
    await folder.prepare(chosen.map(({ uid }) => uid));
  }
  let missing = false;
  for (const { number, uid } of chosen) {
    let mail = folder.get(uid);
    let seen = false;
    if (mail && marks && !mail.flags.has("\\Seen")) {
      mail = await folder.setFlags(uid, new Set([...mail.flags, "\\Seen"]));
      seen = true;
    }
    if (!mail || !await writeMessage(session, { number, mail, items, seen }, out)) missing = true;
    if (out.full) await out.send();
    if (slice.due) await slice.pass();
  }
  await out.send();
  if (missing) throw no("[EXPUNGEISSUED] Some of the messages no longer exist");
  return { text: "Fetch completed" };
}

/** Items that come from the index of messages. */
const PARSED: ReadonlySet<FetchItem["kind"]> = new Set(["ENVELOPE", "BODY", "BODYSTRUCTURE"] as const);

interface Fetched {
  readonly number: number;
  readonly mail: FolderMail;
  readonly items: readonly FetchItem[];
  /** Whether it was marked as read just now. */
  readonly seen: boolean;
}

/** Writes the response about a message; false when it is gone. */
async function writeMessage(session: Session, { number, mail, items, seen }: Fetched, out: Output): Promise<boolean> {
  const { mailbox: selected, host, client } = session;
  const source = new MessageSource(selected.folder, mail, host.cache);
  // What is gone has no response; so the first item that needs the message decides.
  const sections = items.filter((item) => item.kind === "section");
  if (sections.length > 0) {
    const whole = !sections.every(({ section: { part, what } }) => part.length === 0 && what.startsWith("HEADER"));
    if (!await (whole ? source.bytes() : source.head())) return false;
  }
  if (items.some(({ kind }) => PARSED.has(kind)) && !await source.facts()) return false;
  client.trace(
    ">",
    `* ${number} FETCH (${items.map((item) => item.kind === "section" ? item.label : item.kind).join(" ")})`,
  );
  const withFlags = seen || items.some(({ kind }) => kind === "FLAGS");
  const flags = withFlags ? selected.tell(mail) : "";
  out.text(`* ${number} FETCH (`);
  for (const [at, item] of items.entries()) {
    if (at > 0) out.text(" ");
    await writeItem(item, source, flags, out);
  }
  if (seen && !items.some(({ kind }) => kind === "FLAGS")) out.text(` FLAGS ${flags}`);
  out.text(")\r\n");
  return true;
}

/** STORE (RFC 3501 §6.4.6). */
export async function store(session: Session, command: Store): Promise<Answer> {
  const selected = session.mailbox;
  const { folder } = selected;
  const { change, uid: byUid } = command;
  checkNumbers(selected, command);
  if (selected.readOnly) throw no("[READ-ONLY] The mailbox was opened by EXAMINE");
  const slice = new TimeSlice();
  let missing = false;
  for (const { number, uid } of selected.choose(command.set, byUid)) {
    const before = folder.get(uid);
    const mail = before && await folder.setFlags(uid, changed(before.flags, change));
    if (!mail) missing = true;
    else if (change.silent) selected.note(mail);
    else session.reply(`* ${number} FETCH (${byUid ? `UID ${uid} ` : ""}FLAGS ${selected.tell(mail)})`);
    if (slice.due) {
      await session.client.flush();
      await slice.pass();
    }
  }
  if (missing) throw no("[EXPUNGEISSUED] Some of the messages no longer exist");
  return { text: "Store completed" };
}

function changed(flags: ReadonlySet<string>, { how, flags: given }: Store["change"]): ReadonlySet<string> {
  if (how === "set") return new Set(given);
  const after = new Set(flags);
  for (const flag of given) {
    if (how === "add") after.add(flag);
    else after.delete(flag);
  }
  return after;
}
