import { type AddressInput, pause, SharedSource } from "../../core/mod.ts";
import { connectPipe } from "../../tcp/client/connect.ts";
import { STEP_TIMEOUT_MS } from "../demonstrate/timeout.ts";

/** Maximum length of a reply that is kept, in UTF-16 units. */
const MAX_REPLY_LENGTH = 64 * 1024;
/** Milliseconds without data after which a server counts as waiting for more. */
const QUIET_MS = 400;
const CR = 13;
const LF = 10;

/** Connection of `tcp connect --crlf`, with lines as its input. */
export class HandWire implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** Resolves when the connection is established. */
  readonly connected: Promise<{ readonly remote: string }>;
  readonly #lines: string[] = [];
  readonly #finished: Promise<unknown>;
  readonly #decoder = new TextDecoder();
  #typed = Promise.withResolvers<void>();
  #arrived = Promise.withResolvers<void>();
  #reply = "";
  #ended = false;
  #closed = false;
  #crlf = true;

  /** Connects to a server. */
  constructor(address: AddressInput, signal: AbortSignal) {
    this.#signal = signal;
    const next = async () => {
      while (this.#lines.length === 0) {
        if (this.#ended) return null;
        await this.#typed.promise;
        this.#typed = Promise.withResolvers();
      }
      return new TextEncoder().encode(this.#lines.shift());
    };
    const write = (bytes: Uint8Array) => {
      if (this.#reply.length < MAX_REPLY_LENGTH) this.#reply += this.#decoder.decode(bytes, { stream: true });
      this.#wake();
    };
    const end = () => {
      this.#closed = true;
      this.#wake();
    };
    const sent = (direction: string, bytes: Uint8Array) => {
      if (direction === ">") this.#crlf &&= bytes.at(-2) === CR && bytes.at(-1) === LF;
    };
    const connected = Promise.withResolvers<{ readonly remote: string }>();
    this.connected = connected.promise;
    this.#finished = connectPipe(address, {
      onConnect: (_, remote) => connected.resolve({ remote }),
      input: new SharedSource({ next }),
      output: { write, end },
      crlf: true,
      endWithPeer: true,
      observe: sent,
      timeout: STEP_TIMEOUT_MS,
      signal: AbortSignal.any([signal, this.#stop.signal]),
    }).finally(end);
    this.#finished.catch(connected.reject);
    // Reported when it is waited for.
    this.connected.catch(() => {});
  }

  /** Whether the server has closed the connection, or the connection has failed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether all lines that were sent ended with CR LF. */
  get crlf(): boolean {
    return this.#crlf;
  }

  /** Sends a line; its line feed becomes CR LF. */
  send(line: string): void {
    this.#lines.push(`${line}\n`);
    this.#typed.resolve();
  }

  /** Resolves to what was received, once it is complete, the server has closed, or it has sent nothing for a while. */
  async reply(isComplete: (reply: string) => boolean, quiet = QUIET_MS): Promise<string> {
    const signal = this.#signal;
    while (!this.#closed && !isComplete(this.#reply)) {
      const before = this.#reply.length;
      const waiting = new AbortController();
      const wait = pause(quiet, AbortSignal.any([signal, waiting.signal]));
      const quietly = await Promise.race([this.#arrived.promise.then(() => false), wait.then(() => true)]);
      waiting.abort();
      wait.catch(() => {});
      this.#arrived = Promise.withResolvers();
      if (quietly && this.#reply.length === before) break;
    }
    signal.throwIfAborted();
    const reply = this.#reply;
    this.#reply = "";
    return reply;
  }

  /** Ends the input, and closes the connection. Throws the error with which connecting failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failed = this.#closed && !this.#signal.aborted;
    this.#ended = true;
    this.#typed.resolve();
    this.#stop.abort();
    await this.#finished.catch((error) => {
      if (failed) throw error;
    });
  }

  #wake(): void {
    this.#arrived.resolve();
  }
}
