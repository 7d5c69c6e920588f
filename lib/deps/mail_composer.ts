/**
 * `nodemailer`'s mail-composer alone: MIME structure, encoded words, quoted-printable. It may neither read files nor fetch
 * URLs here; what is attached is put in by `lib/mail/message/`. The rest of nodemailer wants env and sys.
 * Permissions at load and to call: none. Licence: MIT-0.
 * @module
 */
import MailComposer from "npm:nodemailer@10.6.1/lib/mail-composer";

/** An address as the composer takes it. */
export interface ComposerAddress {
  name: string;
  address: string;
}

/** A part beside the text, its content still to be put in. */
export interface ComposerPart {
  filename?: string;
  content: string;
  contentType?: string;
  contentTransferEncoding?: "base64" | "7bit" | "quoted-printable";
  contentDisposition?: "attachment" | "inline";
  cid?: string;
}

/** A message as the composer takes it; every field was checked before. */
export interface ComposerMail {
  from: ComposerAddress;
  to: ComposerAddress[];
  cc: ComposerAddress[];
  replyTo: ComposerAddress[];
  subject: string;
  text?: string;
  html?: string;
  date: Date;
  messageId: string;
  inReplyTo?: string;
  references?: string;
  headers: { key: string; value: string }[];
  attachments: ComposerPart[];
  alternatives: ComposerPart[];
}

/** Composes a message: headers, empty line, body. */
export async function composeMail(mail: ComposerMail): Promise<Uint8Array> {
  const composer = new MailComposer({ ...mail, newline: "windows", disableFileAccess: true, disableUrlAccess: true });
  return await composer.compile().build();
}
