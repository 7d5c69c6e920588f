import type { MailView } from "../view_types.ts";
import { fetchRelay, releaseMail } from "./api.ts";
import { buttonById, byId, inputById, plain } from "./dom.ts";

const form = byId("releasing");
const recipients = inputById("recipients");
const status = byId("released");

let shown: MailView | undefined;

/** Shows the button that releases messages, where the sink has a relay. */
export async function offerRelease(): Promise<void> {
  const server = await fetchRelay();
  if (server === undefined) return;
  const button = buttonById("release");
  button.hidden = false;
  button.title = `Send to ${plain(server)}`;
  button.addEventListener("click", () => {
    form.hidden = !form.hidden;
    if (!form.hidden) recipients.focus();
  });
  recipients.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    form.hidden = true;
    button.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!shown) return;
    const { id } = shown;
    status.textContent = "…";
    const result = await releaseMail(id, [recipients.value]);
    // Another message may be shown meanwhile.
    if (shown?.id === id) status.textContent = plain(result);
  });
}

/** Prepares the form for a message: its recipients are those of the envelope. */
export function prepareRelease(mail: MailView): void {
  if (shown?.id === mail.id) return;
  shown = mail;
  form.hidden = true;
  status.textContent = "";
  recipients.value = mail.to.join(", ");
}
