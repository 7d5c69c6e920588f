import type { Connection } from "../../core/mod.ts";
import { CrlfConverter } from "../connection/crlf.ts";
import type { ListenOptions } from "./listen_options.ts";
import { Member } from "./member.ts";
import { ByteCounter, type ConnectionReport } from "../observe/report.ts";

/** Options of a {@link Broadcast}. */
export interface BroadcastOptions
  extends
    Pick<ListenOptions, "input" | "output" | "only" | "crlf" | "rate" | "idle" | "observe" | "onConnect" | "onReport"> {
  /** Maximum number of members at once. @default 100 */
  readonly maxConnections?: number;
  /** Stops it. */
  readonly signal: AbortSignal;
  /** Milliseconds after a stop in which members must close their side. */
  readonly grace: number;
}

/**
 * Milliseconds after which a member that reads nothing and blocks a sender is disconnected. A socket becomes writable
 * again only when a third of its buffer of up to 4 MiB is free: at 1 MB/s every 1.4 s, at 100 kB/s every 14 s.
 */
export const STALL_MS = 30_000;

/**
 * Relays the data of each member to all others; input and output are a member too. The slowest member limits the rate;
 * one that reads nothing for {@link STALL_MS} is disconnected.
 */
export class Broadcast {
  /** Rejects when input or output fails, which stops it. */
  readonly failed: Promise<never>;
  readonly #options: BroadcastOptions;
  readonly #members = new Map<Member, Promise<void>>();
  readonly #fail: (reason: unknown) => void;
  #arriving = 0;

  /** Starts relaying the input. */
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

  /** Whether the maximum number of members is reached. */
  get full(): boolean {
    return this.#members.size + this.#arriving >= (this.#options.maxConnections ?? 100);
  }

  /** Reserves a place for a client during its handshake; the returned function releases it. */
  reserve(): () => void {
    this.#arriving++;
    return () => this.#arriving--;
  }

  /** Closes a connection beyond the limit. */
  turnAway(connection: Connection): void {
    connection.close();
    this.#options.onReport?.(new ByteCounter().report(connection, "turned-away"));
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
    const ends = crlf ? new CrlfConverter() : undefined;
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

  /** Sends bytes to all other members, and waits for those that are behind. */
  async #deliver(bytes: Uint8Array, from?: Member): Promise<void> {
    const copy = bytes.slice();
    const others = [...this.#members.keys()].filter((member) => member !== from);
    for (const member of others) member.send(copy);
    await Promise.all(others.filter((member) => member.behind).map((member) => member.caughtUp(STALL_MS)));
  }
}
