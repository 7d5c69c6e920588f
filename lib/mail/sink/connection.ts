import {
  Connection,
  Deadline,
  formatNetAddress,
  fromSystem,
  handshakeError,
  LineInput,
  NetworkError,
  type Security,
  SystemError,
  TimeoutError,
  type ToucanError,
  type Transport,
  writeAll,
} from "../../core/mod.ts";
import { Delay } from "./delay.ts";
import { type Answer, Dialogue } from "./dialogue.ts";
import { Incoming } from "./incoming.ts";
import { Reception } from "./reception.ts";
import type { Buffers, SinkHost } from "./host.ts";
import { decodeLine, encodeReply } from "./line_text.ts";
import { clientTimeout } from "./client_timeout.ts";
import { tooLarge } from "./size_limit.ts";
import { traceFields } from "./trace_fields.ts";

/** Maximum length of a command line: 512 in RFC 5321; AUTH responses are longer (RFC 4954 §4). */
const MAX_LINE_BYTES = 12_288;
/** Bytes that are drained after the final reply. */
const MAX_DRAIN_BYTES = 1 << 20;
const DRAIN_TIMEOUT_MS = 2000;
const FINAL_REPLY_TIMEOUT_MS = 500;
/** Number of buffers that are kept for reuse. */
const MAX_SPARE_BUFFERS = 16;

const encoder = new TextEncoder();
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
const FAULTS = {
  "bare-cr": "Bare <CR> received; lines end with <CR><LF>",
  "bare-lf": "Bare <LF> received; lines end with <CR><LF>",
  "line-too-long": `Line too long (limit: ${MAX_LINE_BYTES} bytes)`,
} as const;

/** One client of a sink. */
export class SinkConnection {
  /** Its address. */
  readonly peer: string;
  /** Time, by `performance.now()`, at which the connection times out. */
  deadline: number;
  readonly #host: SinkHost;
  readonly #secureFirst: boolean;
  readonly #raw: Deno.Conn;
  #conn: Connection;
  /** Aborts the current TLS handshake. */
  #handshake?: AbortController;
  #writing = false;
  readonly #buffers: Buffers;
  readonly #input: LineInput;
  readonly #reception: Reception;
  #dialogue: Dialogue;
  #storing = false;
  readonly #delay = new Delay();
  #leaving = false;
  #cut?: ToucanError;

