import {
  Connection,
  formatNetAddress,
  raceSignal,
  type Security,
  type ToucanError,
  type Transport,
} from "../../../core/mod.ts";
import {
  ABORTED,
  CLOSING,
  GONE,
  GOODBYE,
  INJECTION,
  NO_HTTP,
  SYNTAX,
  TIMEOUT,
  TOO_FAR_AHEAD,
  TOO_MANY_FAILURES,
} from "./answers.ts";
import { Control } from "./control.ts";
import { isLogged, runCommand } from "../commands/run.ts";
import { ClientClock } from "./client_clock.ts";
import { clientTimeout, Handshake } from "./handshake.ts";
import { type Begun, eventOf } from "./event.ts";
import type { FtpHost } from "../host.ts";
import { FtpRefusal } from "../refusal.ts";
import { type Answer, createSession, type Session } from "../session/session.ts";
import { type Job, Transfer } from "./transfer.ts";
import { pathText } from "../session/virtual_path.ts";

/** Commands in a row that may fail. */
const MAX_FAILURES = 100;
const FINAL_REPLY_TIMEOUT_MS = 500;
/** HTTP methods: a request that a web page made a browser send. Nothing after it is read. */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI)$/;
/** Commands that are answered while a transfer runs. */
const URGENT = /^(?:ABOR|STAT|NOOP)$/;

/** Control connection of one client. */
export class FtpConnection {
  /** Its address. */
  readonly peer: string;
  readonly #host: FtpHost;
  readonly #raw: Deno.Conn;
  #control: Control;
  readonly #session: Session;
  readonly #clock = new ClientClock();
  readonly #handshake = new Handshake();
  #transfer?: Transfer;
  #over: Promise<void> = Promise.resolve();
  #failures = 0;
  #leaving = false;
  #cut?: ToucanError;

  /** Serves a client. */
  constructor(conn: Deno.Conn, host: FtpHost) {
    this.#raw = conn;
    this.#host = host;
    this.peer = formatNetAddress(conn.remoteAddr);
    this.#control = new Control(this.#wrap(conn), host.trace);
    this.#session = createSession(host, conn, () => this.#transfer);
  }

  /** Serves the client until the connection ends, and reports a failure. */
  async serve(): Promise<void> {
    try {
      if (this.#host.implicit) await this.#startTls();
      await this.#control.reply({ code: 220, text: "Toucan FTP server ready" });
      while (await this.#round());
      await this.#part();
    } catch (error) {
      if (!this.#cut) this.#host.report(this.peer, error);
    } finally {
      this.#transfer?.abort(GONE);
      await this.#over;
      await this.#session.passive?.close();
      this.#control.close();
      if (this.#cut) this.#host.report(this.peer, this.#cut);
      // A connection counts until it is closed; some versions of the runtime keep one open whose client does not read.
      const { left } = this.#control;
      if (left) await raceSignal(left, this.#host.stopped).catch(() => {});
    }
  }

  /** Answers the next command, or reads more; false when nothing more is to be said. */
  async #round(): Promise<boolean> {
    const control = this.#control;
    if (this.#cut) return false;
    const next = control.peek();
    const busy = this.#transfer !== undefined;
    if (next && !(busy && next.kind === "command" && !URGENT.test(next.command.verb))) {
      control.take();
      this.#clock.touch(this.#session.tree !== undefined);
      if (next.kind === "violation") return await this.#answer({ code: 500, text: next.text, then: "close" });
      if (next.kind === "fault") return await this.#answer(SYNTAX[next.fault]);
      return await this.#command(next.command.verb, next.command.argument);
    }
    if (this.#leaving && !busy) return await this.#dismissed();
    if (control.ended) {
      this.#transfer?.abort(GONE);
      await this.#over;
      return false;
    }
    if (busy && !control.hasRoom) return await this.#answer(TOO_FAR_AHEAD);
    await Promise.race(busy ? [this.#over, control.more("byte")] : [control.more()]);
    return true;
  }

  async #command(verb: string, argument: string): Promise<boolean> {
    if (HTTP.test(verb)) return await this.#answer(NO_HTTP);
    if (verb === "ABOR" && this.#transfer) {
      this.#transfer.abort(new FtpRefusal(426, "Transfer aborted"));
      await this.#over;
      return await this.#answer(ABORTED);
    }
    if (verb === "QUIT") return await this.#answer(GOODBYE);
    const at = performance.now();
    const session = this.#session;
    const answer = await runCommand(session, verb, argument);
    const begun = { verb, path: session.path === undefined ? "" : pathText(session.path), at };
    if ("run" in answer) return this.#start(answer, begun), true;
    if (isLogged(verb, answer.code)) this.#log(begun, answer.code);
    return await this.#answer(answer);
  }

  /** Starts a transfer on the data connection that is expected. */
  #start(job: Job, begun: Begun): void {
    const { passive } = this.#session;
    if (!passive) throw new Error("a transfer without a data connection");
    this.#session.passive = undefined;
    // A client that sends EPSV and the command in one write waits for the port.
    void this.#control.flush();
    const { engine, timeouts } = this.#host;
    const secure = async (conn: Transport, signal: AbortSignal) => {
      if (!engine) throw new Error("TLS without a certificate");
      return (await engine.secure(conn, signal, this.peer, { holdsTickets: true })).transport;
    };
    const transfer = this.#transfer = new Transfer({
      ...{ passive, timeouts },
      secure: this.#session.protected ? secure : undefined,
      reply: (reply) => this.#control.reply(reply),
    }, job);
    this.#over = transfer.done.then(async (reply) => {
      this.#transfer = undefined;
      this.#clock.touch();
      this.#log(begun, this.#control.ended ? 0 : reply.code, transfer);
      if (reply.code < 400) this.#failures = 0;
      await this.#control.reply(reply);
    });
  }

  #log(begun: Begun, code: number, transfer?: Transfer): void {
    this.#host.onEvent?.(eventOf(this.#session, begun, code, transfer));
  }

  /** Sends an answer, and does what follows it; false when the connection is to be closed. */
  async #answer({ then, ...reply }: Answer): Promise<boolean> {
    const control = this.#control;
    if (then === "start-tls" && !control.quiet) {
      // Plain text before the handshake would be read as sent under TLS.
      await control.reply(INJECTION);
      return false;
    }
    this.#failures = reply.code < 400 ? 0 : this.#failures + 1;
    if (this.#failures >= MAX_FAILURES) {
      await control.reply(TOO_MANY_FAILURES);
      return false;
    }
    await control.reply(reply, then === undefined);
    if (then === "start-tls") await this.#startTls();
    return then !== "close";
  }

