import { fromSystem, SystemError } from "../../core/mod.ts";
import { saveMail } from "../message/save.ts";
import type { ListedMail, MailSourceProtocol } from "./source.ts";

/** Messages of a mailbox that were read. */
interface MailboxRecord {
  /** Their lasting ids, where numbers do not last (POP3). */
  readonly uids?: readonly string[];
  /** Number up to which all were read, where numbers last (IMAP, NNTP). */
  readonly highest?: number;
  /** UIDVALIDITY of an IMAP folder: with another one its numbers mean other messages. */
  readonly validity?: string;
}

/** Bytes of a state file: ids of a million messages. */
const MAX_STATE_BYTES = 128 * 2 ** 20;

/**
 * Remembers which messages of mailboxes were read, in a JSON file. Several mailboxes share one file.
 *
 * Permissions: `--allow-read` and `--allow-write` of the file and of the same name with `.part` at its end.
 *
 * @example Remember a message
 * ```ts
 * import { MailReadState } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const state = await MailReadState.load(`${folder}/state.json`);
 * const mailbox = state.of("pop3", "pop3://ada@mail.example.com");
 * mailbox.add([{ number: 1, uid: "a" }]);
 * await state.save();
 * const again = (await MailReadState.load(`${folder}/state.json`)).of("pop3", "pop3://ada@mail.example.com");
 * assertEquals([again.isNew({ number: 7, uid: "a" }), again.isNew({ number: 8, uid: "b" })], [false, true]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class MailReadState {
  readonly #path: string;
  readonly #mailboxes: Map<string, MailboxRecord>;

  private constructor(path: string, mailboxes: Map<string, MailboxRecord>) {
    this.#path = path;
    this.#mailboxes = mailboxes;
  }

  /**
   * Reads a state file; one that is missing or empty is a state without messages.
   *
   * @throws {SystemError} `invalid-state` when the file is something else, `file-too-large`; when it cannot be read.
   */
  static async load(path: string): Promise<MailReadState> {
    let text: string;
    try {
      const { size } = await Deno.stat(path);
      if (size > MAX_STATE_BYTES) {
        throw new SystemError(`${path} is too large for a state file`, { code: "file-too-large", operation: "read" });
      }
      text = await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new MailReadState(path, new Map());
      throw fromSystem(error, { doing: "read", what: path });
    }
    return new MailReadState(path, text.trim() === "" ? new Map() : parse(path, text));
  }

  /** Returns the messages of a mailbox; `name` has to be the same each time, and hold no password. */
  of(protocol: MailSourceProtocol, name: string): MailboxState {
    const seen = this.#mailboxes.get(name) ?? {};
    return new MailboxState(protocol, seen, (next) => void this.#mailboxes.set(name, next));
  }

  /**
   * Writes the file, whole or not at all.
   *
   * @throws {SystemError} When it cannot be written.
   */
  async save(): Promise<void> {
    const mailboxes = Object.fromEntries([...this.#mailboxes].sort(([a], [b]) => a < b ? -1 : 1));
    const bytes = new TextEncoder().encode(`${JSON.stringify({ version: 1, mailboxes }, null, 1)}\n`);
    await saveMail({ chunks: () => pieces(bytes) }, this.#path);
  }
}

/**
 * Messages of one mailbox that were read. Made by {@link MailReadState.of}.
 *
 * @example Look for new messages
 * ```ts
 * import { MailReadState } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const state = await MailReadState.load("/no/such/file");
 * const folder = state.of("imap", "imap://ada@mail.example.com/INBOX");
 * folder.add([{ number: 7, uid: "1:7" }]);
 * assertEquals([folder.isNew({ number: 7, uid: "1:7" }), folder.isNew({ number: 8, uid: "1:8" })], [false, true]);
 * ```
 */
export class MailboxState {
  readonly #byNumber: boolean;
  readonly #uids: Set<string>;
  readonly #changed: (seen: MailboxRecord) => void;
  #highest: number;
  #validity?: string;

  /** Begins with what is known; calls `changed` with the new state. */
  constructor(protocol: MailSourceProtocol, seen: MailboxRecord, changed: (seen: MailboxRecord) => void) {
    this.#byNumber = protocol !== "pop3";
    this.#uids = new Set(seen.uids);
    this.#highest = seen.highest ?? 0;
    this.#validity = seen.validity;
    this.#changed = changed;
  }

  /** Number up to which all messages were read, where numbers last; 0 when there is none. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether a message was not read yet. */
  isNew(mail: ListedMail): boolean {
    if (!this.#byNumber) return !this.#uids.has(mail.uid);
    return mail.number > this.#highest || validityOf(mail) !== this.#validity;
  }

  /** Takes note of messages that were read. */
  add(mails: readonly ListedMail[]): void {
    for (const mail of mails) {
      if (!this.#byNumber) {
        this.#uids.add(mail.uid);
        continue;
      }
      const validity = validityOf(mail);
      this.#highest = validity === this.#validity ? Math.max(this.#highest, mail.number) : mail.number;
      this.#validity = validity;
    }
    this.#tell();
  }

  /** Forgets ids of messages that are no longer on the server. */
  prune(listed: readonly ListedMail[]): void {
    if (this.#byNumber) return;
    const there = new Set(listed.map(({ uid }) => uid));
    for (const uid of this.#uids) if (!there.has(uid)) this.#uids.delete(uid);
    this.#tell();
  }

  #tell(): void {
    if (!this.#byNumber) return this.#changed({ uids: [...this.#uids] });
    this.#changed({ highest: this.#highest, ...(this.#validity !== undefined && { validity: this.#validity }) });
  }
}

/** UIDVALIDITY in the id of an IMAP message, `UIDVALIDITY:UID`; undefined for ids of other protocols. */
function validityOf({ uid }: ListedMail): string | undefined {
  return /^(\d+):\d+$/.exec(uid)?.[1];
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function parse(path: string, text: string): Map<string, MailboxRecord> {
  try {
    const state: unknown = JSON.parse(text);
    if (isRecord(state) && state.version === 1 && isRecord(state.mailboxes)) {
      return new Map(Object.entries(state.mailboxes).map(([name, seen]) => [name, seenOf(seen)]));
    }
  } catch {
    // Reported below.
  }
  throw new SystemError(`${path} is not a state file of mail read`, { code: "invalid-state", operation: "read" });
}

function seenOf(value: unknown): MailboxRecord {
  if (!isRecord(value)) throw new Error("not an object");
  const { uids, highest, validity } = value;
  if (uids !== undefined && !(Array.isArray(uids) && uids.every((uid) => typeof uid === "string"))) {
    throw new Error("not a list of ids");
  }
  return {
    ...(uids !== undefined && { uids }),
    ...(typeof highest === "number" && { highest }),
    ...(typeof validity === "string" && { validity }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
