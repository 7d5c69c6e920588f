import { NegativeError, NetworkError, TimeoutError, type ToucanError } from "../../core/mod.ts";
import { ircLine } from "../codec/message.ts";
import type { ChatMessage } from "./events.ts";

/** Limit of messages of an answer. */
const MAX_MESSAGES = 100;
/** Limit for an answer. */
const TIMEOUT_MS = 15_000;

interface Request {
  readonly target: string;
  readonly done: (messages: readonly ChatMessage[]) => void;
  readonly failed: (error: ToucanError) => void;
}

/** Requests for earlier messages (CHATHISTORY BEFORE) of one connection, one at a time. */
export class EarlierRequests {
  readonly #write: (line: string) => void;
  readonly #fold: (name: string) => string;
  #asked?: Request;
  #batch?: { readonly name: string; readonly messages: ChatMessage[] };

  /** Starts on a connection, with its case mapping. */
  constructor(write: (line: string) => void, fold: (name: string) => string) {
    this.#write = write;
    this.#fold = fold;
  }

  /** Whether a request has not been answered. */
  get pending(): boolean {
    return this.#asked !== undefined;
  }

  /** Requests at most `limit` messages before one with this id. */
  async ask(target: string, id: string, limit: number): Promise<readonly ChatMessage[]> {
    const line = ircLine(undefined, "CHATHISTORY", "BEFORE", target, `msgid=${id}`, `${Math.min(limit, MAX_MESSAGES)}`);
    const { promise, resolve, reject } = Promise.withResolvers<readonly ChatMessage[]>();
    this.#asked = { target: this.#fold(target), done: resolve, failed: reject };
    const timer = setTimeout(() => {
      this.#asked = undefined;
      reject(new TimeoutError("cannot read the history: no response", { code: "chat-silent", operation: "history" }));
    }, TIMEOUT_MS);
    try {
      this.#write(line);
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Handles the start or end of a batch; returns whether it is an answer. */
  batch(reference: string, type: string, target: string): boolean {
    const name = reference.slice(1);
    if (reference.startsWith("+")) {
      if (type !== "chathistory" || this.#asked?.target !== this.#fold(target)) return false;
      this.#batch = { name, messages: [] };
      return true;
    }
    if (this.#batch?.name !== name) return false;
    this.#asked?.done(this.#batch.messages);
    this.#batch = this.#asked = undefined;
    return true;
  }

  /** Adds a message of an answer; returns whether it is one. */
  add(batch: string | undefined, message: ChatMessage): boolean {
    if (batch === undefined || this.#batch?.name !== batch) return false;
    if (this.#batch.messages.length < MAX_MESSAGES) this.#batch.messages.push({ ...message, past: true });
    return true;
  }

  /** Handles a refusal. */
  failed(why: string): void {
    const options = { code: "history-refused", operation: "history" };
    this.#asked?.failed(new NegativeError(`cannot read the history: ${why}`, options));
    this.#asked = this.#batch = undefined;
  }

  /** Rejects the request of a lost connection. */
  close(): void {
    const options = { code: "connection-closed", operation: "history" };
    this.#asked?.failed(new NetworkError("cannot read the history: connection lost", options));
    this.#asked = undefined;
  }
}
