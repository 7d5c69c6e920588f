import { headBudget, type MailField, readHead } from "../../mime/fields.ts";
import type { FolderMail, MailFolder } from "../../store/types.ts";
import { isMessageId } from "../codec/command.ts";
import { EVERYTHING } from "../codec/group_name.ts";
import type { Overview } from "../codec/overview.ts";
import { namesOf } from "./newsgroups.ts";

/** Bytes of a message that are read for its header and the number of its lines. */
const MAX_SCANNED_BYTES = 1 << 20;
/** Overviews in memory: clients ask for the same ones again. */
const MAX_OVERVIEWS = 20_000;

/** Newsgroups that an article names: a message may have thousands of recipients, and newsreaders have limits. */
const MAX_NAMED_GROUPS = 20;

const encoder = new TextEncoder();

/** Header of an article. */
interface Head {
  readonly messageId: string;
  readonly fields: readonly MailField[];
  readonly scanned: Uint8Array;
  readonly body: number;
  /** Fields in front of a message that lacks them. */
  readonly added: string;
}

/** An article as a client receives it, in two pieces. */
export interface ArticleText {
  /** Its message id. */
  readonly messageId: string;
  /** Fields in front of a message that lacks them. */
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
  readonly #server: string;
  readonly #stop: () => void;
  readonly #overviews = new Map<number, Overview>();
  /** Numbers by message id, of the messages up to `#indexed`. */
  readonly #ids = new Map<string, number[]>();
  readonly #idOf = new Map<number, string>();
  #indexed = 0;
  #indexing: Promise<void> = Promise.resolve();

  /** Makes the articles of a folder. The name of the server is for Xref. */
  constructor(folder: MailFolder, server: string) {
    this.#folder = folder;
    this.#server = server;
    this.#stop = folder.watch((change) => {
      if ("removed" in change) this.#forget(change.removed);
    });
  }

  /** Returns the overview of a message; undefined when it is gone. */
  async overview(number: number): Promise<Overview | undefined> {
    const known = this.#overviews.get(number);
    if (known) return known;
    const mail = this.#folder.get(number);
    const head = mail && await this.#head(mail);
    if (!head) return undefined;
    const overview = { ...overviewOf(mail, head), xref: xrefOf(mail, this.#server) };
    if (this.#overviews.size >= MAX_OVERVIEWS) {
      for (const oldest of this.#overviews.keys()) {
        this.#overviews.delete(oldest);
        break;
      }
    }
    if (this.#folder.get(number)) this.#overviews.set(number, overview);
    return overview;
  }

  /** Returns the header fields of a message, and its message id; undefined when it is gone. */
  async fields(number: number): Promise<Pick<Head, "fields" | "messageId"> | undefined> {
    const mail = this.#folder.get(number);
    return mail && await this.#head(mail);
  }

  /** Returns a message; undefined when it is gone. */
  async text(number: number): Promise<ArticleText | undefined> {
    const mail = this.#folder.get(number);
    const bytes = mail && await this.#folder.read(number);
    if (!bytes) return undefined;
    const { messageId, added, body } = headOf(bytes, mail, this.#server);
    return { messageId, added: encoder.encode(added), bytes, body };
  }

  /** Returns the number of the first message with this id; undefined when there is none. The first call reads all headers. */
  async find(messageId: string): Promise<number | undefined> {
    await (this.#indexing = this.#indexing.then(() => this.#index()));
    return this.#ids.get(messageId)?.[0];
  }

  /** Stops following changes. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  async #index(): Promise<void> {
    for (const mail of this.#folder.messages) {
      if (mail.uid <= this.#indexed) continue;
      const head = await this.#head(mail);
      this.#indexed = mail.uid;
      if (!head || !this.#folder.get(mail.uid)) continue;
      const { messageId } = head;
      const same = this.#ids.get(messageId);
      if (same) same.push(mail.uid);
      else this.#ids.set(messageId, [mail.uid]);
      this.#idOf.set(mail.uid, messageId);
    }
  }

  #forget(number: number): void {
    this.#overviews.delete(number);
    const id = this.#idOf.get(number);
    this.#idOf.delete(number);
    if (id === undefined) return;
    const rest = this.#ids.get(id)?.filter((one) => one !== number) ?? [];
    if (rest.length > 0) this.#ids.set(id, rest);
    else this.#ids.delete(id);
  }

  async #head(mail: FolderMail): Promise<Head | undefined> {
    const scanned = await this.#folder.read(mail.uid, MAX_SCANNED_BYTES);
    return scanned && headOf(scanned, mail, this.#server);
  }
}

function headOf(scanned: Uint8Array, { mail }: FolderMail, server: string): Head {
  const { fields, body } = read(scanned);
  const given = valueOf(fields, "message-id");
  const found = /<[^<>\s]*>/.exec(given ?? "")?.[0] ?? "";
  // Ids of the store may have characters that message ids cannot.
  const messageId = isMessageId(found) ? found : `<${encodeURIComponent(mail.id)}@toucan.invalid>`;
  const groups = [...namesOf(mail)].slice(0, MAX_NAMED_GROUPS);
  const made: readonly MailField[] = [
    { name: "Path", value: `${server}!not-for-mail` },
    { name: "Newsgroups", value: groups.length > 0 ? groups.join(",") : EVERYTHING },
    { name: "Message-ID", value: messageId },
  ].filter(({ name }) => valueOf(fields, name.toLowerCase()) === undefined);
  const added = made.map(({ name, value }) => `${name}: ${value}\r\n`).join("");
  return { messageId, fields: [...made, ...fields], scanned, body, added };
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

function overviewOf({ uid, mail }: FolderMail, { messageId, fields, scanned, body, added }: Head): Overview {
  const text = (name: string) => valueOf(fields, name) ?? "";
  return {
    ...{ number: uid, subject: text("subject"), from: text("from"), date: text("date"), messageId },
    references: text("references"),
    bytes: mail.size + added.length,
    ...(scanned.length >= mail.size && { lines: countLines(scanned, body) }),
  };
}

/** Returns the value of Xref (RFC 5536 §3.2.14). An article has the same number in all groups. */
function xrefOf({ uid, mail }: FolderMail, server: string): string {
  const names = [EVERYTHING, ...namesOf(mail)].slice(0, MAX_NAMED_GROUPS);
  return [server, ...names.map((name) => `${name}:${uid}`)].join(" ");
}

/** Returns the value of the first field of a name in lower case. */
export function valueOf(fields: readonly MailField[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.value;
}

function countLines(bytes: Uint8Array, from: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return bytes.length > from && bytes.at(-1) !== 10 ? lines + 1 : lines;
}
