import { type Connection, fromSystem, type ToucanError } from "../../../core/mod.ts";
import { errorBytes, errorStatus } from "../errors.ts";
import { Guard, type Timeouts } from "../guard.ts";
import { Outgoing } from "./outgoing.ts";

const LINGER_BYTES = 1 << 20;

/** A client's connection with a clock on each wait: what goes out gathers, what takes too long is cut. */
export class Wire {
  /** The connection; a caller that reads it directly has to tell the guard. */
  readonly connection: Connection;
  /** State and timeouts of the connection. */
  readonly guard: Guard;
  /** Output buffer. */
  readonly out = new Outgoing();
  /** Whether a response has begun, so that no other may. */
  answering = false;
  #cut?: ToucanError;

  /** Takes a connection over. */
  constructor(connection: Connection, timeouts: Timeouts, progress: number) {
    this.connection = connection;
    this.guard = new Guard(timeouts, progress);
  }

  /** Why it was cut, if it was. */
  get cutBy(): ToucanError | undefined {
    return this.#cut;
  }

  /** Ends it at once. A client that was only too slow with a request is told so. */
  cut(error: ToucanError): void {
    if (this.#cut) return;
    this.#cut = error;
    if (errorStatus(error) !== 408 || this.answering) return this.connection.close();
    this.guard.wait("linger");
    const close = () => this.connection.close();
    this.connection.write(errorBytes(408)).then(close, close);
  }

  /** Reads some bytes of a body. */
  async readBody(into: Uint8Array): Promise<number | null> {
    this.guard.wait("body");
    try {
      const count = await this.connection.read(into);
      this.guard.came(count ?? 0);
      return count;
    } catch (error) {
      throw this.#cut ?? fromSystem(error, { doing: "read from", what: this.connection.remote });
    }
  }

  /** Sends bytes, or keeps them until there are more. */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.out.add(bytes)) return;
    await this.flush();
    if (!this.out.add(bytes)) await this.write(bytes);
  }

  /** Sends what has gathered. */
  async flush(): Promise<void> {
    if (this.out.length === 0) return;
    const { bytes } = this.out;
    this.guard.wait("write");
    const count = await this.connection.write(bytes);
    this.guard.came(0);
    if (count < bytes.length) await this.write(bytes.subarray(count));
    this.out.clear();
  }

  /** Sends bytes now. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      this.guard.wait("write");
      done += await this.connection.write(done === 0 ? bytes : bytes.subarray(done));
      this.guard.came(0);
    }
  }

  /** Ends our side so that the client still gets what was sent: data that it sends on would reset the connection. */
  async linger(early?: Promise<unknown>): Promise<void> {
    this.guard.rest();
    this.guard.wait("linger");
    try {
      await this.connection.finish();
      // A read that was begun before.
      if (await early === null) return;
      const sink = new Uint8Array(4096);
      for (let rest = LINGER_BYTES; rest > 0;) {
        const count = await this.connection.read(sink);
        if (count === null) return;
        rest -= count;
      }
    } catch {
      // It is gone, which is as good.
    }
  }

  /** Ends both sides. */
  close(): void {
    this.out.drop();
    this.connection.close();
  }
}
