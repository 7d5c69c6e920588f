import { SystemError } from "../../../core/errors/errors.ts";

/** Limits of a store. */
export interface StoreLimits {
  /**
   * Messages in all folders.
   *
   * @default {no limit}
   */
  readonly messages?: number;
  /**
   * Bytes of messages in all folders.
   *
   * @default {no limit}
   */
  readonly bytes?: number;
}

/** Counts what is in all folders of a store. */
export class Quota {
  /** Messages. */
  messages = 0;
  /** Bytes of messages. */
  bytes = 0;
  readonly #limits: Required<StoreLimits>;

  /** Counts up to limits. */
  constructor({ messages = Infinity, bytes = Infinity }: StoreLimits = {}) {
    this.#limits = { messages, bytes };
  }

  /**
   * Checks that there is room for messages of this many bytes.
   *
   * @throws {SystemError} `store-full`.
   */
  check(messages: number, bytes: number): void {
    const { messages: most, bytes: largest } = this.#limits;
    if (this.messages + messages <= most && this.bytes + bytes <= largest) return;
    throw new SystemError("cannot store the message: the store is full", { code: "store-full", operation: "store" });
  }
}
