import { Deadline, NetworkError, ToucanError } from "../../../core/mod.ts";
import type { FtpClient } from "../../../ftp/mod.ts";

/** Milliseconds in which a server has to reply to QUIT. */
const QUIT_MS = 1000;

/** Codes of errors of a connection that was closed. */
const CLOSED = new Set([
  "connection-cut",
  "connection-reset",
  "connection-aborted",
  "connection-closed",
  "ftp-closing",
]);

/** Codes of errors when connecting that further attempts do not change, and that may lock a user out. */
const LASTING = new Set(["login-refused", "login-unsupported", "tls-refused"]);

/** Connections of one user to one server, which are reused: each call has one for itself. */
export class FtpConnections implements AsyncDisposable {
  readonly #connect: () => Promise<FtpClient>;
  readonly #idle: FtpClient[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Maximum number of connections; lowered when the server rejects one. */
  #most: number;
  /** Connections that are open or being opened. */
  #open = 0;
  /** Connections that are open. */
  #ready = 0;
  #failure?: ToucanError;

  /** Opens at most `most` connections. */
  constructor(connect: () => Promise<FtpClient>, most: number) {
    this.#connect = connect;
    this.#most = most;
  }

  /**
   * Calls a function with a connection. If one that was idle turns out to be closed, the function is called again with
   * another one.
   */
  async use<T>(work: (client: FtpClient) => Promise<T>): Promise<T> {
    const idle = await this.#take();
    try {
      return await this.#try(idle ?? await this.#add(), work);
    } catch (error) {
      if (!idle || !isClosed(error)) throw error;
    }
    return await this.#try(await this.#take(false) ?? await this.#add(), work);
  }

  async #try<T>(client: FtpClient, work: (client: FtpClient) => Promise<T>): Promise<T> {
    try {
      const result = await work(client);
      this.#give(client);
      return result;
    } catch (error) {
      // After a rejection by the server the connection is as good as before.
      if (client.closed) this.#drop(client);
      else this.#give(client);
      throw error;
    }
  }

  /** Returns an idle connection; undefined when one may be opened, which is counted then. */
  async #take(reuse = true): Promise<FtpClient | undefined> {
    while (true) {
      if (this.#failure) throw this.#failure;
      const idle = this.#idle.pop();
      if (idle && reuse) return idle;
      if (idle) this.#drop(idle);
      if (this.#open < this.#most) {
        this.#open++;
        return undefined;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Opens a connection. If the server has others of this run and rejects it, waits for one of those. */
  async #add(): Promise<FtpClient> {
    while (true) {
      try {
        const client = await this.#connect();
        this.#ready++;
        return client;
      } catch (error) {
        this.#open--;
        this.#waiting.shift()?.();
        if (this.#ready === 0 && error instanceof ToucanError && LASTING.has(error.code)) this.#failure = error;
        if (this.#ready === 0 || !(error instanceof ToucanError)) throw error;
        this.#most = this.#ready;
      }
      const idle = await this.#take();
      if (idle) return idle;
    }
  }

  #give(client: FtpClient): void {
    this.#idle.push(client);
    this.#waiting.shift()?.();
  }

  #drop(client: FtpClient): void {
    client.close();
    this.#open--;
    this.#ready--;
    this.#waiting.shift()?.();
  }

  /** Ends the idle connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#idle.splice(0).map(async (client) => {
        using deadline = new Deadline({ timeout: QUIT_MS }, "log out");
        await deadline.race(client.quit()).catch(() => {});
        client.close();
      }),
    );
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof NetworkError && CLOSED.has(error.code);
}
