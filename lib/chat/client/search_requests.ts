import { NegativeError, NetworkError, TimeoutError, type ToucanError, UsageError } from "../../core/mod.ts";
import { exceeds, ircLine, MAX_LINE_BYTES } from "../codec/message.ts";
import { escapeTags } from "../codec/tags.ts";
import type { ChatMessage } from "./events.ts";
import type { ChatSearch } from "./options.ts";

/** Batch type of the answers. */
const TYPE = "soju.im/search";
/** Limit of messages of an answer, above that of any real server. */
const MAX_MESSAGES = 10_000;
/** Default limit for an answer. */
const DEFAULT_TIMEOUT_MS = 15_000;

interface Request {
  readonly done: (messages: readonly ChatMessage[]) => void;
  readonly failed: (error: ToucanError) => void;
}

/** Searches of one connection (soju.im/search): a server answers them in order. */
export class SearchRequests {
  readonly #write: (line: string) => void;
  readonly #asked: Request[] = [];
  #batch?: { readonly name: string; readonly messages: ChatMessage[] };

  /** Starts on a connection. */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Sends a search, and resolves with the messages that the server has found. */
  async ask(search: ChatSearch): Promise<readonly ChatMessage[]> {
    const { text, from, target, after, before, limit, signal, timeout = DEFAULT_TIMEOUT_MS } = search;
    signal?.throwIfAborted();
    const attributes = Object.entries({
      ...{ in: target, from, text },
      after: after === undefined ? undefined : new Date(after).toISOString(),
      before: before === undefined ? undefined : new Date(before).toISOString(),
      limit: limit === undefined ? undefined : `${limit}`,
    }).flatMap(([key, value]): [string, string][] => value === undefined ? [] : [[key, value]]);
    const line = ircLine(undefined, "SEARCH", escapeTags(new Map(attributes)));
    if (exceeds(line, MAX_LINE_BYTES - 2)) {
      throw new UsageError("invalid search: longer than a message (512 bytes)", { code: "search-too-long" });
    }
    const { promise, resolve, reject } = Promise.withResolvers<readonly ChatMessage[]>();
    const timer = setTimeout(() => {
      reject(new TimeoutError("cannot search the history: no response", { code: "chat-silent", operation: "search" }));
    }, timeout);
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      this.#write(line);
      // It stays in the list when it has timed out: the answer may still come.
      this.#asked.push({ done: resolve, failed: reject });
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Handles the start or end of a batch; returns whether it is an answer. */
  batch(reference: string, type: string): boolean {
    const name = reference.slice(1);
    if (reference.startsWith("+")) {
      if (type !== TYPE) return false;
      this.#batch = { name, messages: [] };
      return true;
    }
    if (this.#batch?.name !== name) return false;
    this.#asked.shift()?.done(this.#batch.messages);
    this.#batch = undefined;
    return true;
  }

  /** Adds a message of an answer; returns whether it is one. */
  add(batch: string | undefined, message: ChatMessage): boolean {
    if (batch === undefined || this.#batch?.name !== batch) return false;
    if (this.#batch.messages.length < MAX_MESSAGES) this.#batch.messages.push({ ...message, past: true });
    return true;
  }

  /** Handles the refusal of the oldest search. */
  failed(why: string): void {
    this.#asked.shift()?.failed(
      new NegativeError(`cannot search the history: ${why}`, { code: "search-refused", operation: "search" }),
    );
  }

  /** Rejects the searches of a lost connection. */
  close(): void {
    for (const { failed } of this.#asked.splice(0)) {
      failed(
        new NetworkError("cannot search the history: connection lost", {
          code: "connection-closed",
          operation: "search",
        }),
      );
    }
  }
}
