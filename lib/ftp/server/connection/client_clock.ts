import type { FtpHost } from "../host.ts";

/** Milliseconds for which the rest of the input is drained before the connection is closed. */
const DRAIN_TIMEOUT_MS = 2000;

/** State of a connection, as its limits in time need it. */
export interface ClientState {
  /** Whether the client has logged in. */
  readonly loggedIn: boolean;
  /** Whether a transfer runs. */
  readonly transferring: boolean;
  /** Time of the last write that has not ended. */
  readonly writingSince?: number;
}

/** Times of a client, by `performance.now()`. */
export class ClientClock {
  /** Time of the last command with a login, or of the connection. */
  #loggedIn = performance.now();
  /** Time of the last command or the end of the last transfer. */
  #active = performance.now();
  #drained = Infinity;

  /** Notes that a command, the end of a transfer, or a TLS handshake has come. */
  touch(loggedIn = false): void {
    this.#active = performance.now();
    if (loggedIn) this.#loggedIn = this.#active;
  }

  /** Notes that only the rest of the input is drained from now on. */
  drain(): void {
    this.#drained = performance.now() + DRAIN_TIMEOUT_MS;
  }

  /** Whether the input was drained for long enough. */
  drained(now: number): boolean {
    return now > this.#drained;
  }

  /** Whether the client has taken too long. */
  late(now: number, { idle, login, data }: FtpHost["timeouts"], state: ClientState): boolean {
    const { loggedIn, transferring, writingSince } = state;
    return (!transferring && now > this.#active + idle) || (!loggedIn && now > this.#loggedIn + login) ||
      (writingSince !== undefined && now > writingSince + data);
  }
}
