import {
  concat,
  formatSize,
  NegativeError,
  raceSignal,
  type Security,
  showUntrusted,
  UsageError,
} from "../../../core/mod.ts";
import type { RequestPiece } from "../codec/request.ts";
import { type ImapFolderName, splitSets } from "../codec/response/folder.ts";
import type { ImapStatusText } from "../codec/response/response.ts";
import { fetchMails, fetchSection, type ImapFetchItems, type ImapMail } from "./fetch.ts";
import type { FolderState, ImapFolder } from "./folder.ts";
import { folderPiece, listFolders, openFolder } from "./folders.ts";
import type { ImapReadOptions, ImapWaitOptions } from "./options.ts";
import { ImapRefusedError } from "./refusal.ts";
import type { ImapCommandOptions, ImapSession } from "./session.ts";
import { searchUids } from "./search.ts";
import { waitForArrival } from "./wait.ts";

/** Default limit of a message in bytes. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** Milliseconds for the response to LOGOUT. */
const LOGOUT_TIMEOUT_MS = 2000;
const MAX_UID = 0xffff_ffff;

/**
 * Open session with an IMAP server. Its calls are made one after the other. Created by {@link connectImap}.
 *
 * @example List the subjects of unread messages
 * ```ts
 * import { connectImap, mailSink, sendMail, serveImap } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", subject: "hello" }, { tls: "none" });
 * await using server = serveImap("127.0.0.1:0", sink.access);
 * const auth = { user: "bob@example.com", secret: "any", withoutTls: true };
 * await using client = await connectImap(server.address, { tls: "none", auth });
 * await client.open("INBOX");
 * const mails = await client.fetch(await client.search("UNSEEN"), { envelope: true });
 * assertEquals(mails.map(({ envelope }) => envelope?.subject), ["hello"]);
 * ```
 */
export class ImapClient implements AsyncDisposable {
  readonly #session: ImapSession;
  readonly #sizes = new Map<number, number>();
  #folder?: FolderState;

  /** Creates a client on a session after the login. */
  constructor(session: ImapSession) {
    this.#session = session;
  }

  /** Server, as named by the caller: `mail.example.com:993`. */
  get peer(): string {
    return this.#session.peer;
  }

  /** Capabilities of the server after the login, in capitals. */
  get capabilities(): ReadonlySet<string> {
    return this.#session.capabilities;
  }

  /** TLS of the connection; undefined without it. */
  get security(): Security | undefined {
    return this.#session.channel.connection.security;
  }

  /** Whether the connection was closed, by {@link close} or after an error of the network. */
  get closed(): boolean {
    return this.#session.channel.closed;
  }

  /** The open folder, as it is now. */
  get folder(): ImapFolder | undefined {
    return this.#folder;
  }

