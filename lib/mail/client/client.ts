import {
  type Address,
  type AddressInput,
  formatAddress,
  NetworkError,
  raceSignal,
  ToucanError,
} from "../../core/mod.ts";
import { buildMail } from "../message/build.ts";
import type { BuiltMail, MailMessage } from "../message/types.ts";
import { ServerClosing } from "./channel.ts";
import type { MailClientOptions } from "./options.ts";
import type { MailReport } from "./report.ts";
import { openSession } from "./open_session.ts";
import type { Session } from "./session.ts";
import { parseMailServer } from "./server_url.ts";
import { transact, UNCERTAIN } from "./transaction.ts";

/** Milliseconds for a good-bye. */
const QUIT_TIMEOUT_MS = 2000;

/**
 * Sends messages over one connection, one after the other; it connects with the first, and again when the server has
 * closed meanwhile.
 *
 * The server may be named by a URL (`smtp://`, `smtps://`). The port is 587 where it has none, with implicit TLS 465.
 *
 * Permissions: `--allow-net=HOST:PORT`, and `--allow-read=FILE` for each attached file.
 *
 * @example Send to a sink
 * ```ts
 * import { MailClient, mailSink } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using client = new MailClient(sink.address, { tls: "none" });
 * const report = await client.send({ from: "ada@example.com", to: ["bob@example.com"], subject: "hello", text: "how are you?" });
 * assertEquals(report.accepted, 1);
 * ```
 */
export class MailClient implements AsyncDisposable {
  readonly #server: Address;
  readonly #options: MailClientOptions;
  #session?: Session;
  #unreachable?: ToucanError;
  #used = false;
  #mustReset = false;
  #queue: Promise<unknown> = Promise.resolve();
  /** The messages whose turn has not come, in order, each from when it is built. */
  readonly #behind: { mail?: BuiltMail }[] = [];

  /** Makes a client of a server; nothing is sent yet. */
  constructor(server: AddressInput, options?: MailClientOptions) {
    const { address, implicitTls } = parseMailServer(server, options?.tls);
    this.#server = address;
    this.#options = implicitTls ? { ...options, tls: "implicit" } : options ?? {};
  }

  /**
   * Sends a message, behind those that are on their way. What the server says of its recipients is in the report, also when
   * it refuses them all.
   *
   * @throws {UsageError} When the message is invalid; nothing is sent then.
   * @throws {NetworkError} When the connection fails, with the phase: `starttls-missing`, `connection-cut`, `smtp-…` and the like.
   * @throws {TimeoutError} When a phase takes too long.
   * @throws {NegativeError} When the server rejects the login, or cannot accept the message: `auth-refused`, `message-too-large`, `smtputf8-missing`.
   */
  send(message: MailMessage | BuiltMail): Promise<MailReport> {
    // Built before its turn comes, while others are on their way.
    const place: { mail?: BuiltMail } = {};
    this.#behind.push(place);
    const built = "chunks" in message ? Promise.resolve(message) : buildMail(message);
    built.then((mail) => place.mail = mail, () => {});
    const sent = this.#queue.then(async () => {
      this.#behind.shift();
      return await this.#sendBuilt(await built);
    });
    this.#queue = sent.catch(() => {});
    return sent;
  }

  async #sendBuilt(mail: BuiltMail): Promise<MailReport> {
    const start = performance.now();
    for (let again = true;; again = false) {
      const used = this.#used;
      const session = await this.#ready();
      try {
        return { ...await this.#transact(session, mail), ms: Math.round((performance.now() - start) * 10) / 10 };
      } catch (error) {
        const { phase } = session.clock;
        // A message that was rejected before any command leaves the session usable.
        if (phase !== "") this.#drop();
        const closed = error instanceof ServerClosing || (error instanceof NetworkError && phase !== UNCERTAIN);
        if (!(used && again && closed) || session.clock.signal.aborted) throw error;
      }
    }
  }

  async #transact(session: Session, mail: BuiltMail): Promise<Omit<MailReport, "ms">> {
    session.clock.enter("");
    if (this.#mustReset) {
      session.clock.enter("RSET");
      await session.channel.send(["RSET"]);
      await session.channel.reply();
      this.#mustReset = false;
      session.clock.enter("");
    }
    const { recipients, next } = await transact(session, mail, () => this.#behind[0]?.mail);
    // Where the next one is ready its time follows at once; a timer stopped and set for each costs more than the message.
    if (!this.#behind[0]?.mail) session.clock.pause();
    this.#used = true;
    if (next === "closed") this.#drop();
    this.#mustReset = next === "reset";
    return {
      messageId: mail.messageId,
      from: mail.from,
      recipients,
      accepted: recipients.filter(({ accepted }) => accepted).length,
      size: mail.size,
      server: formatAddress(this.#server),
      tls: session.security?.verified,
    };
  }

  /** Why no connection came about when one was last tried; nothing when it did. */
  get unreachable(): ToucanError | undefined {
    return this.#unreachable;
  }

  async #ready(): Promise<Session> {
    if (!this.#session) {
      try {
        this.#session = await openSession(this.#server, this.#options);
      } catch (error) {
        if (error instanceof ToucanError) this.#unreachable = error;
        throw error;
      }
      this.#unreachable = undefined;
      this.#used = false;
      this.#mustReset = false;
    }
    return this.#session;
  }

  #drop(): void {
    this.#session?.channel.connection.close();
    this.#session?.clock[Symbol.dispose]();
    this.#session = undefined;
    this.#used = false;
  }

  /** Waits for queued messages, sends QUIT and closes the connection. Errors of QUIT are ignored. */
  async close(): Promise<void> {
    // In the queue as well: a message that comes meanwhile gets a connection of its own, and is not begun on this one.
    this.#behind.push({});
    const parted = this.#queue.then(() => {
      this.#behind.shift();
      return this.#part();
    });
    this.#queue = parted;
    await parted;
  }

  async #part(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    try {
      session.clock.enter("QUIT");
      await session.channel.send(["QUIT"]);
      await raceSignal(session.channel.reply(), AbortSignal.timeout(QUIT_TIMEOUT_MS));
    } catch {
      // The messages were answered for already.
    } finally {
      this.#drop();
    }
  }

  /** The same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Sends one message over a new connection. The port is 587 where the address has none, with implicit TLS 465.
 *
 * Permissions: `--allow-net=HOST:PORT`, and `--allow-read=FILE` for each attached file.
 *
 * @param server Address or URL (`smtp://`, `smtps://`) of the server.
 * @param message Message to build and send, or one that is built already.
 * @returns The server's reply for each recipient.
 * @throws {ToucanError} What {@link MailClient.send} throws.
 * @example Send one message
 * ```ts
 * import { mailSink, sendMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * const message = { from: "ada@example.com", to: "bob@example.com", text: "hello" };
 * const report = await sendMail(sink.address, message, { tls: "none" });
 * assertEquals(report.recipients.map(({ accepted }) => accepted), [true]);
 * ```
 */
export async function sendMail(
  server: AddressInput,
  message: MailMessage | BuiltMail,
  options?: MailClientOptions,
): Promise<MailReport> {
  await using client = new MailClient(server, options);
  return await client.send(message);
}
