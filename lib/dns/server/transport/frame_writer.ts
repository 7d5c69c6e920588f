import type { Connection } from "../../../core/dial/connection.ts";

/** Bytes that may wait for the client to read; beyond it the producers wait. */
const MAX_WAITING_BYTES = 256 * 1024;

/** Writes messages with their lengths (RFC 1035 §4.2.2): those that are added while others are written go out together. */
export class FrameWriter {
  readonly #connection: Pick<Connection, "write">;
  readonly #onProgress: () => void;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #writing?: Promise<void>;

  /** Writes to a connection; calls `onProgress` whenever some of it was written. */
  constructor(connection: Pick<Connection, "write">, onProgress: () => void) {
    this.#connection = connection;
    this.#onProgress = onProgress;
  }

  /** Whether everything is written. */
  get empty(): boolean {
    return this.#writing === undefined;
  }

  /** Adds a message. */
  add(message: Uint8Array): void {
    this.#waiting.push(message);
    this.#bytes += message.length + 2;
    if (this.#writing) return;
    this.#writing = this.#write();
    this.#writing.catch(() => {});
  }

  /** Whether more waits for the client than it should. */
  get full(): boolean {
    return this.#bytes > MAX_WAITING_BYTES;
  }

  /** Resolves when there is room for more. */
  async ready(): Promise<void> {
    if (this.full) await this.#writing;
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // What is added in the same turn of the event loop goes out at once.
    await undefined;
    while (this.#waiting.length > 0) {
      const bytes = framed(this.#waiting, this.#bytes);
      this.#waiting = [];
      this.#bytes = 0;
      for (let at = 0; at < bytes.length;) {
        at += await this.#connection.write(bytes.subarray(at));
        this.#onProgress();
      }
    }
    this.#writing = undefined;
  }
}

/** Returns messages behind one another, each after its length. */
function framed(messages: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const message of messages) {
    bytes[at++] = message.length >> 8;
    bytes[at++] = message.length & 255;
    bytes.set(message, at);
    at += message.length;
  }
  return bytes;
}
