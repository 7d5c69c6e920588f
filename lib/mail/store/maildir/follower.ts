import type { MaildirFolder } from "./maildir_folder.ts";

/** Interval between checks of the maildirs, and the wait after slow ones as a multiple of their duration. */
const INTERVAL_MS = 1000;
const SHARE = 20;

/** Looks for changes of maildirs at intervals; large ones are looked at less often. */
export class Follower {
  readonly #discover: () => Promise<void>;
  readonly #folders: () => Iterable<MaildirFolder>;
  #timer?: ReturnType<typeof setTimeout>;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  /** Looks for new folders, and at those that there are. */
  constructor(discover: () => Promise<void>, folders: () => Iterable<MaildirFolder>) {
    this.#discover = discover;
    this.#folders = folders;
    this.#schedule(INTERVAL_MS);
  }

  /** Stops, and resolves when nothing is being looked at. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(wait: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.#running = this.#look(), wait);
  }

  async #look(): Promise<void> {
    const start = performance.now();
    for (const folder of [...this.#folders()]) {
      if (this.#stopped) return;
      // It is not there, or not readable, for now: what is known stays.
      await folder.follow().catch(() => {});
    }
    if (!this.#stopped) await this.#discover();
    this.#schedule(Math.max(INTERVAL_MS, SHARE * (performance.now() - start)));
  }
}
