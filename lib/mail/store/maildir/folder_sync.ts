import { syncFolder } from "../../../core/files/sync_folder.ts";

/** Flushes a folder to the disk. Callers that arrive while it is being flushed share the next time: it is one for all of them. */
export class FolderSync {
  readonly #path: () => string;
  #running?: Promise<unknown>;
  #next?: Promise<void>;

  /** Flushes the folder of a path. */
  constructor(path: () => string) {
    this.#path = path;
  }

  /** Resolves when what was renamed into the folder before is durable. */
  sync(): Promise<void> {
    return this.#next ??= this.#start();
  }

  async #start(): Promise<void> {
    await this.#running;
    this.#next = undefined;
    this.#running = syncFolder(this.#path());
    await this.#running;
  }
}
