import { createOwnFile, fromSystem, renameFile, syncFolder, SystemError, writeAll } from "../../core/mod.ts";
import type { BuiltMail } from "../message/types.ts";
import { spooledBytes, spooledMail } from "./spooled_file.ts";

/** Endings of the files of a spool: messages that wait, that are being sent, and of which is not known whether they were. */
const WAITING = ".mail";
const SENDING = ".sending";
const UNCERTAIN = ".uncertain";
const PART = ".part";

/** A message of a spool that is being sent: no other run sends it. */
export interface ClaimedMail {
  /** Message, with the recipients that did not get it. */
  readonly mail: BuiltMail;
  /** Time at which it was spooled, in milliseconds since 1970. */
  readonly since: number;
  /** Removes it: all of its recipients have it, or it was rejected for good. */
  done(): Promise<void>;
  /** Puts it back, for the next run; with some of its recipients only, if these are given. */
  keep(to?: readonly string[]): Promise<void>;
  /** Sets it aside: the server may have accepted it. No run sends it again. */
  uncertain(): Promise<string>;
}

/**
 * Folder of messages that could not be sent. A message is whole on the disk before {@link MailSpool.add} returns, and each is sent by one run
 * at most: it is renamed before it is sent, and removed afterwards. A message whose run was killed while it was sent is not sent again, since
 * the server may have accepted it; {@link MailSpool.left} names its file.
 *
 * Permissions: `--allow-read` and `--allow-write` of the folder.
 *
 * @example Keep a message
 * ```ts
 * import { buildMail, MailSpool } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const spool = await MailSpool.open(`${folder}/spool`);
 * await spool.add(await buildMail({ from: "ada@example.com", to: "bob@example.com", text: "hello" }));
 * for await (const { mail, done } of spool.claims()) {
 *   assertEquals(mail.to, ["bob@example.com"]);
 *   await done();
 * }
 * assertEquals(await spool.count(), 0);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class MailSpool {
  readonly #folder: string;
  /** Number of messages that were stored: several may be within a millisecond. */
  #added = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Opens a folder, and creates it if it does not exist.
   *
   * @throws {SystemError} When it cannot be created.
   */
  static async open(folder: string): Promise<MailSpool> {
    try {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      return new MailSpool(folder);
    } catch (error) {
      throw fromSystem(error, { doing: "keep mail in", what: folder });
    }
  }

  /**
   * Stores a message; it is on the disk when the promise resolves.
   *
   * @throws {SystemError} `disk-full` and the like; nothing is left of it then.
   */
  async add(mail: BuiltMail): Promise<void> {
    const order = [String(Date.now()).padStart(14, "0"), String(this.#added++).padStart(6, "0")].join("-");
    const name = `${order}-${crypto.randomUUID()}`;
    await this.#write(name, await spooledBytes(mail, Date.now()));
  }

  /** Returns the number of messages that wait. */
  async count(): Promise<number> {
    return (await this.#names(WAITING)).length;
  }

  /** Returns the paths of messages that no run sends again: they may have been sent, or are being sent. */
  async left(): Promise<string[]> {
    const names = [...await this.#names(SENDING), ...await this.#names(UNCERTAIN)];
    return names.map((name) => this.#path(name));
  }

  /**
   * Claims the messages that wait now, the oldest first, one by one. A message that the caller neither ends nor keeps stays claimed.
   *
   * @throws {SystemError} When the folder cannot be read.
   */
  async *claims(): AsyncGenerator<ClaimedMail> {
    for (const name of await this.#names(WAITING)) {
      const claimed = await this.#claim(name.slice(0, -WAITING.length));
      if (claimed) yield claimed;
    }
  }

  async #claim(name: string): Promise<ClaimedMail | undefined> {
    const path = this.#path(name + SENDING);
    try {
      renameFile(this.#path(name + WAITING), path);
    } catch (error) {
      // Another run was faster.
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw fromSystem(error, { doing: "send mail from", what: this.#folder });
    }
    const mail = spooledMail(await Deno.readFile(path));
    if (!mail) {
      throw new SystemError(`${path} is not a spooled message`, {
        code: "invalid-spool",
        operation: "read",
        peer: path,
      });
    }
    return {
      mail,
      since: mail.since,
      done: () => this.#remove(path),
      keep: async (to = mail.to) => {
        if (to.length === mail.to.length) await this.#rename(path, name + WAITING);
        else {
          await this.#write(name, await spooledBytes({ ...mail, to }, mail.since));
          await this.#remove(path);
        }
      },
      uncertain: async () => await this.#rename(path, name + UNCERTAIN),
    };
  }

  async #rename(from: string, name: string): Promise<string> {
    const path = this.#path(name);
    renameFile(from, path);
    await syncFolder(this.#folder);
    return path;
  }

  async #remove(path: string): Promise<void> {
    await Deno.remove(path);
    await syncFolder(this.#folder);
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const part = this.#path(name + PART);
    try {
      {
        using file = createOwnFile(part, { mode: 0o600 });
        await writeAll(file, bytes);
        await file.sync();
      }
      renameFile(part, this.#path(name + WAITING));
      await syncFolder(this.#folder);
    } catch (error) {
      await Deno.remove(part).catch(() => {});
      throw fromSystem(error, { doing: "keep mail in", what: this.#folder });
    }
  }

  async #names(ending: string): Promise<string[]> {
    try {
      const found: string[] = [];
      for await (const { name, isFile } of Deno.readDir(this.#folder)) {
        if (isFile && name.endsWith(ending)) found.push(name);
      }
      return found.sort();
    } catch (error) {
      throw fromSystem(error, { doing: "read", what: this.#folder });
    }
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}
