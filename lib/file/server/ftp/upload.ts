import type { FtpUpload } from "../../../ftp/mod.ts";
import type { IncomingFile } from "../upload/incoming_file.ts";
import { behindLink } from "../upload/target.ts";
import { tooLarge, writing } from "./refusals.ts";
import type { WriterContext } from "./writer_context.ts";

/** Reactions to the end of an upload. */
interface Ends {
  /** Keeps it, when it was interrupted. */
  readonly keep: () => Promise<void>;
  /** Takes note of the stored file. */
  readonly stored: (stat: Deno.FileInfo) => void;
}

/** Upload by FTP, below a root. */
export class RootUpload implements FtpUpload {
  readonly #context: WriterContext;
  readonly #incoming: IncomingFile;
  readonly #name: string;
  readonly #ends: Ends;
  #over = false;

  /** Writes to an incoming file, which is to get this name in its folder. */
  constructor(context: WriterContext, incoming: IncomingFile, name: string, ends: Ends) {
    this.#context = context;
    this.#incoming = incoming;
    this.#name = name;
    this.#ends = ends;
  }

  get size(): number {
    return this.#incoming.size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { maxSize } = this.#context;
    if (this.#incoming.size + bytes.length > maxSize) await this.#refuse(maxSize);
    await this.#refusing(() => this.#incoming.write(bytes));
  }

  async #refuse(maxSize: number): Promise<never> {
    await this.#discard();
    throw tooLarge(maxSize);
  }

  commit(check: () => void): Promise<void> {
    let gone = false;
    const checked = () => {
      gone = true;
      check();
      gone = false;
    };
    return this.#refusing(async () => {
      const { stat } = await this.#incoming.commit(this.#name, true, checked, behindLink(this.#context.root));
      this.#over = true;
      this.#ends.stored(stat);
    }, () => gone);
  }

  async interrupt(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.#ends.keep();
  }

  /** Runs `work`, and discards the upload if that fails, unless the reason is that the client is gone. */
  async #refusing(work: () => Promise<void>, keeps: () => boolean = () => false): Promise<void> {
    try {
      await writing(work);
    } catch (error) {
      if (!keeps()) await this.#discard();
      throw error;
    }
  }

  async #discard(): Promise<void> {
    this.#over = true;
    await this.#incoming.discard();
  }
}
