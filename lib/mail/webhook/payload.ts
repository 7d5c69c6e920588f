import { clipped, summaryOf } from "../inbox/view.ts";
import type { MailSummary } from "../inbox/view_types.ts";
import { parseMail } from "../mime/parse_mail.ts";
import type { MailStore, StoredMail } from "../store/types.ts";

/** Bytes of the beginning of a message in which its header is looked for. */
const HEAD_BYTES = 64 * 1024;

/** Body of a request of a webhook: a message as the list of an inbox has it. */
export interface MailWebhookPayload extends MailSummary {
  /** Kind of the event. */
  readonly event: "mail";
}

/** Returns the body of the request for a message; one that was removed meanwhile has its envelope only. */
export async function payloadOf(store: Pick<MailStore, "read">, mail: StoredMail): Promise<MailWebhookPayload> {
  const bytes = await store.read(mail.id, HEAD_BYTES);
  return { event: "mail", ...clipped(summaryOf(mail, bytes && parsedHead(bytes))) };
}

function parsedHead(bytes: Uint8Array): ReturnType<typeof parseMail> | undefined {
  const end = new TextDecoder("latin1").decode(bytes).indexOf("\r\n\r\n");
  try {
    return parseMail(end < 0 ? bytes : bytes.subarray(0, end + 4));
  } catch {
    // Beyond the limits of a header: the envelope is known.
    return undefined;
  }
}
