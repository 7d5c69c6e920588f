import { FACT_FIELDS } from "../../index/facts.ts";
import { headBudget, type MailField, readHead } from "../../mime/fields.ts";
import type { FolderMail, MailFolder } from "../../store/types.ts";
import { isMessageId } from "../codec/command.ts";
import type { Overview } from "../codec/overview.ts";
import { MessageIds } from "./message_ids.ts";

/** Bytes of a message that are read for its header. */
const MAX_HEAD_BYTES = 1 << 20;

const encoder = new TextEncoder();

/** An article as a client receives it, in two pieces. */
export interface ArticleText {
  /** Its message id. */
  readonly messageId: string;
  /** Field in front of a message that has no message id; otherwise empty. */
  readonly added: Uint8Array;
  /** The message. */
  readonly bytes: Uint8Array;
  /** Index of the first byte of the body in `bytes`. */
  readonly body: number;
}

/** The messages of a folder as articles. What a message lacks of an article is only its message id: that is made from its id in the store. */
export class Articles implements Disposable {
  readonly #folder: MailFolder;
  readonly #ids: MessageIds;

  /** Makes the articles of a folder. */
  constructor(folder: MailFolder) {
    this.#folder = folder;
    this.#ids = new MessageIds(folder, async (mail) => (await this.#identity(mail))?.messageId);
  }

  /** Reads the articles of these numbers that were not read yet, ahead of {@link overview} and {@link value}. */
  async prepare(numbers: readonly number[]): Promise<void> {
    await this.#folder.prepare(numbers);
  }

  /** Returns the overview of a message; undefined when it is gone. */
  async overview(number: number): Promise<Overview | undefined> {
    const facts = await this.#folder.parsed(number);
    const one = this.#folder.get(number);
    if (!facts || !one) return undefined;
    const text = (name: string) => valueOf(facts.fields, name) ?? "";
    const { messageId, added } = identityOf(one, valueOf(facts.fields, "message-id"));
    return {
      ...{ number, subject: text("subject"), from: text("from"), date: text("date"), messageId },
      ...{ references: text("references"), bytes: one.mail.size + added.length, lines: facts.lines },
    };
  }

  /** Returns the value of a header field, by its name in lower case, empty where a message has none; undefined when the message is gone. */
  async value(number: number, name: string): Promise<string | undefined> {
    const facts = await this.#folder.parsed(number);
    if (!facts) return undefined;
    if (FACT_FIELDS.has(name) || !facts.others.has(name)) return valueOf(facts.fields, name) ?? "";
    const head = await this.#folder.read(number, MAX_HEAD_BYTES);
    return head && (valueOf(read(head).fields, name) ?? "");
  }

  /** Returns a message; undefined when it is gone. */
  async text(number: number): Promise<ArticleText | undefined> {
    const mail = this.#folder.get(number);
    const bytes = mail && await this.#folder.read(number);
    if (!bytes) return undefined;
    const { fields, body } = read(bytes);
    const { messageId, added } = identityOf(mail, valueOf(fields, "message-id"));
    return { messageId, added: encoder.encode(added), bytes, body };
  }

  /** Returns the number of the first message with this id; undefined when there is none. */
  async find(messageId: string): Promise<number | undefined> {
    return await this.#ids.find(messageId);
  }

  /** Stops following changes. */
  [Symbol.dispose](): void {
    this.#ids[Symbol.dispose]();
  }

  async #identity(one: FolderMail): Promise<Identity | undefined> {
    const facts = await this.#folder.parsed(one.uid);
    return facts && identityOf(one, valueOf(facts.fields, "message-id"));
  }
}

/** Message id of an article. */
interface Identity {
  readonly messageId: string;
  /** Field in front of a message that has no message id. */
  readonly added: string;
}

function identityOf({ mail }: FolderMail, given: string | undefined): Identity {
  const found = /<[^<>\s]*>/.exec(given ?? "")?.[0] ?? "";
  // Ids of the store may have characters that message ids cannot.
  const messageId = isMessageId(found) ? found : `<${encodeURIComponent(mail.id)}@toucan.invalid>`;
  return { messageId, added: given === undefined ? `Message-ID: ${messageId}\r\n` : "" };
}

function read(bytes: Uint8Array): { readonly fields: readonly MailField[]; readonly body: number } {
  try {
    return readHead(bytes, 0, headBudget());
  } catch (error) {
    // A header beyond the limits has no fields that could be told.
    if (error instanceof RangeError) return { fields: [], body: bytes.length };
    throw error;
  }
}

/** Returns the value of the first field of a name in lower case. */
export function valueOf(fields: readonly MailField[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.value;
}