  /**
   * Lists folders (LIST), at most 20,000.
   *
   * @param pattern Names to list: `*` stands for anything, `%` for anything within a level.
   * @throws {ImapRefusedError} `imap-refused`.
   */
  async folders(pattern?: string): Promise<ImapFolderName[]> {
    return await listFolders(this.#session, pattern ?? "*");
  }

  /**
   * Opens a folder, in place of the one that is open: for reading only (EXAMINE), or for changes as well (SELECT).
   *
   * @throws {ImapRefusedError} `no-such-folder`.
   * @throws {NetworkError} `imap-invalid-response` when the server has no lasting UIDs.
   */
  async open(folder?: string, options?: { readonly readOnly?: boolean }): Promise<ImapFolder> {
    const [name, readOnly] = [folder ?? "INBOX", options?.readOnly ?? true];
    // An invalid name leaves the open folder as it is.
    folderPiece(name);
    this.#sizes.clear();
    this.#folder = undefined;
    return this.#folder = await openFolder(this.#session, name, readOnly);
  }

  /**
   * Searches the open folder (UID SEARCH), and returns UIDs in ascending order.
   *
   * @param keys Search keys of RFC 3501 §6.4.4, such as `UNSEEN FROM ada`. Texts other than ASCII are sent in UTF-8.
   * @throws {UsageError} `invalid-search` when the keys cannot be sent.
   * @throws {ImapRefusedError} `search-refused`.
   */
  async search(keys?: string): Promise<number[]> {
    this.#opened();
    return await searchUids(this.#session, keys ?? "ALL");
  }

  /**
   * Fetches items of messages of the open folder, in ascending order of their UIDs. Messages that do not exist are left out; none is marked as
   * read.
   *
   * @throws {UsageError} `invalid-number`, `injection`.
   * @throws {ImapRefusedError} `message-refused`.
   */
  async fetch(uids: readonly number[], items: ImapFetchItems): Promise<ImapMail[]> {
    this.#opened();
    const mails = await fetchMails(this.#session, ascending(uids), items);
    for (const { uid, size } of mails) if (size !== undefined) this.#sizes.set(uid, size);
    return mails;
  }

  /**
   * Passes a message, or a section of one, to `receive`, in pieces that are its own until it returns. The message is not marked as read.
   *
   * @returns Its size in bytes.
   * @throws {NegativeError} `no-such-message`; `message-too-large` when the size that the server tells is above the limit.
   * @throws {NetworkError} `message-endless` when the server sends more than the limit; the connection is closed then.
   */
  async download(
    uid: number,
    receive: (piece: Uint8Array) => Promise<void> | void,
    options?: ImapReadOptions,
  ): Promise<number> {
    const { section = "", limit = MAX_MESSAGE_BYTES } = options ?? {};
    this.#opened();
    const [valid = 0] = ascending([uid]);
    if (!/^(?:\d{1,5}(?:\.\d{1,5}){0,99})?(?:(?:^|\.)(?:HEADER|TEXT|MIME))?$/i.test(section)) {
      throw new UsageError(`invalid section "${section.slice(0, 60)}": use HEADER, TEXT or numbers such as 1.2`);
    }
    if (section === "" && !this.#sizes.has(valid)) await this.fetch([valid], { size: true });
    const size = this.#sizes.get(valid) ?? 0;
    if (section === "" && size > limit) {
      const what = `message ${valid} has ${formatSize(size)}, more than ${formatSize(limit)}`;
      throw new NegativeError(`${this.peer}: ${what}`, { code: "message-too-large", reason: "limit" });
    }
    const received = await fetchSection(this.#session, valid, section, { limit, receive });
    if (received === undefined) {
      const what = `there is no ${section === "" ? "" : `section ${section} of `}message ${valid}`;
      throw new NegativeError(`${this.peer}: ${what}`, { code: "no-such-message" });
    }
    return received;
  }

  /** Returns a message, or a section of one. It throws what {@link download} throws. */
  async read(uid: number, options?: ImapReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array[] = [];
    await this.download(uid, (piece) => void pieces.push(piece.slice()), options);
    return concat(pieces);
  }

  /**
   * Adds flags to messages of the open folder, removes them, or replaces all (UID STORE).
   *
   * @throws {UsageError} `injection` for a flag that is not one.
   * @throws {NegativeError} `folder-read-only`.
   * @throws {ImapRefusedError} `message-refused`.
   */
  async setFlags(uids: readonly number[], how: "add" | "remove" | "set", flags: readonly string[]): Promise<void> {
    const bad = flags.find((flag) => !/^\\?[!#$&'+-[^-z|-~]{1,100}$/.test(flag));
    if (bad !== undefined) throw new UsageError(`invalid flag "${bad.slice(0, 60)}"`, { code: "injection" });
    this.#writable();
    const sign = { add: "+", remove: "-", set: "" }[how];
    await this.#each(uids, (set) => [`UID STORE ${set} ${sign}FLAGS.SILENT (${flags.join(" ")})`]);
  }

  /** Copies messages of the open folder into another one. @throws {ImapRefusedError} `message-refused`. */
  async copy(uids: readonly number[], to: string): Promise<void> {
    const folder = folderPiece(to);
    await this.#each(uids, (set) => [`UID COPY ${set} `, folder]);
  }

  /**
   * Moves messages of the open folder into another one: by MOVE (RFC 6851), or copied and deleted where the server does not have it.
   *
   * @throws {ImapRefusedError} `message-refused`.
   * @throws {NegativeError} `cannot-expunge`, as {@link remove}; `folder-read-only`.
   */
  async move(uids: readonly number[], to: string): Promise<void> {
    const folder = folderPiece(to);
    this.#writable();
    if (this.capabilities.has("MOVE")) return await this.#each(uids, (set) => [`UID MOVE ${set} `, folder]);
    await this.copy(uids, to);
    await this.remove(uids);
  }

  /**
   * Deletes messages of the open folder, and no others. A server without UIDPLUS (RFC 4315) can only delete all messages that are marked as
   * deleted: where others are, nothing is deleted.
   *
   * @throws {NegativeError} `cannot-expunge`, `folder-read-only`.
   * @throws {ImapRefusedError} `message-refused`.
   */
  async remove(uids: readonly number[]): Promise<void> {
    if (uids.length === 0) return;
    this.#writable();
    const byUid = this.capabilities.has("UIDPLUS");
    if (!byUid) {
      const own = new Set(uids);
      const others = (await this.search("DELETED")).filter((uid) => !own.has(uid));
      if (others.length > 0) {
        const what = `${others.length} other messages are marked as deleted, and the server cannot delete single ones`;
        throw new NegativeError(`${this.peer}: ${what}`, { code: "cannot-expunge" });
      }
    }
    await this.setFlags(uids, "add", ["\\Deleted"]);
    if (byUid) await this.#each(uids, (set) => [`UID EXPUNGE ${set}`]);
    else await this.#run(["EXPUNGE"], {}, "message-refused");
  }

  /**
   * Waits until messages have arrived in the open folder: by IDLE (RFC 2177), or by NOOP now and then where the server does not have it.
   *
   * @returns Whether messages have arrived; false when the signal has fired. The session can be used again in both cases.
   */
  async wait(options?: ImapWaitOptions): Promise<boolean> {
    return await waitForArrival(this.#session, this.#opened(), options ?? {});
  }

  /** Ends the session (LOGOUT), and closes the connection. What was deleted or changed is so already: it does not fail. */
  async close(): Promise<void> {
    if (!this.closed) {
      await raceSignal(this.#session.run(["LOGOUT"]), AbortSignal.timeout(LOGOUT_TIMEOUT_MS)).catch(() => {});
    }
    this.#session.channel[Symbol.dispose]();
  }

  /** Ends the session. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Servers may accept changes of such a folder, and make none. */
  #writable(): void {
    const { readOnly, name } = this.#opened();
    if (!readOnly) return;
    throw new NegativeError(`${this.peer}: folder ${showUntrusted(name)} is open for reading only`, {
      code: "folder-read-only",
    });
  }

  #opened(): FolderState {
    if (!this.#folder) throw new UsageError("no folder is open", { code: "no-folder" });
    return this.#folder;
  }

  async #each(uids: readonly number[], command: (set: string) => RequestPiece[]): Promise<void> {
    this.#opened();
    for (const { set, numbers } of splitSets(ascending(uids), 5000)) {
      await this.#run(command(set), { expected: numbers.length }, "message-refused");
    }
  }

  async #run(
    pieces: readonly RequestPiece[],
    options: ImapCommandOptions = {},
    code = "imap-refused",
  ): Promise<ImapStatusText> {
    const status = await this.#session.run(pieces, options);
    if (status.status === "OK") return status;
    const name = /^(?:UID )?\S+/.exec(String(pieces[0]))?.[0] ?? "the command";
    throw new ImapRefusedError(this.peer, name, status, code);
  }
}

function ascending(uids: readonly number[]): number[] {
  const invalid = uids.find((uid) => !Number.isSafeInteger(uid) || uid < 1 || uid > MAX_UID);
  if (invalid !== undefined) throw new UsageError(`invalid UID ${invalid}`, { code: "invalid-number" });
  return [...new Set(uids)].sort((one, other) => one - other);
}