  /** Serves a client; `tls`: implicit TLS. */
  constructor(conn: Deno.Conn, host: SinkHost, tls: boolean) {
    this.#raw = conn;
    this.#host = host;
    this.#secureFirst = tls;
    this.peer = formatNetAddress(conn.remoteAddr);
    this.#conn = this.#wrap(conn);
    this.deadline = performance.now() + host.limits.idleTime;
    this.#dialogue = this.#newDialogue(tls);
    this.#buffers = host.spare.pop() ?? { input: new LineInput(), incoming: new Incoming(host.limits.messageSize) };
    this.#input = this.#buffers.input;
    this.#reception = new Reception(this.#buffers.incoming, host, () => {
      this.deadline = performance.now() + host.limits.dataTime;
    });
  }

  /** Serves the client until the connection ends; rejects when it failed or was cut. */
  async serve(): Promise<void> {
    try {
      if (this.#secureFirst) await this.#startTls();
      const fault = this.#host.faults.reply("connect");
      const greeting = fault ?? `220 ${this.#host.name} Toucan mail sink ESMTP`;
      const served = await this.#respond(greeting === "" ? "" : `${greeting}\r\n`);
      if (fault !== undefined) await this.#part();
      else if (served) { while (await this.#round()); }
    } catch (error) {
      throw this.#cut ?? fromSystem(error, { doing: "serve", what: this.peer });
    } finally {
      this.#endMessage();
      this.#conn.close();
      this.#giveBack();
      // A connection counts until it is closed; a plain one is closed already.
      if (this.#conn.security) await this.#conn.left;
    }
    if (this.#cut) throw this.#cut;
  }

  /** Returns the buffers for reuse; no read into them is pending. Most connections send one small message. */
  #giveBack(): void {
    if (this.#host.spare.length >= MAX_SPARE_BUFFERS) return;
    this.#input.clear();
    this.#buffers.incoming.release();
    this.#host.spare.push(this.#buffers);
  }

  /** Closes the connection with an error; the client gets the reply if it reads. */
  cut(error: ToucanError, reply: string): void {
    this.#cut ??= error;
    this.#dismiss(reply);
  }

  /** Closes the connection: at once between messages, otherwise after the current one. */
  leave(): void {
    this.#leaving = true;
    // A delayed reply is sent now, followed by 421.
    if (this.#delay.active) return this.#delay.end();
    if (!this.#reception.open && !this.#storing) {
      this.#dismiss("421 4.3.2 Service not available, closing transmission channel");
    }
  }

  /** Sends a final reply and closes; a client that does not read gets no reply. */
  #dismiss(reply: string): void {
    this.#delay.end();
    if (this.#handshake) return this.#handshake.abort(this.#cut ?? clientTimeout(this.peer));
    const close = () => this.#conn.close();
    if (this.#writing) return close();
    const timer = setTimeout(close, FINAL_REPLY_TIMEOUT_MS);
    this.#write(`${reply}\r\n`).catch(() => {}).then(() => {
      clearTimeout(timer);
      close();
    });
  }

  /** Whether the TLS handshake is in progress and not aborted. */
  get inHandshake(): boolean {
    return this.#handshake?.signal.aborted === false;
  }

  /** Whether the connection is closing. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** Replies to buffered commands, and reads more; false at the end of the connection. */
  async #round(): Promise<boolean> {
    const found = this.#answers("");
    const answer = found instanceof Promise ? await found : found;
    if (answer.reply !== "") {
      if (this.#host.faults.delay === 0) await this.#write(answer.reply);
      else if (!await this.#respond(answer.reply)) return false;
    }
    if (answer.then === "quit" && this.#input.pending === 0) return false;
    if (answer.then === "close" || answer.then === "quit") return await this.#part(), false;
    if (answer.then === "start-tls") return await this.#startTls(), true;
    let count: number | null;
    try {
      count = await this.#conn.read(this.#input.space());
    } catch (error) {
      if (this.#leaving) return false;
      throw error;
    }
    if (count === null) {
      if (this.#reception.open) {
        throw new NetworkError(`${this.peer} closed the connection in the middle of a message`, {
          code: "connection-cut",
          peer: this.peer,
        });
      }
      return false;
    }
    this.#input.added(count);
    return true;
  }

  /** Sends a reply after the simulated delay; false when the connection was closed with 421 meanwhile. */
  async #respond(reply: string): Promise<boolean> {
    const { delay } = this.#host.faults;
    if (delay > 0) {
      this.deadline += delay;
      await this.#delay.wait(delay);
      if (this.#cut) throw this.#cut;
    }
    const going = delay > 0 && this.#leaving && !this.#reception.open;
    await this.#write(going ? `${reply}421 4.3.2 Service not available, closing transmission channel\r\n` : reply);
    return !going;
  }

  /** Processes all buffered input; replies to pipelined commands are sent together. A promise only where a message is being stored. */
  #answers(before: string): Answer | Promise<Answer> {
    let reply = before;
    while (this.#input.pending > 0 || this.#reception.complete) {
      if (this.#reception.active) {
        const outcome = this.#reception.take(this.#input);
        if (outcome === "more") break;
        if (outcome === "too-much") {
          this.#endMessage();
          return { reply: `${reply}552 5.3.4 Message size exceeds fixed limit\r\n`, then: "close" };
        }
        const last = this.#received();
        if (last instanceof Promise) return this.#answersAfter(reply, last);
        reply += last;
        if (this.#endsWith(last)) return { reply, then: "close" };
        continue;
      }
      const outcome = this.#input.next(MAX_LINE_BYTES);
      if (outcome.kind === "incomplete") break;
      this.deadline = performance.now() + this.#host.limits.idleTime;
      if (outcome.kind === "invalid") {
        return { reply: `${reply}500 5.5.2 ${FAULTS[outcome.problem]}\r\n`, then: "close" };
      }
      const answer = this.#takeLine(outcome.bytes);
      reply += answer.reply;
      // A message in chunks ends with RSET, EHLO or a refused chunk, too.
      if (this.#reception.open && !this.#dialogue.chunking) this.#endMessage();
      if (answer.then === "data") this.#reception.beginData();
      else if (answer.chunk) this.#reception.beginChunk(answer.chunk);
      else if (answer.then === "start-tls" && this.#input.pending > 0) {
        // Plain text before the handshake would be read as sent under TLS.
        return {
          reply: `${reply.slice(0, -answer.reply.length)}554 5.5.1 Improper use of SMTP command pipelining\r\n`,
          then: "close",
        };
      } else if (answer.then) return { reply, then: answer.then };
    }
    return { reply };
  }

  async #answersAfter(before: string, stored: Promise<string>): Promise<Answer> {
    const last = await stored;
    const reply = before + last;
    return this.#endsWith(last) ? { reply, then: "close" } : await this.#answers(reply);
  }

  /** Whether the connection ends with the reply to a message. */
  #endsWith(last: string): boolean {
    return this.#leaving && !this.#reception.open || last === "" || last.startsWith("421");
  }

  /** Reports a rejected message, and returns the reply. */
  #reject(reply: string): string {
    this.#host.refused?.({ peer: this.peer, ...this.#dialogue.envelope, reply });
    return reply === "" ? "" : `${reply}\r\n`;
  }

  #takeLine(bytes: Uint8Array): Answer {
    let line: string;
    try {
      line = decodeLine(bytes);
    } catch {
      return this.#dialogue.mistake("500 5.5.2 Bad UTF-8 syntax");
    }
    const { trace } = this.#host;
    if (trace) {
      const shown = this.#dialogue.secret ? "********" : line.replace(/^(\s*AUTH\s+\S+\s+).*/i, "$1********");
      trace({ direction: "<", text: shown, peer: this.peer });
    }
    return CONTROL.test(line)
      ? this.#dialogue.mistake("500 5.5.2 Control character in command")
      : this.#dialogue.take(line);
  }

  /** Returns the reply to a message, or to a chunk of one. */
  #received(): string | Promise<string> {
    const { chunk, incoming } = this.#reception;
    if (chunk?.refusal === undefined && chunk?.last === false && !incoming.tooLarge && !incoming.dropped) {
      this.#reception.endChunk();
      this.deadline = performance.now() + this.#host.limits.idleTime;
      return `250 2.0.0 ${chunk.size} bytes received\r\n`;
    }
    const reply = chunk?.refusal ?? this.#finish();
    if (reply instanceof Promise) return reply.finally(() => this.#endMessage());
    this.#endMessage();
    return reply;
  }

  #finish(): string | Promise<string> {
    const { limits } = this.#host;
    const { incoming } = this.#reception;
    if (incoming.fault) return this.#reject(`550 5.6.0 ${FAULTS[incoming.fault]}`);
    if (incoming.tooLarge) return this.#reject(tooLarge(limits.messageSize));
    if (incoming.dropped) return this.#reject("452 4.3.1 Insufficient system storage");
    const { envelope, helo, protocol } = this.#dialogue;
    const fault = this.#host.faults.reply("message", envelope.to);
    if (fault !== undefined) return this.#reject(fault);
    const loseReply = this.#host.faults.find("message", envelope.to)?.action === "drop";
    const ip = this.peer.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
    const keep = (results?: string) =>
      this.#host.keep(envelope, [encoder.encode(traceFields({ ...envelope, helo, ip, protocol, results })), incoming.bytes]);
    const done = ({ id }: { readonly id: string }) => loseReply ? "" : `250 2.0.0 Ok: queued as ${id}\r\n`;
    const { judge } = this.#host;
    if (judge) return this.#stored(judge(incoming.bytes, { ip, helo, from: envelope.from }).then(keep), done);
    try {
      const kept = keep();
      return kept instanceof Promise ? this.#stored(kept, done) : done(kept);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #stored<T>(kept: Promise<T>, done: (mail: T) => string): Promise<string> {
    this.#storing = true;
    // The time for judging and storing does not count against the client.
    this.deadline = Infinity;
    try {
      return done(await kept);
    } catch (error) {
      return this.#failed(error);
    } finally {
      this.#storing = false;
      this.deadline = performance.now() + this.#host.limits.idleTime;
    }
  }

  #failed(error: unknown): string {
    this.#host.report(this.peer, error);
    const full = error instanceof SystemError && error.code === "disk-full";
    return full ? "452 4.3.1 Insufficient system storage\r\n" : "451 4.3.0 Local error in processing\r\n";
  }

  #endMessage(): void {
    if (!this.#reception.open) return;
    this.#reception.end();
    this.#dialogue.reset();
    this.deadline = performance.now() + this.#host.limits.idleTime;
  }

  async #startTls(): Promise<void> {
    this.#handshake = new AbortController();
    // The handshake has its own timeout.
    this.deadline = Infinity;
    const { handshakeTime, idleTime } = this.#host.limits;
    using deadline = new Deadline(
      { signal: this.#handshake.signal, timeout: Math.min(handshakeTime, idleTime) },
      `TLS handshake with ${this.peer}`,
    );
    try {
      const { transport, alpn, certificate } = await this.#host.secure(this.#raw, deadline.signal);
      this.#conn = this.#wrap(transport, { verified: certificate ? "authority" : "nothing", alpn, certificate });
    } catch (error) {
      throw error instanceof TimeoutError ? clientTimeout(this.peer) : handshakeError(error, this.peer);
    } finally {
      this.#handshake = undefined;
    }
    this.#input.clear();
    this.#endMessage();
    this.#dialogue = this.#newDialogue(true);
    this.deadline = performance.now() + this.#host.limits.idleTime;
  }

  /** Drains the input before closing: unread bytes would cause a reset, and the last reply could be lost. */
  async #part(): Promise<void> {
    this.deadline = Math.min(this.deadline, performance.now() + DRAIN_TIMEOUT_MS);
    try {
      await this.#conn.finish();
      for (let read = 0; read < MAX_DRAIN_BYTES;) {
        this.#input.skip(this.#input.pending);
        const count = await this.#conn.read(this.#input.space());
        if (count === null) return;
        read += count;
      }
    } catch {
      // The client has disconnected.
    }
  }

  async #write(text: string): Promise<void> {
    const { trace } = this.#host;
    if (trace) {
      for (const line of text.split("\r\n").slice(0, -1)) trace({ direction: ">", text: line, peer: this.peer });
    }
    const bytes = encodeReply(text);
    this.#writing = true;
    const count = await this.#conn.write(bytes);
    if (count < bytes.length) await writeAll(this.#conn, bytes.subarray(count));
    this.#writing = false;
  }

  #wrap(transport: Transport, security?: Security): Connection {
    const local = formatNetAddress(this.#raw.localAddr);
    return new Connection(transport, { peer: this.peer, remote: this.peer, local, security });
  }

  #newDialogue(tls: boolean): Dialogue {
    return new Dialogue(this.#host, this.peer, tls);
  }
}
