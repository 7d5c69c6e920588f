import type { Envelope, EnvelopeAddress } from "../../../mime/envelope.ts";
import { ImapResponseError, type ImapValue, isList, valueList, valueText } from "./values.ts";

/**
 * Reads an ENVELOPE (RFC 3501 §7.4.2). Encoded words are as they stand.
 *
 * @throws {ImapResponseError} When it is not a list of ten.
 */
export function parseEnvelope(value: ImapValue): Envelope {
  if (!isList(value) || value.length < 10) throw new ImapResponseError("an invalid ENVELOPE");
  const [date, subject, from, sender, replyTo, to, cc, bcc, inReplyTo, messageId] = value;
  const texts = { date: valueText(date), subject: valueText(subject) };
  const ids = { inReplyTo: valueText(inReplyTo), messageId: valueText(messageId) };
  return {
    ...defined(texts),
    ...{ from: addresses(from), sender: addresses(sender), replyTo: addresses(replyTo) },
    ...{ to: addresses(to), cc: addresses(cc), bcc: addresses(bcc) },
    ...defined(ids),
  };
}

function addresses(value: ImapValue | undefined): EnvelopeAddress[] {
  return valueList(value).filter(isList).map(([name, route, mailbox, host]) =>
    defined({ name: valueText(name), route: valueText(route), mailbox: valueText(mailbox), host: valueText(host) })
  );
}

/** Leaves out what is undefined. */
function defined<T extends Readonly<Record<string, string | undefined>>>(object: T): T {
  for (const name in object) if (object[name] === undefined) delete object[name];
  return object;
}
