import { closeQuietly, fromSystem, openForAppending, syncFolder, SystemError, writeAll } from "../../../core/mod.ts";
import { dirname } from "../../../deps/std/path.ts";
import type { ListedMail } from "../source.ts";
import { mboxEntry } from "./mbox_text.ts";
import type { MailTarget } from "./target.ts";

/**
 * Appends messages to a file in the format `mboxrd`. The file is locked for each of them; where a message cannot be written whole, the file
 * is cut to what it was.
 */
export class MboxTarget implements MailTarget {
  readonly #path: string;

  /** Appends to a file, which is created with the first message. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Appends a message, and flushes the file to the disk. */
  async save(_mail: ListedMail, bytes: Uint8Array): Promise<string> {
    try {
      const file = openForAppending(this.#path);
      try {
        await this.#append(file, mboxEntry(bytes));
      } finally {
        closeQuietly(file);
      }
      return this.#path;
    } catch (error) {
      throw fromSystem(error, { doing: "write", what: this.#path });
    }
  }

  async #append(file: Deno.FsFile, entry: Uint8Array): Promise<void> {
    if (!file.tryLockSync(true)) {
      throw new SystemError(`another process is writing ${this.#path}`, { code: "file-busy", operation: "write" });
    }
    const { size, isFile } = file.statSync();
    if (!isFile) throw refusal(this.#path, "it is not a regular file", "not-a-file");
    const gap = size === 0 ? "" : await this.#gap(size);
    try {
      await writeAll(file, new TextEncoder().encode(gap));
      await writeAll(file, entry);
      await file.sync();
    } catch (error) {
      file.truncateSync(size);
      throw error;
    }
    if (size === 0) await syncFolder(dirname(this.#path));
  }

  /** Returns the line ends that are missing in front of the next message. */
  async #gap(size: number): Promise<string> {
    using file = await Deno.open(this.#path);
    const [begin, end] = [new Uint8Array(5), new Uint8Array(2)];
    await file.read(begin);
    if (new TextDecoder().decode(begin) !== "From ") {
      throw refusal(this.#path, "it does not begin with a line of an mbox file", "not-an-mbox");
    }
    await file.seek(size - 2, Deno.SeekMode.Start);
    await file.read(end);
    return end[1] !== 10 ? "\n\n" : end[0] !== 10 ? "\n" : "";
  }
}

function refusal(path: string, why: string, code: string): SystemError {
  return new SystemError(`cannot append to ${path}: ${why}`, { code, operation: "write" });
}
