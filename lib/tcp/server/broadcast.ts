import type { Connection } from "../../core/mod.ts";
import { LineEnds } from "../connection/crlf.ts";
import type { ListenOptions } from "./listen_options.ts";
import { Member } from "./member.ts";
import { type ConnectionReport, Meter } from "../observe/report.ts";

/** How members talk to each other. */
export interface BroadcastOptions
  extends
    Pick<ListenOptions, "input" | "output" | "only" | "crlf" | "rate" | "idle" | "observe" | "onConnect" | "onReport"> {
  /** How many members there may be at once. @default 100 */
  readonly maxConnections?: number;
  /** Asks it to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds that members then have to end their side. */
  readonly grace: number;
}

/**
 * Milliseconds without a byte taken after which a member that holds the sender up is cut off. The system tells that a socket takes
 * bytes again only when a third of its buffer of up to 4 MiB is free: at 1 MB/s every 1.4 s, at 100 kB/s every 14 s.
 */
export const STALL_MS = 30_000;

/**
 * The two-way line: what one end sends, all others get, and input and output are one of the ends. The slowest member sets the pace;
 * one that takes nothing at all for {@link STALL_MS} is cut off.
 */
export class Broadcast {
  /** Rejects when input or output fails, which ends it all. */
  readonly failed: Promise<never>;
  readonly #options: BroadcastOptions;
  readonly #members = new Map<Member, Promise<void>>();
  readonly #fail: (reason: unknown) => void;
  #arriving = 0;

  /** Starts passing the input on. */
  constructor(options: BroadcastOptions) {
    this.#options = options;
    const failed = Promise.withResolvers<never>();
    this.failed = failed.promise;
    this.failed.catch(() => {});
    this.#fail = failed.reject;
    options.signal.addEventListener("abort", () => this.#members.forEach((_, member) => member.stop(options.grace)), {
      once: true,
    });
    if (options.only !== "receive") void this.#passInput();
  }

  /** Whether nobody else may join. */
  get full(): boolean {
    return this.#members.size + this.#arriving >= (this.#options.maxConnections ?? 100);
  }

  /** Keeps a place for somebody who is on the way in; call what it returns when they are. */
  reserve(): () => void {
    this.#arriving++;
    return () => this.#arriving--;
  }

  /** Closes a connection for which there is no place. */
  turnAway(connection: Connection): void {
    connection.close();
    this.#options.onReport?.(new Meter().report(connection, "turned-away"));
  }

  /** Makes a connection a member. */
  join(connection: Connection): void {
    this.#options.onConnect?.(connection.remote, connection.security?.certificate);
    const member: Member = new Member(connection, {
      idle: this.#options.idle,
      rate: this.#options.rate,
      received: (bytes) => this.#received(member, bytes),
    });
    const over = member.run().then((report) => this.#left(member, report), this.#fail);
    this.#members.set(member, over);
    if (this.#options.signal.aborted) member.stop(this.#options.grace);
  }

  /** Resolves when all members have left. */
  async finished(): Promise<void> {
    await Promise.all(this.#members.values());
  }

  #left(member: Member, report: ConnectionReport): void {
    this.#members.delete(member);
    this.#options.onReport?.(report);
  }

  async #received(from: Member, bytes: Uint8Array): Promise<void> {
    const { only, output, observe } = this.#options;
    try {
      await observe?.("<", bytes);
      if (only !== "send") await output?.write(bytes);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    if (!only) await this.#deliver(bytes, from);
  }

  async #passInput(): Promise<void> {
    const { input, crlf, observe, signal } = this.#options;
    const ends = crlf ? new LineEnds() : undefined;
    try {
      for (let chunk = await input?.next(signal); chunk; chunk = await input?.next(signal)) {
        const bytes = ends ? ends.convert(chunk) : chunk;
        await observe?.(">", bytes);
        await this.#deliver(bytes);
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  /** Gives all others the bytes, and waits for those who are behind. */
  async #deliver(bytes: Uint8Array, from?: Member): Promise<void> {
    const copy = bytes.slice();
    const others = [...this.#members.keys()].filter((member) => member !== from);
    for (const member of others) member.send(copy);
    await Promise.all(others.filter((member) => member.behind).map((member) => member.caughtUp(STALL_MS)));
  }
}
