import {
  closeQuietly,
  createOwnFile,
  fromSystem,
  isWindows,
  renameToFree,
  syncFolder,
  SystemError,
  writeAll,
} from "../../../core/mod.ts";
import { dirname } from "../../../deps/std/path.ts";
import { newMailId } from "../../store/mail_id.ts";
import type { ListedMail } from "../source.ts";
import type { MailTarget } from "./target.ts";

/** Letters of flags in the names of a maildir's files. */
const LETTERS: Readonly<Record<string, string>> = {
  "\\draft": "D",
  "\\flagged": "F",
  "\\answered": "R",
  "\\seen": "S",
};

/** Saves messages in a maildir: unread ones in `new`, others in `cur` with their flags. */
export class MaildirTarget implements MailTarget {
  readonly #directory: string;
  #made = false;

  /** Saves in a maildir, which is created with the first message. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Saves a message: written to `tmp`, flushed to the disk, and renamed. */
  async save({ flags = [] }: ListedMail, bytes: Uint8Array): Promise<string> {
    const id = newMailId();
    const temporary = `${this.#directory}/tmp/${id}`;
    // Windows allows no colon in a name.
    const letters = isWindows() ? "" : flags.map((flag) => LETTERS[flag.toLowerCase()] ?? "").sort().join("");
    const folder = `${this.#directory}/${letters === "" ? "new" : "cur"}`;
    const path = `${folder}/${id}${letters === "" ? "" : `:2,${letters}`}`;
    try {
      if (!this.#made) await this.#make();
      await writeSynced(temporary, bytes);
      if (!renameToFree(temporary, path)) {
        throw new SystemError(`${path} already exists`, { code: "file-exists", operation: "write" });
      }
      await syncFolder(folder);
      return path;
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw fromSystem(error, { doing: "write in", what: this.#directory });
    }
  }

  async #make(): Promise<void> {
    for (const name of ["tmp", "new", "cur"]) {
      const path = `${this.#directory}/${name}`;
      await Deno.mkdir(path, { recursive: true, mode: 0o700 });
      // Mail would be written to wherever a link leads.
      if (!Deno.lstatSync(path).isDirectory) {
        throw new SystemError(`${path} is not a folder`, { code: "not-a-directory", operation: "write" });
      }
    }
    for (const path of [this.#directory, dirname(this.#directory)]) await syncFolder(path);
    this.#made = true;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = createOwnFile(path, { mode: 0o600 });
  try {
    await writeAll(file, bytes);
    await file.sync();
  } finally {
    closeQuietly(file);
  }
}