  async #startTls(): Promise<void> {
    const { engine, timeouts } = this.#host;
    const { transport, certificate } = await this.#handshake.run(engine, this.#raw, this.peer, timeouts.handshake);
    this.#control.replace(this.#wrap(transport, { verified: certificate ? "authority" : "nothing", certificate }));
    const { impliedProtection = false } = this.#session;
    this.#session.reset();
    this.#session.protected ||= impliedProtection;
    this.#session.secure = true;
    this.#clock.touch();
  }

  #wrap(transport: Transport, security?: Security): Connection {
    const local = formatNetAddress(this.#raw.localAddr);
    return new Connection(transport, { peer: this.peer, remote: this.peer, local, security });
  }

  /** Sends the last reply to a client that is idle when the server stops. */
  async #dismissed(): Promise<boolean> {
    await this.#control.reply(CLOSING);
    return false;
  }

  /** Waits a moment for the client to close its side. */
  async #part(): Promise<void> {
    this.#clock.drain();
    await this.#control.part();
  }

  /** Whether the TLS handshake is in progress and not aborted. */
  get inHandshake(): boolean {
    return this.#handshake.active;
  }

  /** Closes the connection: at once between transfers, otherwise after the current one. */
  leave(): void {
    this.#leaving = true;
    if (!this.#transfer) this.#close(CLOSING);
  }

  /** Ends the connection with an error; the client gets the reply if it reads. */
  cut(error: ToucanError, reply: Answer): void {
    this.#cut ??= error;
    this.#transfer?.abort(GONE);
    this.#close(reply);
  }

  #close(reply: Answer): void {
    if (this.#handshake.running) return this.#handshake.abort(this.#cut ?? clientTimeout(this.peer));
    const close = () => this.#control.close();
    // A client that waits for TLS cannot read a reply without it.
    if (this.#host.implicit && !this.#session.secure) return close();
    if (this.#control.writingSince !== undefined) return close();
    const timer = setTimeout(close, FINAL_REPLY_TIMEOUT_MS);
    void this.#control.reply(reply).then(() => {
      clearTimeout(timer);
      close();
    });
  }

  /** Ends the connection of a client that has taken too long. */
  checkTimeouts(now: number): void {
    if (this.#cut || this.#handshake.running) return;
    if (this.#clock.drained(now)) return this.#control.close();
    const loggedIn = this.#session.tree !== undefined;
    const state = { loggedIn, transferring: this.#transfer !== undefined, writingSince: this.#control.writingSince };
    if (this.#clock.late(now, this.#host.timeouts, state)) this.cut(clientTimeout(this.peer), TIMEOUT);
  }
}
