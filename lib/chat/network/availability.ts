import { NetworkError } from "../../core/mod.ts";
import type { ChatNetworkEvent } from "./chat_network.ts";

/** Whether a server can write to the log: it is connected to a broker, and its last message was stored. */
export class Availability {
  readonly #onEvent: (event: ChatNetworkEvent) => void;
  #connected = true;
  #stored = true;
  #reported = true;

  /** Starts as available; `onEvent` is called with each change. */
  constructor(onEvent: (event: ChatNetworkEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** Whether the log can be written. */
  get now(): boolean {
    return this.#connected && this.#stored;
  }

  /** Begins as a new server, which has no message that was not stored. */
  begin(): void {
    this.#stored = true;
  }

  /** Records whether a broker is connected; with the cause when none is. */
  connection(error: unknown): void {
    this.#connected = error === undefined;
    this.#report(error);
  }

  /** Records whether a message was stored; with the cause when it was not. */
  storage(error: unknown): void {
    this.#stored = error === undefined;
    this.#report(error);
  }

  #report(cause: unknown): void {
    if (this.now === this.#reported) return;
    this.#reported = this.now;
    if (this.now) return this.#onEvent({ event: "available" });
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new NetworkError(`cannot reach the brokers: ${reason}`, { code: "network-unavailable", cause });
    this.#onEvent({ event: "unavailable", error });
  }
}
