import { TimeoutError } from "../../core/mod.ts";

/** States in which a connection waits. */
export type Waiting = "request" | "head" | "body" | "write" | "linger" | "nothing";

/** Timeout of each state in milliseconds. */
export type Timeouts = Readonly<Record<Exclude<Waiting, "nothing">, number>>;

const TOO_SLOW: Readonly<Record<Exclude<Waiting, "nothing">, readonly [code: string, what: string]>> = {
  request: ["idle", "sent no request"],
  head: ["header-timeout", "was too slow with the head of a request"],
  body: ["body-timeout", "was too slow with a body"],
  write: ["write-timeout", "did not take what it was sent"],
  linger: ["linger-timeout", "did not close the connection"],
};

/**
 * Watches how long a connection waits for its client. It has no timer: an owner of many looks at all of them from time
 * to time, and a wait counts from the first look at it, so that a request costs no look at the clock. Bodies do, since
 * many short waits for one are to be summed up.
 */
export class Guard {
  /** Current state. */
  waiting: Waiting = "nothing";
  readonly #timeouts: Timeouts;
  readonly #progress: number;
  /** When this wait began, or was first looked at; 0 before that. */
  #since = 0;
  #waited = 0;
  #bytes = 0;

  /** Creates a guard; after `progress` bytes of a body its timeout restarts. */
  constructor(timeouts: Timeouts, progress: number) {
    this.#timeouts = timeouts;
    this.#progress = progress;
  }

  /** Begins to wait; a head that goes on has no new time. */
  wait(what: Exclude<Waiting, "nothing">): void {
    if (what === this.waiting) return;
    this.waiting = what;
    this.#since = what === "body" ? performance.now() : 0;
  }

  /** Something came: only what was waited for in between counts, and for a body only when it was enough. */
  came(bytes: number): void {
    if (this.waiting === "body") {
      this.#waited += performance.now() - this.#since;
      this.#bytes += bytes;
      if (this.#bytes >= this.#progress) this.#waited = this.#bytes = 0;
    }
    if (this.waiting !== "head") this.waiting = "nothing";
  }

  /** Nothing is waited for, and what comes next has all its time. */
  rest(): void {
    this.waiting = "nothing";
    this.#waited = this.#bytes = 0;
  }

  /** Looks at it: the error when the time is over. */
  tooLate(now: number, peer: string): TimeoutError | undefined {
    const { waiting } = this;
    if (waiting === "nothing") return undefined;
    if (this.#since === 0) this.#since = now;
    const waited = now - this.#since + (waiting === "body" ? this.#waited : 0);
    if (waited <= this.#timeouts[waiting]) return undefined;
    const [code, what] = TOO_SLOW[waiting];
    return new TimeoutError(`${peer} ${what}`, { code, peer });
  }
}
