import {
  Deadline,
  NegativeError,
  pause,
  SystemError,
  type TlsOptions,
  ToucanError,
  type Trace,
  UsageError,
} from "../../core/mod.ts";
import { type HttpResponse, request } from "../../http/mod.ts";
import { readUrl } from "../../http/internal.ts";
import type { MailStore, StoredMail } from "../store/types.ts";
import { payloadOf } from "./payload.ts";

const MAX_WAITING_COUNT = 1000;
const CONCURRENT_COUNT = 4;
const MAX_ATTEMPTS = 5;
const ATTEMPT_TIMEOUT_MS = 10_000;
const RETRY_DELAY_MS = 1000;
const MAX_RETRY_DELAY_MS = 60_000;
const SHUTDOWN_TIMEOUT_MS = 5000;
/** Statuses after which a request is repeated, besides those from 500. */
const RETRIED: ReadonlySet<number> = new Set([408, 425, 429]);

/** A message that a webhook could not report. */
export interface MailWebhookFailure {
  /** The message. */
  readonly mail: StoredMail;
  /** Number of attempts. */
  readonly attempts: number;
  /** The last error. */
  readonly error: ToucanError;
}

/** Options of {@link MailWebhook}. */
export interface MailWebhookOptions {
  /**
   * Token to send as `Authorization: Bearer`.
   *
   * @default {the user and password of the URL, if it has them}
   */
  readonly token?: string;
  /**
   * Verification of the certificate of an https: server.
   *
   * @default {the system's certificate authorities}
   */
  readonly tls?: TlsOptions;
  /**
   * Milliseconds for each attempt.
   *
   * @default {10000}
   */
  readonly timeout?: number;
  /**
   * Milliseconds before the second attempt; before each further one twice as many, at most 60000.
   *
   * @default {1000}
   */
  readonly retryDelay?: number;
  /**
   * Messages that wait, at most; further ones are not reported.
   *
   * @default {1000}
   */
  readonly waiting?: number;
  /**
   * Called for each message that could not be reported.
   *
   * @default {undefined}
   */
  readonly onFailure?: (failure: MailWebhookFailure) => void;
  /**
   * Receives the requests and the heads of the responses.
   *
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/**
 * Reports each message that a store receives to a URL, by a POST request whose body has the message as the list of an inbox shows it, in
 * JSON: `{"event": "mail", "id": …, "from": …, "to": […], "subject": …}`. Four requests are under way at most; their order may differ
 * from that of the messages. Network errors, timeouts and the statuses 408, 425, 429 and from 500 are retried, four times at most; the
 * body of a response is not read, and redirects are not followed.
 *
 * Permissions: `--allow-net=HOST:PORT` of the URL.
 *
 * @example Learn of messages
 * ```ts
 * import { mailSink, MailWebhook, sendMail, serveHttp } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const subjects: string[] = [];
 * await using server = serveHttp("127.0.0.1:0", async ({ body }) => {
 *   subjects.push(JSON.parse(await body.text(100_000)).subject);
 *   return { status: 204 };
 * });
 * await using sink = await mailSink();
 * await using webhook = new MailWebhook(sink.store, server.url);
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", subject: "hi" }, { tls: "none" });
 * await webhook.shutdown();
 * assertEquals(subjects, ["hi"]);
 * ```
 */
export class MailWebhook implements AsyncDisposable {
  readonly #store: Pick<MailStore, "parsed" | "watch">;
  readonly #url: URL;
  readonly #options: MailWebhookOptions;
  readonly #unwatch: () => void;
  readonly #waiting: StoredMail[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Ends pauses between attempts. */
  readonly #closing = new AbortController();
  /** Ends requests. */
  readonly #stop = new AbortController();

