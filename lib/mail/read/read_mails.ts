import { NegativeError, NetworkError, ToucanError, UsageError } from "../../core/mod.ts";
import { type MailContent, mailContent } from "./content.ts";
import { saveAttachments } from "./save/attachments.ts";
import type { MailTarget } from "./save/target.ts";
import { type MailSelection, selectMails } from "./selection.ts";
import type { ListedMail, MailListFilter, MailSource } from "./source.ts";
import type { MailboxState } from "./state.ts";

/** Default limit of a message in bytes. */
export const MAX_READ_BYTES = 64 * 2 ** 20;

/** Which messages are listed or read. */
export interface MailChoice {
  /**
   * Messages by their numbers.
   *
   * @default {all}
   */
  readonly selections?: readonly MailSelection[];
  /**
   * Conditions for the server.
   *
   * @default {none}
   */
  readonly filter?: MailListFilter;
  /**
   * Messages that were read before: only others are chosen.
   *
   * @default {all messages are}
   */
  readonly unread?: MailboxState;
  /**
   * Maximum number of messages: of the newest ones; with `unread`, of the oldest ones, so that the next run continues.
   *
   * @default {no limit}
   */
  readonly limit?: number;
}

/** Options of {@link readMails}. */
export interface ReadMailsOptions extends MailChoice {
  /**
   * Maximum size of a message in bytes.
   *
   * @default {64 MiB}
   */
  readonly maxSize?: number;
  /**
   * Where each message is saved.
   *
   * @default {it is not}
   */
  readonly target?: MailTarget;
  /**
   * Folder for attachments.
   *
   * @default {they are not saved}
   */
  readonly attachments?: string;
  /**
   * Whether messages are deleted on the server once they are saved.
   *
   * @default {false}
   */
  readonly remove?: boolean;
  /**
   * Whether messages are marked as read on the server.
   *
   * @default {false}
   */
  readonly markSeen?: boolean;
}

/** Result for a message. */
export type MailReadOutcome = MailRead | MailFailed;

/** A message that was read. */
export interface MailRead {
  /** The message in the listing. */
  readonly mail: ListedMail;
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Its content. */
  readonly content: MailContent;
  /** Path under which it was saved. */
  readonly saved?: string;
  /** Paths under which its attachments were saved, in their order. */
  readonly files?: readonly string[];
  /** Whether the server was asked to delete it. */
  readonly removed: boolean;
  /** Absent. */
  readonly error?: undefined;
}

/** A message that could not be read. */
export interface MailFailed {
  /** The message in the listing; only its number when no message has it. */
  readonly mail: Pick<ListedMail, "number"> & Partial<ListedMail>;
  /** The reason. */
  readonly error: ToucanError;
}

/**
 * Lists messages, with their headers.
 *
 * Permissions: those of the source.
 *
 * @param source The mailbox; it stays open.
 * @param choice Messages to list.
 * @returns The messages, in ascending order of their numbers, as they come.
 * @throws {ToucanError} What the source throws.
 * @example List the subjects of a mailbox
 * ```ts
 * import { listMails, mailSink, openMailSource, sendMail, servePop3 } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * const server = servePop3("127.0.0.1:0", sink.access);
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", subject: "hello" }, { tls: "none" });
 * const auth = { user: "bob", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`pop3://${server.address}`, { tls: "none", auth });
 * for await (const { mail, content } of listMails(source)) assertEquals([mail.number, content.subject], [1, "hello"]);
 * ```
 */
export function listMails(
  source: MailSource,
  choice?: MailChoice,
): AsyncGenerator<{ readonly mail: ListedMail; readonly content: MailContent }>;
export async function* listMails(
  source: MailSource,
  choice: MailChoice = {},
): AsyncGenerator<{ readonly mail: ListedMail; readonly content: MailContent }> {
  const { mails } = await choose(source, choice);
  for (const mail of mails) yield { mail, content: mailContent(mail.header ?? await source.head(mail)) };
}

