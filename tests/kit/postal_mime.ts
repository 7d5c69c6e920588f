import PostalMime from "postal-mime";

/** A message as `postal-mime`, which shares no code with the library, has it. */
export interface PostalMail {
  /** The fields, in order; `originalKey` is the name as it stands there. */
  headers: { key: string; originalKey: string; value: string }[];
  from?: { name: string; address?: string };
  to?: { name: string; address?: string; group?: { name: string; address: string }[] }[];
  cc?: { name: string; address?: string }[];
  replyTo?: { name: string; address?: string }[];
  subject?: string;
  messageId?: string;
  date?: string;
  html?: string;
  text?: string;
  attachments: {
    filename: string | null;
    mimeType: string;
    disposition: string | null;
    contentId?: string;
    content: ArrayBuffer | Uint8Array | string;
  }[];
}

/** Reads a message. */
export async function parseMail(message: Uint8Array): Promise<PostalMail> {
  return await PostalMime.parse(message);
}