  /**
   * Reports the messages that a store receives from now on.
   *
   * @throws {UsageError} `invalid-url`, `unsupported-scheme`, `invalid-token`.
   */
  constructor(store: Pick<MailStore, "parsed" | "watch">, url: string | URL, given?: MailWebhookOptions) {
    const options = given ?? {};
    this.#store = store;
    this.#url = readUrl(url);
    if (options.token !== undefined && !/^[\x21-\x7e]+$/.test(options.token)) {
      throw new UsageError("invalid token: visible ASCII characters without spaces are accepted", {
        code: "invalid-token",
      });
    }
    this.#options = options;
    this.#unwatch = store.watch((change) => "added" in change && this.#add(change.added));
  }

  /** Stops watching. Messages that wait are reported, without further attempts; resolves when all are, after 5 s at most. */
  async shutdown(): Promise<void> {
    this.#unwatch();
    this.#closing.abort();
    const timer = setTimeout(() => this.#stop.abort(), SHUTDOWN_TIMEOUT_MS);
    while (this.#running.size > 0) await Promise.all(this.#running);
    clearTimeout(timer);
  }

  /** The same as {@link shutdown}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #add(mail: StoredMail): void {
    const { waiting = MAX_WAITING_COUNT } = this.#options;
    if (this.#waiting.length >= waiting) {
      const error = new SystemError(`cannot report the message: ${waiting} others are waiting`, {
        code: "webhook-queue-full",
      });
      return this.#options.onFailure?.({ mail, attempts: 0, error });
    }
    this.#waiting.push(mail);
    if (this.#running.size >= CONCURRENT_COUNT) return;
    const run = this.#run().finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(): Promise<void> {
    for (let mail = this.#waiting.shift(); mail; mail = this.#waiting.shift()) {
      const failure = await this.#report(mail);
      if (failure) this.#options.onFailure?.(failure);
    }
  }

  async #report(mail: StoredMail): Promise<MailWebhookFailure | undefined> {
    const { retryDelay = RETRY_DELAY_MS } = this.#options;
    for (let attempts = 1;; attempts++) {
      const outcome = await this.#attempt(mail);
      if (!outcome) return undefined;
      const { error, again } = outcome;
      if (!again || attempts === MAX_ATTEMPTS) return { mail, attempts, error };
      const delay = Math.min(retryDelay * 2 ** (attempts - 1), MAX_RETRY_DELAY_MS);
      await pause(delay, this.#closing.signal).catch(() => {});
      if (this.#closing.signal.aborted) return { mail, attempts, error };
    }
  }

  /** Sends a request; returns the error, and whether another attempt makes sense. */
  async #attempt(mail: StoredMail): Promise<{ readonly error: ToucanError; readonly again: boolean } | undefined> {
    const { token, tls, timeout = ATTEMPT_TIMEOUT_MS, trace } = this.#options;
    using deadline = new Deadline({ signal: this.#stop.signal, timeout }, `report the message to ${this.#url.host}`);
    try {
      const body = JSON.stringify(await payloadOf(this.#store, mail));
      const headers = { "Content-Type": "application/json", "User-Agent": "toucan-mail" };
      using response = await request(this.#url, {
        ...{ method: "POST", body, tls, trace, signal: deadline.signal },
        headers: token === undefined ? headers : { ...headers, "Authorization": `Bearer ${token}` },
      });
      return rejectionOf(response, this.#url);
    } catch (error) {
      return { error: knownError(error, this.#url), again: !(error instanceof UsageError) };
    }
  }
}

function rejectionOf({ status }: HttpResponse, { host }: URL): { error: ToucanError; again: boolean } | undefined {
  if (status >= 200 && status < 300) return undefined;
  const error = new NegativeError(`cannot report the message to ${host}: status ${status}`, { code: "http-status" });
  return { error, again: status >= 500 || RETRIED.has(status) };
}

function knownError(error: unknown, { host }: URL): ToucanError {
  if (error instanceof ToucanError) return error;
  return new SystemError(`cannot report the message to ${host}`, { code: "webhook-failed", cause: error });
}
