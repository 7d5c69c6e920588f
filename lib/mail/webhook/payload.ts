import { clipped, summaryOf } from "../inbox/view.ts";
import type { MailSummary } from "../inbox/view_types.ts";
import { readHeader } from "../mime/parse_mail.ts";
import type { MailStore, StoredMail } from "../store/types.ts";

/** Body of a request of a webhook: a message as the list of an inbox has it. */
export interface MailWebhookPayload extends MailSummary {
  /** Kind of the event. */
  readonly event: "mail";
}

/** Returns the body of the request for a message; one that was removed meanwhile has its envelope only. */
export async function payloadOf(store: Pick<MailStore, "parsed">, mail: StoredMail): Promise<MailWebhookPayload> {
  const facts = await store.parsed(mail.id);
  return { event: "mail", ...clipped(summaryOf(mail, facts && readHeader(facts.fields))) };
}