/**
 * Reads messages, one after the other: each is saved, with its attachments, before it is returned, and only a message that is on the disk is
 * deleted on the server. A message that fails does not stop the others, unless the connection is lost or nothing can be saved.
 *
 * Permissions: those of the source; for `target` and `attachments` read and write permission of their paths.
 *
 * @param source The mailbox; it stays open.
 * @returns A result for each message, and for each number that no message has.
 * @throws {UsageError} `several-messages` for a target that takes one; when `remove` is given without `target`, or the protocol cannot delete.
 * @throws {NetworkError} When the connection is lost. What was returned is saved.
 * @throws {SystemError} When a message cannot be saved.
 * @example Save all messages
 * ```ts
 * import { mailSink, mailTarget, openMailSource, readMails, sendMail, servePop3 } from "../mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using sink = await mailSink();
 * const server = servePop3("127.0.0.1:0", sink.access);
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", text: "hello" }, { tls: "none" });
 * const auth = { user: "bob", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`pop3://${server.address}`, { tls: "none", auth });
 * for await (const outcome of readMails(source, { target: mailTarget(`${folder}/all.mbox`, "mbox") })) {
 *   if (outcome.error) throw outcome.error;
 * }
 * assertStringIncludes(await Deno.readTextFile(`${folder}/all.mbox`), "hello");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function readMails(source: MailSource, options?: ReadMailsOptions): AsyncGenerator<MailReadOutcome>;
export async function* readMails(source: MailSource, options: ReadMailsOptions = {}): AsyncGenerator<MailReadOutcome> {
  const reader = new MailReader(source, options);
  const { mails, missing } = await choose(source, options);
  if (options.target?.single && mails.length > 1) {
    throw new UsageError(`${mails.length} messages cannot be saved as one file`, { code: "several-messages" });
  }
  for (const name of missing) {
    const where = source.name === "" ? "on the server" : `in ${source.name}`;
    const error = new NegativeError(`there is no message ${name} ${where}`, { code: "no-such-message" });
    yield { mail: typeof name === "number" ? { number: name } : { number: 0, uid: name }, error };
  }
  for (const mail of mails) yield await reader.read(mail);
}

/**
 * Lists messages as they arrive, until the signal fires; without those that were listed before.
 *
 * Permissions: those of the source.
 *
 * @param source The mailbox; it stays open.
 * @param search Condition for the server: other messages are left out.
 * @returns Messages with their headers.
 * @throws {UsageError} When the protocol cannot wait.
 * @throws {ToucanError} What the source throws.
 * @example Wait for a message
 * ```ts
 * import { listArrivals, mailSink, openMailSource, sendMail, serveImap } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using server = serveImap("127.0.0.1:0", sink.access);
 * const auth = { user: "ben", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`imap://${server.address}`, { tls: "none", auth });
 * const stop = new AbortController();
 * await sendMail(sink.address, { from: "ann@example.com", to: "ben@example.com", subject: "hi" }, { tls: "none" });
 * for await (const { content } of listArrivals(source, stop.signal)) {
 *   assertEquals(content.subject, "hi");
 *   stop.abort();
 * }
 * ```
 */
export async function* listArrivals(
  source: MailSource,
  signal: AbortSignal,
  search?: string,
): AsyncGenerator<{ readonly mail: ListedMail; readonly content: MailContent }> {
  for await (const mail of arrivalsOf(source, signal, search)) {
    try {
      yield { mail, content: mailContent(mail.header ?? await source.head(mail)) };
    } catch (error) {
      // It was removed meanwhile.
      if (!(error instanceof ToucanError) || error.code !== "no-such-message") throw error;
    }
  }
}

/**
 * Reads messages as they arrive, until the signal fires, as {@link readMails} does it; without those that were listed before.
 *
 * Permissions: those of {@link readMails}.
 *
 * @param source The mailbox; it stays open.
 * @returns The outcome of each message.
 * @throws {UsageError} When the protocol cannot wait; `several-messages` for a target that takes one, and what {@link readMails} throws.
 * @example Read the next message
 * ```ts
 * import { mailSink, openMailSource, readArrivals, sendMail, serveImap } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using server = serveImap("127.0.0.1:0", sink.access);
 * const auth = { user: "ben", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`imap://${server.address}`, { tls: "none", auth });
 * const stop = new AbortController();
 * await sendMail(sink.address, { from: "ann@example.com", to: "ben@example.com", text: "hello" }, { tls: "none" });
 * for await (const outcome of readArrivals(source, stop.signal)) {
 *   if (!outcome.error) assertEquals(outcome.content.text.trim(), "hello");
 *   stop.abort();
 * }
 * ```
 */
export function readArrivals(
  source: MailSource,
  signal: AbortSignal,
  options?: Omit<ReadMailsOptions, "selections" | "limit">,
): AsyncGenerator<MailReadOutcome>;
export async function* readArrivals(
  source: MailSource,
  signal: AbortSignal,
  options: Omit<ReadMailsOptions, "selections" | "limit"> = {},
): AsyncGenerator<MailReadOutcome> {
  const reader = new MailReader(source, options);
  if (options.target?.single) {
    throw new UsageError("messages that arrive cannot be saved as one file", { code: "several-messages" });
  }
  for await (const mail of arrivalsOf(source, signal, options.filter?.search)) yield await reader.read(mail);
}

