import type { FtpFiles, FtpLogin, FtpTree } from "../../../ftp/mod.ts";
import type { Digests } from "../../digest/digest.ts";
import { UploadParts } from "./parts.ts";
import { rootTree } from "./tree.ts";
import { RootWriter } from "./writer.ts";
import type { WriterContext } from "./writer_context.ts";

/** Dependencies of {@link RootFiles}. */
export interface RootFilesOptions extends Omit<WriterContext, "parts"> {
  /** Digests of files. */
  readonly digests: Digests;
  /** Whether clients may upload. */
  readonly upload: boolean;
  /** Whether user names are checked: then they tell apart who may continue an upload, otherwise addresses. */
  readonly authenticated: boolean;
}

/** Files below a root, for FTP. */
export class RootFiles implements FtpFiles, AsyncDisposable {
  readonly hashes = true;
  readonly writable: boolean;
  readonly #options: RootFilesOptions;
  readonly #tree: FtpTree;
  readonly #parts = new UploadParts();

  /** Offers the files below a root. */
  constructor(options: RootFilesOptions) {
    this.#options = options;
    this.writable = options.upload;
    this.#tree = rootTree(options.root, options.digests);
  }

  enter({ user, host }: FtpLogin): FtpTree {
    if (!this.writable) return this.#tree;
    const client = this.#options.authenticated ? user : host;
    const writer = new RootWriter({ ...this.#options, parts: this.#parts }, client);
    return { ...this.#tree, writer };
  }

  /** Removes the interrupted uploads. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.close();
  }
}
