import { fromSystem, makeFolders, syncFolder, SystemError } from "../../../core/mod.ts";
import { saveMail } from "../../message/save.ts";
import type { ListedMail } from "../source.ts";
import { saveInFolder } from "./in_folder.ts";
import type { MailTarget } from "./target.ts";

/** Bytes of an id that a file name has. */
const MAX_ID = 200;

/** Saves each message as a file of its own in a folder, named by its lasting id. */
export class EmlFolder implements MailTarget {
  readonly #folder: string;
  #made = false;

  /** Saves in a folder, which is created with the first message. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Saves a message; one that is there already is left as it is. */
  async save(mail: ListedMail, bytes: Uint8Array): Promise<string> {
    try {
      if (!this.#made) { for (const parent of makeFolders(this.#folder)) await syncFolder(parent); }
      this.#made = true;
      return await saveInFolder(this.#folder, `${safeId(mail)}.eml`, bytes);
    } catch (error) {
      throw fromSystem(error, { doing: "write in", what: this.#folder });
    }
  }
}

/** Saves one message as a file. */
export class EmlFile implements MailTarget {
  /** It takes one. */
  readonly single = true;
  readonly #path: string;
  #used = false;

  /** Saves to a path; a file that is there is replaced, its mode, owner and links are preserved. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Saves the message. */
  async save(_mail: ListedMail, bytes: Uint8Array): Promise<string> {
    // The second one would replace the first.
    if (this.#used) {
      throw new SystemError(`cannot save several messages as ${this.#path}: it is a file`, {
        code: "file-exists",
        operation: "write",
      });
    }
    this.#used = true;
    await saveMail({ chunks: () => pieces(bytes) }, this.#path);
    return this.#path;
  }
}

/** An id as a part of a file name: what is neither a letter of ASCII nor a digit is escaped, so that different ids have different names. */
function safeId({ uid, number }: ListedMail): string {
  const id = uid === "" ? `message-${number}` : uid.replace(/^<|>$/g, "");
  const escaped = id.replace(/[^A-Za-z0-9@_.+-]|^[.-]/gu, (char) => `%${(char.codePointAt(0) ?? 0).toString(16)}`);
  return escaped.slice(0, MAX_ID);
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
