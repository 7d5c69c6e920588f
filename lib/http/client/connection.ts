import { type Connection, fromSystem, NetworkError, type Phase, type ToucanError } from "../../core/mod.ts";
import type { ResponseHead } from "../codec/head.ts";
import { HeadScanner } from "../codec/head_scanner.ts";
import { ofResponse } from "../codec/invalid.ts";
import type { HttpLimits } from "../codec/limits.ts";
import { parseResponseHead } from "../codec/response.ts";
import { Input } from "../input.ts";
import { stalled, StallTimer } from "../../core/time/stall.ts";

/** Maximum number of informational responses (1xx) before the final one. */
const INFORMATIONAL = 16;

/** A connection to a server, as a request uses it. */
export class ClientConnection {
  /** Received bytes. */
  readonly input: Input;
  /** The connection itself. */
  readonly connection: Connection;
  /** Whether a request was answered on it before. */
  used = false;
  /** Whether something has come since the request was begun. */
  heard = false;
  #stall?: StallTimer;
  #phase: Phase = "first-byte";
  #received = 0;
  #onBytes?: (received: number) => void;
  #failure?: unknown;

  /** Takes a connection over. */
  constructor(connection: Connection) {
    this.connection = connection;
    this.input = new Input(this);
  }

  /**
   * Begins a request: from now on, no read or write takes longer than this. `onBytes` gets the number of bytes of the head that have
   * come so far.
   */
  begin(stall: number, onBytes?: (received: number) => void): void {
    this.#onBytes = onBytes;
    this.heard = false;
    this.#phase = "first-byte";
    this.#received = 0;
    this.#stall?.stop();
    this.#stall = new StallTimer(stall, () => {
      this.fail(stalled(this.connection.peer, stall, { phase: this.#phase, bytes: this.#received }));
    });
  }

  /** Goes on to the body: what has come behind the head is part of it. */
  beginBody(): void {
    this.#phase = "body";
    this.#onBytes = undefined;
    this.#received = this.input.held;
  }

  /** Ends a request that was answered in full; what comes now belongs to nothing. */
  rest(): void {
    this.used = true;
    this.#stall?.stop();
  }

  /** Ends it; pending reads and writes fail with this error. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.close();
  }

  /** Ends it. */
  close(): void {
    this.#stall?.stop();
    this.connection.close();
  }

  /** Reads some bytes; null at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    const count = await this.#try("read from", this.connection.read(into));
    if (count !== null) {
      this.heard = true;
      this.#received += count;
      this.#onBytes?.(this.#received);
    }
    return count;
  }

  /** Waits for something that is not the connection's doing. */
  outside<T>(work: Promise<T>): Promise<T> {
    return this.#stall?.outside(work) ?? work;
  }

  /** Writes all the bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const rest = done === 0 ? bytes : bytes.subarray(done);
      done += await this.#try("write to", this.connection.write(rest));
    }
  }

  /**
   * Reads the head of the answer. `informed` gets the status of what comes before it.
   *
   * @throws {HttpMessageError} For an invalid response.
   * @throws {NetworkError} `connection-cut` when the connection ends before, `http-…` for what cannot be an answer.
   */
  async readHead(limits: HttpLimits, informed: (head: ResponseHead) => void): Promise<ResponseHead> {
    const { peer } = this.connection;
    try {
      return await this.#readHead(limits, informed);
    } catch (error) {
      throw ofResponse(error, peer);
    }
  }

  async #readHead(limits: HttpLimits, informed: (head: ResponseHead) => void): Promise<ResponseHead> {
    const { input } = this;
    const { peer } = this.connection;
    const scanner = new HeadScanner("response", limits);
    for (let count = 0; count <= INFORMATIONAL; count++) {
      let place = scanner.find(input.bytes, input.start, input.end);
      while (!place) {
        if (!await input.fill(4096)) {
          const when = input.held === 0 ? "instead of answering" : "in the middle of a head";
          throw new NetworkError(`${peer} closed the connection ${when}`, { code: "connection-cut", peer });
        }
        place = scanner.find(input.bytes, input.start, input.end);
      }
      const head = parseResponseHead(input.bytes, place);
      head.headers.keep();
      input.start = place.end;
      if (head.status >= 200) return head;
      if (head.status === 101) {
        throw new NetworkError(`${peer} speaks another protocol from here on, unasked`, {
          code: "http-upgraded",
          peer,
        });
      }
      informed(head);
    }
    throw new NetworkError(`${peer} sent more than ${INFORMATIONAL} informational responses`, {
      code: "http-too-many-informational",
      peer,
    });
  }

  async #try<T>(doing: string, work: Promise<T>): Promise<T> {
    try {
      const result = await (this.#stall?.during(work) ?? work);
      if (this.#failure !== undefined) throw this.#failure;
      return result;
    } catch (error) {
      throw this.#failure ?? fromSystem(error, { doing, what: this.connection.peer });
    }
  }
}

/** Whether an error says that a connection was lost while in use. */
export function isLost(error: unknown): error is ToucanError {
  return error instanceof NetworkError &&
    ["connection-cut", "connection-reset", "connection-aborted"].includes(error.code);
}
