import { NegativeError } from "../../../core/mod.ts";
import type { ListedMail, MailListFilter, MailSource } from "../../read/source.ts";
import type { ImapMail } from "./fetch.ts";
import type { ImapClient } from "./client.ts";
import { type OpenedFolder, ReopeningFolder, type ReopenOptions } from "./reopening.ts";

/** Fields of the header that listings show. */
const FIELDS = ["Date", "From", "To", "Cc", "Subject", "Message-ID"];
/** Headers that are fetched at once: listings ask for one after the other. */
const HEADERS_AT_ONCE = 100;

/** A folder on an IMAP server as {@link MailSource}; the number of a message is its UID. */
export class ImapSource implements MailSource {
  /** The protocol. */
  readonly protocol = "imap";
  /** Name of the folder. */
  readonly name: string;
  readonly #folder: ReopeningFolder;
  readonly #validity: number;
  /** UID from which on messages are arrivals; undefined as long as it is not known. */
  #next?: number;
  /** Arrivals that {@link list} has returned already. */
  readonly #known = new Set<number>();
  #listed: readonly number[] = [];
  readonly #headers = new Map<number, Uint8Array>();

  /** Signal of the arrivals that are waited for: a connection that is lost is opened again. */
  #waiting?: AbortSignal;

  /** Reads by a client, which it closes, from its open folder; `reopen` is for connections that are lost while it waits for arrivals. */
  constructor(opened: OpenedFolder, reopen?: ReopenOptions) {
    const { folder } = opened;
    this.#folder = new ReopeningFolder(opened, reopen);
    this.name = folder.name;
    this.#validity = folder.uidValidity;
    this.#next = folder.exists === 0 ? folder.uidNext ?? 1 : folder.uidNext;
  }

  /** Lists messages. */
  async list({ from = 1, to = Infinity, search, newest }: MailListFilter = {}): Promise<ListedMail[]> {
    const all = await this.#search(from, to, search);
    const uids = newest === undefined ? all : all.slice(-newest);
    const mails = await this.#mails(uids);
    this.#listed = uids;
    this.#headers.clear();
    const next = this.#next;
    if (next !== undefined) { for (const uid of all) if (uid >= next) this.#known.add(uid); }
    return mails;
  }

  /** Returns the fields of the header that listings show. */
  async head({ number }: ListedMail): Promise<Uint8Array> {
    const found = this.#headers.get(number);
    if (found) return found;
    const at = this.#listed.indexOf(number);
    const uids = at < 0 ? [number] : this.#listed.slice(at, at + HEADERS_AT_ONCE);
    this.#headers.clear();
    for (const { uid, sections } of await this.#use((client) => client.fetch(uids, { header: FIELDS }))) {
      this.#headers.set(uid, sections.get("HEADER.FIELDS") ?? new Uint8Array());
    }
    const header = this.#headers.get(number);
    if (!header) {
      throw new NegativeError(`${this.#folder.client.peer}: there is no message ${number}`, {
        code: "no-such-message",
      });
    }
    return header;
  }

  /** Returns a message; it is not marked as read. */
  async read({ number }: ListedMail, limit?: number): Promise<Uint8Array> {
    return await this.#use((client) => client.read(number, { limit }));
  }

  /** Deletes messages, at once. */
  async remove(mails: readonly ListedMail[]): Promise<void> {
    await this.#use((client) => client.remove(mails.map(({ number }) => number)));
  }

  /** Marks messages as read. */
  async markSeen(mails: readonly ListedMail[]): Promise<void> {
    await this.#use((client) => client.setFlags(mails.map(({ number }) => number), "add", ["\\Seen"]));
  }

  /** Yields messages that arrive after the folder was opened, without those that {@link list} has returned. */
  async *arrivals(signal: AbortSignal, { search }: Pick<MailListFilter, "search"> = {}): AsyncGenerator<ListedMail> {
    this.#waiting = signal;
    let next = this.#next ?? ((await this.#search(1, Infinity)).at(-1) ?? 0) + 1;
    while (!signal.aborted) {
      const all = await this.#search(next, Infinity, search);
      next = Math.max(next, (all.at(-1) ?? 0) + 1);
      for (const mail of await this.#mails(all.filter((uid) => !this.#known.has(uid)))) {
        yield mail;
        if (signal.aborted) return;
      }
      try {
        if (!await this.#folder.client.wait({ signal })) return;
      } catch (error) {
        // What has arrived in between is found by the next search.
        await this.#folder.recover(error, signal);
      }
    }
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.#folder.client.close();
  }

  /** Ends the session. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #search(from: number, to: number, keys?: string): Promise<number[]> {
    const least = Math.min(from, 0xffff_ffff);
    const most = Math.min(to, 0xffff_ffff);
    const range = from <= 1 && to === Infinity ? "" : `UID ${least}:${to === Infinity ? "*" : most}`;
    const words = [range, keys].filter(Boolean).join(" ") || "ALL";
    const uids = await this.#use((client) => client.search(words));
    // `7:*` includes the last message even if its UID is less (RFC 3501 §6.4.8).
    return uids.filter((uid) => uid >= from && uid <= to);
  }

  async #mails(uids: readonly number[]): Promise<ListedMail[]> {
    const mails = await this.#use((client) => client.fetch(uids, { flags: true, size: true }));
    return mails.map((mail) => this.#mail(mail));
  }

  #use<T>(work: (client: ImapClient) => Promise<T>): Promise<T> {
    return this.#folder.use(work, this.#waiting);
  }

  #mail({ uid, size, flags }: ImapMail): ListedMail {
    return {
      ...{ number: uid, uid: `${this.#validity}:${uid}` },
      ...(size !== undefined && { size }),
      ...(flags && { flags: flags.filter((flag) => flag !== "\\Recent") }),
    };
  }
}
