import { closeQuietly, fromSystem, openForAppending, pause, SystemError } from "../../core/mod.ts";
import { saveMail } from "../message/save.ts";
import { type MailboxRecord, MailboxState } from "./mailbox_state.ts";
import type { MailSourceProtocol } from "./source.ts";

/** Bytes of a state file: ids of a million messages. */
const MAX_STATE_BYTES = 128 * 2 ** 20;
/** Milliseconds for which another process may have the file locked, and between two attempts to lock it. */
const LOCK_TIMEOUT_MS = 10_000;
const LOCK_PAUSE_MS = 20;

/**
 * Remembers which messages of mailboxes were read, in a JSON file. Several mailboxes share one file, and several processes: each adds its own
 * changes to what the others have written.
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
  readonly #known: ReadonlyMap<string, MailboxRecord>;
  readonly #mailboxes = new Map<string, MailboxState>();

  private constructor(path: string, known: ReadonlyMap<string, MailboxRecord>) {
    this.#path = path;
    this.#known = known;
  }

  /**
   * Reads a state file; one that is missing or empty is a state without messages.
   *
   * @throws {SystemError} `invalid-state` when the file is something else, `file-too-large`; when it cannot be read.
   */
  static async load(path: string): Promise<MailReadState> {
    return new MailReadState(path, await read(path));
  }

  /** Returns the messages of a mailbox; `name` has to be the same each time, and hold no password. */
  of(protocol: MailSourceProtocol, name: string): MailboxState {
    const found = this.#mailboxes.get(name) ?? new MailboxState(protocol, this.#known.get(name));
    this.#mailboxes.set(name, found);
    return found;
  }

  /**
   * Writes the changes to the file, whole or not at all. What other processes have written since it was read is kept.
   *
   * @throws {SystemError} `file-busy` when another process has locked it for 10 s; when it cannot be written.
   */
  async save(): Promise<void> {
    const lock = await locked(this.#path);
    try {
      const mailboxes = await read(this.#path);
      for (const [name, state] of this.#mailboxes) mailboxes.set(name, state.merged(mailboxes.get(name)));
      const sorted = Object.fromEntries([...mailboxes].sort(([a], [b]) => a < b ? -1 : 1));
      const bytes = new TextEncoder().encode(`${JSON.stringify({ version: 1, mailboxes: sorted }, null, 1)}\n`);
      await saveMail({ chunks: () => pieces(bytes) }, this.#path);
    } finally {
      closeQuietly(lock);
    }
  }
}

async function read(path: string): Promise<Map<string, MailboxRecord>> {
  let text: string;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_STATE_BYTES) {
      throw new SystemError(`${path} is too large for a state file`, { code: "file-too-large", operation: "read" });
    }
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw fromSystem(error, { doing: "read", what: path });
  }
  return text.trim() === "" ? new Map() : parse(path, text);
}

/** Opens a state file, which is created empty where it is missing, and locks it until it is closed. */
async function locked(path: string): Promise<Deno.FsFile> {
  const end = performance.now() + LOCK_TIMEOUT_MS;
  try {
    while (true) {
      const file = openForAppending(path);
      if (holds(file, path)) return file;
      closeQuietly(file);
      if (performance.now() > end) {
        throw new SystemError(`another process is writing ${path}`, { code: "file-busy", operation: "write" });
      }
      await pause(LOCK_PAUSE_MS);
    }
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: path });
  }
}

/** Whether a file is locked, and not yet replaced by the process that had locked it before. */
function holds(file: Deno.FsFile, path: string): boolean {
  try {
    if (!file.tryLockSync(true)) return false;
  } catch {
    // The file system does not support locks.
    return true;
  }
  const [ours, there] = [file.statSync(), Deno.statSync(path)];
  return ours.ino === there.ino && ours.dev === there.dev;
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