function arrivalsOf(source: MailSource, signal: AbortSignal, search?: string): AsyncIterable<ListedMail> {
  if (!source.arrivals) throw new UsageError(`${source.protocol} cannot wait for messages`);
  return source.arrivals(signal, { ...(search !== undefined && { search }) });
}

/** Reads one message after the other. */
class MailReader {
  readonly #source: MailSource;
  readonly #options: ReadMailsOptions;
  /** Whether a message has failed. */
  #gap = false;

  constructor(source: MailSource, options: ReadMailsOptions) {
    const { target, remove = false, markSeen = false } = options;
    if (remove && !target) throw new UsageError("deleting messages requires a place to save them");
    if (remove && !source.remove) throw new UsageError(`${source.protocol} cannot delete messages`);
    if (markSeen && !source.markSeen) throw new UsageError(`${source.protocol} cannot mark messages as read`);
    this.#source = source;
    this.#options = options;
  }

  async read(mail: ListedMail): Promise<MailReadOutcome> {
    const { maxSize = MAX_READ_BYTES, target, attachments, remove = false, markSeen = false, unread } = this.#options;
    const source = this.#source;
    let bytes: Uint8Array;
    try {
      bytes = await source.read(mail, maxSize);
    } catch (error) {
      if (!(error instanceof ToucanError) || !isOfMessage(error)) throw error;
      this.#gap = true;
      return { mail, error };
    }
    const content = mailContent(bytes);
    const saved = await target?.save(mail, bytes);
    const files = attachments === undefined ? undefined : await saveAttachments(content.attachments, attachments);
    if (remove) await source.remove?.([mail]);
    else if (markSeen) await source.markSeen?.([mail]);
    // Where only a number is remembered, a message that failed would never be read again.
    if (!this.#gap || source.protocol === "pop3") unread?.add([mail]);
    return { mail, bytes, content, ...(saved !== undefined && { saved }), ...(files && { files }), removed: remove };
  }
}

/** Codes of errors that concern one message: the connection is usable after them. */
const OF_MESSAGE = new Set(["no-such-message", "message-too-large", "message-refused"]);

function isOfMessage({ code }: ToucanError): boolean {
  return OF_MESSAGE.has(code);
}

async function choose(source: MailSource, choice: MailChoice) {
  const { selections, filter, unread, limit } = choice;
  const ids = (selections ?? []).flatMap((selection) => selection.kind === "id" ? selection.id : []);
  const numbered = selections?.filter(({ kind }) => kind !== "id") ?? [{ kind: "all" }];
  const listed = numbered.length === 0 ? [] : await source.list(source.protocol === "nntp" ? narrowed(choice) : filter);
  if (unread) {
    const nameless = listed.find(({ uid }) => uid === "");
    if (nameless) {
      const what = "cannot tell which messages are new: the server has no lasting ids (UIDL)";
      throw new NetworkError(`${source.name}: ${what}`, { code: "uidl-missing" });
    }
    if (!filter) unread.prune(listed);
  }
  const candidates = unread ? listed.filter((mail) => unread.isNew(mail)) : listed;
  const { mails: some, missing } = selectMails(candidates, numbered);
  const { found, missing: missingIds } = await findAll(source, ids);
  const [mails, none] = [[...some, ...found], [...missing, ...missingIds]];
  if (limit === undefined) return { mails, missing: none };
  return { mails: unread ? mails.slice(0, limit) : mails.slice(-limit), missing: none };
}

async function findAll(source: MailSource, ids: readonly string[]) {
  if (ids.length > 0 && !source.find) throw new UsageError(`${source.protocol} cannot find messages by their ids`);
  const found: ListedMail[] = [];
  const missing: string[] = [];
  for (const id of ids) {
    const mail = await source.find?.(id);
    if (mail) found.push(mail);
    else missing.push(id);
  }
  return { found, missing };
}

/** Returns conditions under which a newsgroup, which may have a million articles, need not be listed as a whole. */
function narrowed({ selections = [{ kind: "all" }], filter = {}, unread, limit }: MailChoice): MailListFilter {
  if (unread) return { ...filter, from: unread.highest + 1 };
  const ranges = selections.filter((selection) => selection.kind === "range");
  const rest = selections.filter(({ kind }) => kind !== "range" && kind !== "id");
  if (rest.length === 0) {
    const [from, to] = [Math.min(...ranges.map(({ from }) => from)), Math.max(...ranges.map(({ to }) => to))];
    return { ...filter, from, to };
  }
  if (ranges.length > 0) return filter;
  if (rest.every(({ kind }) => kind === "last")) return { ...filter, newest: 1 };
  return limit === undefined ? filter : { ...filter, newest: limit };
}
