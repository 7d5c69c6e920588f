import type { StoredMail } from "../../store/stored_mail.ts";
import type { MailFilter } from "./query.ts";
import type { MailReader } from "../reader.ts";

/** Whether a message fits what of a filter can be told by its envelope. */
export function mayFit(mail: StoredMail, { to, before }: MailFilter, recipients?: ReadonlySet<string>): boolean {
  if (before !== undefined && mail.received >= before) return false;
  if (to === undefined) return true;
  return recipients ? recipients.has(to) : mail.to.some((address) => address.toLowerCase() === to);
}

/** Whether a filter asks for what is in messages. */
export function needsLook({ words, from, subject, attachment }: MailFilter): boolean {
  return words.length > 0 || from !== undefined || subject !== undefined || attachment;
}

/** Those of the messages that fit, in their order. */
export async function matching(
  all: readonly StoredMail[],
  reader: MailReader,
  filter: MailFilter,
  signal: AbortSignal,
): Promise<StoredMail[]> {
  const possible = all.filter((mail) => mayFit(mail, filter));
  if (!needsLook(filter)) return possible;
  return await reader.search(possible, filter, signal);
}
