import { FACT_FIELDS, type MailFacts } from "../../index/facts.ts";
import { headBudget, type MailField, readHead } from "../../mime/fields.ts";
import type { FolderMail, MailFolder } from "../../store/types.ts";
import { isMessageId } from "../codec/command.ts";
import { EVERYTHING } from "../codec/group_name.ts";
import type { Overview } from "../codec/overview.ts";
import { MessageIds } from "./message_ids.ts";
import { namesOf } from "./newsgroups.ts";

/** Bytes of a message that are read for its header. */
const MAX_HEAD_BYTES = 1 << 20;

/** Newsgroups that an article names: a message may have thousands of recipients, and newsreaders have limits. */
const MAX_NAMED_GROUPS = 20;

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

/**
 * The messages of a folder as articles. What a message lacks of an article (RFC 5536 §3.1) stands in front of it: a message id, which is
 * made from its id in the store, Path and Newsgroups. News servers such as leafnode reject articles without them.
 */
export class Articles implements Disposable {
  readonly #folder: MailFolder;
  readonly #ids: MessageIds;

  readonly #server: string;

  /** Makes the articles of a folder. The name of the server is for Xref. */
  constructor(folder: MailFolder, server: string) {
    this.#folder = folder;
    this.#server = server;
    this.#ids = new MessageIds(folder, (mail) => this.#messageId(mail));
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
    const { messageId, added } = this.#completed(one, facts);
    return {
      ...{ number, subject: text("subject"), from: text("from"), date: text("date"), messageId },
      ...{ references: text("references"), bytes: one.mail.size + added.length, lines: facts.lines },
      xref: xrefOf(one, this.#server),
    };
  }

  /** Returns the value of a header field, by its name in lower case, empty where a message has none; undefined when the message is gone. */
  async value(number: number, name: string): Promise<string | undefined> {
    const facts = await this.#folder.parsed(number);
    const one = this.#folder.get(number);
    if (!facts || !one) return undefined;
    const added = valueOf(this.#completed(one, facts).fields, name);
    if (added !== undefined) return added;
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
    const { messageId, added } = completedBy(mail, (name) => valueOf(fields, name), this.#server);
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

  async #messageId(one: FolderMail): Promise<string | undefined> {
    const facts = await this.#folder.parsed(one.uid);
    return facts && this.#completed(one, facts).messageId;
  }

  #completed(one: FolderMail, { fields, others }: MailFacts): Completion {
    return completedBy(one, (name) => valueOf(fields, name) ?? (others.has(name) ? "" : undefined), this.#server);
  }
}

/** Fields that make an article of a message. */
interface Completion {
  readonly messageId: string;
  /** Fields that the message lacks. */
  readonly fields: readonly MailField[];
  /** The same as text in front of the message. */
  readonly added: string;
}

/** Returns what a message lacks of an article; `given` returns the value of a field by its name in lower case. */
function completedBy({ mail }: FolderMail, given: (name: string) => string | undefined, server: string): Completion {
  const found = /<[^<>\s]*>/.exec(given("message-id") ?? "")?.[0] ?? "";
  // Ids of the store may have characters that message ids cannot.
  const messageId = isMessageId(found) ? found : `<${encodeURIComponent(mail.id)}@toucan.invalid>`;
  const groups = [...namesOf(mail)].slice(0, MAX_NAMED_GROUPS);
  const fields: readonly MailField[] = [
    { name: "Path", value: `${server}!not-for-mail` },
    { name: "Newsgroups", value: groups.length > 0 ? groups.join(",") : EVERYTHING },
    { name: "Message-ID", value: messageId },
  ].filter(({ name }) => given(name.toLowerCase()) === undefined);
  return { messageId, fields, added: fields.map(({ name, value }) => `${name}: ${value}\r\n`).join("") };
}

/** Returns the value of Xref (RFC 5536 §3.2.14). An article has the same number in all groups. */
function xrefOf({ uid, mail }: FolderMail, server: string): string {
  const names = [EVERYTHING, ...namesOf(mail)].slice(0, MAX_NAMED_GROUPS);
  return [server, ...names.map((name) => `${name}:${uid}`)].join(" ");
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
