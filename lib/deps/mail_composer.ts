/**
 * `nodemailer`'s mail-composer alone: MIME structure, encoded words, quoted-printable. It may neither read files nor fetch
 * URLs here; what is attached is put in by `lib/mail/message/`. The rest of nodemailer wants env and sys.
 * Permissions at load and to call: none. Licence: MIT-0.
 * @module
 */
import MailComposer from "npm:nodemailer@10.6.1/lib/mail-composer";

/** A part beside the text, its content still to be put in. */
export interface ComposerPart {
  filename?: string;
  content: string;
  contentType?: string;
  contentTransferEncoding?: "base64" | "7bit" | "quoted-printable";
  contentDisposition?: "attachment" | "inline";
  cid?: string;
}

/** A message as the composer takes it, without its addresses; every field was checked before. */
export interface ComposerMail {
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

/** A part of a composed message: its header, and what is in it, still to be encoded. */
export interface ComposedPart {
  /** Its header, without the empty line behind it. */
  headers: string;
  /** Boundary between the parts of a multipart. */
  boundary?: string;
  /** Its parts. */
  parts: ComposedPart[];
  /** Its content, when it is a text. */
  content: string;
  /** Content-Transfer-Encoding of the part. */
  encoding: string;
}

/** The part of a MimeNode that is read here. */
interface Node {
  getTransferEncoding(): string | false;
  buildHeaders(): string;
  childNodes: Node[];
  boundary?: string | false;
  content?: unknown;
}

/** Composes a message, except for the encoding of its contents, which the composer would do through several streams. */
export function composeMail(mail: ComposerMail): ComposedPart {
  return partOf(new MailComposer({ ...mail, disableFileAccess: true, disableUrlAccess: true }).compile());
}

function partOf(node: Node): ComposedPart {
  const encoding = node.getTransferEncoding() || "7bit";
  // It is this that makes up the boundary.
  const headers = node.buildHeaders();
  const { boundary, childNodes, content } = node;
  return {
    headers,
    ...(boundary && { boundary }),
    parts: childNodes.map(partOf),
    content: typeof content === "string" ? content : "",
    encoding,
  };
}
