import type { MailView, NamedAddress } from "../view_types.ts";
import { deleteMail, fetchMail, markRead } from "./api.ts";
import { drawBody } from "./body.ts";
import { byId, make, plain, sizeText } from "./dom.ts";
import { mark, state } from "./list.ts";
import { prepareRelease } from "./release.ts";
import { drawVerdicts } from "./verdicts.ts";

/** Characters of a field beyond which it scrolls, also by keyboard. */
const LONG_FIELD = 200;
/** Pixels of a window that has room for the list beside a message. */
const WIDE = 700;
const TITLE = document.title;

let shown: string | undefined;

/** Returns the id of the message that is shown. */
export function shownMail(): string | undefined {
  return shown;
}

/** Shows a message. Each has an address of its own, which can be reloaded and shared: it is put into the history, or is there already. */
export async function open(id: string, place: "push" | "replace" | "keep" = "push"): Promise<void> {
  mark(id);
  let mail: MailView | undefined;
  try {
    mail = await fetchMail(id);
  } catch {
    // The list says that the sink is gone.
    return;
  }
  // Another one was chosen meanwhile.
  if (state.selected !== id) return;
  if (!mail) {
    if (place === "keep") byId("none").textContent = "This message does not exist, or no longer exists.";
    return;
  }
  const address = `/messages/${encodeURIComponent(id)}`;
  if (place === "push" && location.pathname !== address) history.pushState({}, "", address);
  if (place === "replace" && location.pathname !== address) history.replaceState({}, "", address);
  shown = id;
  draw(mail);
  if (!mail.seen) void markRead(id);
}

function draw(mail: MailView): void {
  document.body.classList.add("open");
  byId("none").hidden = true;
  byId("mail").hidden = false;
  const subject = plain(mail.subject) || "(no subject)";
  byId("subject").textContent = subject;
  document.title = `${subject} · toucan mail sink`;
  byId("facts").replaceChildren(
    ...factsOf(mail).flatMap(([name, value]) =>
      value ? [make("dt", name), make("dd", plain(value), { tabIndex: value.length > LONG_FIELD ? 0 : -1 })] : []
    ),
  );
  byId("attachments").replaceChildren(...mail.attachments.map(({ index, file, type, size }) => {
    const href = `/api/messages/${encodeURIComponent(mail.id)}/attachments/${index}`;
    const item = make("li");
    item.append(make("a", `${file} · ${sizeText(size)}`, { href, download: "", title: type }));
    return item;
  }));
  drawVerdicts(mail);
  prepareRelease(mail);
  drawBody(mail);
}

function factsOf(mail: MailView): readonly (readonly [name: string, value: string | undefined])[] {
  return [
    ["From", addresses(mail.fromAddresses) || mail.from],
    ["To", addresses(mail.toAddresses)],
    ["Cc", addresses(mail.cc)],
    ["Reply-To", addresses(mail.replyTo)],
    ["Date", mail.date && dateText(mail.date)],
    ["Envelope", `${mail.from || "<>"} → ${mail.to.join(", ")}`],
    ["Received", `${new Date(mail.received).toLocaleString()}, ${sizeText(mail.size)}`],
    ["Problem", mail.problem],
  ];
}

function addresses(list: readonly NamedAddress[]): string {
  return list.map(({ name, address }) => name ? `${name} <${address}>` : address).join(", ");
}

/** Writes the date of a message, as the reader's clock shows it. */
function dateText(text: string): string {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? new Date(text).toLocaleString() : text;
}

/** Goes back to the list. */
export function close(place: "push" | "keep" = "push"): void {
  shown = undefined;
  document.title = TITLE;
  if (place === "push" && location.pathname !== "/") history.pushState({}, "", "/");
  byId("mail").hidden = true;
  byId("none").hidden = false;
  byId("body").replaceChildren();
  document.body.classList.remove("open");
  byId("list").focus();
}

/** Deletes a message, and goes to the next. */
export async function remove(id: string | undefined): Promise<void> {
  if (!id) return;
  const at = state.messages.findIndex((mail) => mail.id === id);
  const next = state.messages[at + 1] ?? state.messages[at - 1];
  const wasShown = shown === id;
  if (!await deleteMail(id)) return;
  if (wasShown && next && innerWidth > WIDE) return await open(next.id, "replace");
  mark(next?.id);
  if (wasShown) close();
}

/** Selects a message further down in the list; further up with a negative number. */
export function step(by: number): void {
  const { messages } = state;
  const at = messages.findIndex(({ id }) => id === state.selected);
  const next = messages[at < 0 ? 0 : Math.min(Math.max(at + by, 0), messages.length - 1)];
  if (!next) return;
  if (shown) void open(next.id, "replace");
  else mark(next.id);
}
