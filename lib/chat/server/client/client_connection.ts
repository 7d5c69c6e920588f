import type { Connection } from "../../../core/mod.ts";
import { CLOSE_CODES, encodeClose } from "../../../http/internal.ts";
import { sendPing } from "../commands/server/registration.ts";
import { closeSilently, costOf, dispatch, isShared } from "../dispatch.ts";
import { lineReader, type MessageReader, webSocketReader } from "./message_reader.ts";
import { LineRate } from "../flood/line_rate.ts";
import { SendQueue } from "../send/send_queue.ts";
import { ENCODING } from "../send/encoded_message.ts";
import { countedNetwork, maskHost } from "./peer_host.ts";
import { Session } from "./session.ts";
import type { ChatState } from "../state.ts";

/** First byte of a TLS connection (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;
const SMALL = 1024;
const LARGE = 16 * 1024;

/** Framing of a client's messages. */
export type ChatFraming = "lines" | "text" | "binary";

/** Client of a connection. */
export interface ChatPeer {
  /** Address of the client, with or without a port. */
  readonly peer: string;
  /** Whether it is connected over TLS. */
  readonly secure: boolean;
}

/** Connection of a client: reads its messages within the rate limit, and detects timeouts. */
export class ChatClient {
  /** Session of the client. */
  readonly session: Session;
  readonly #state: ChatState;
  readonly #connection: Connection;
  readonly #reader: MessageReader;
  readonly #rate: LineRate;
  #buffer = new Uint8Array(SMALL);
  #lastReceived = performance.now();
  #asked = false;
  #held = false;
  readonly #connectedAt = performance.now();
  /** Milliseconds for which the server kept the client waiting. */
  #waited = 0;
  #new = true;
  readonly #framed: boolean;

  /** Takes over a connection. */
  constructor(state: ChatState, connection: Connection, framing: ChatFraming = "lines", client?: ChatPeer) {
    const peer = client?.peer ?? connection.remote;
    this.#state = state;
    this.#connection = connection;
    this.#framed = framing !== "lines";
    const { limits } = state;
    const sendQueue = new SendQueue(connection, state.commits, limits.queue, () => this.#end("SendQ exceeded"));
    const network = countedNetwork(peer);
    const info = {
      host: maskHost(peer),
      local: network === "",
      peer,
      secure: client?.secure ?? connection.security !== undefined,
      certificate: client ? undefined : connection.security?.fingerprint,
      framing: framing === "lines" ? 0 : ENCODING[framing],
      server: state.info.name,
    };
    this.session = new Session(info, sendQueue);
    this.#reader = framing === "lines"
      ? lineReader()
      : webSocketReader((bytes) => sendQueue.add(bytes), (close) => sendQueue.last = close);
    if (framing !== "lines") sendQueue.last = encodeClose(CLOSE_CODES.normal);
    this.#rate = new LineRate(limits, state.rates, network);
    state.sessions.add(this.session);
    state.unregistered.add(this.session);
  }

  /** Serves the client until its connection is closed; never rejects. */
  async run(rest?: Uint8Array): Promise<void> {
    let reason = "Connection closed";
    try {
      if (rest) await this.#take(rest);
      while (true) {
        const count = await this.#connection.read(this.#buffer);
        if (count === null) break;
        // Input after QUIT is discarded, so that the ERROR message is delivered.
        if (this.session.gone) continue;
        await this.#take(this.#buffer.subarray(0, count));
        // Most clients are silent; an active one gets a larger buffer.
        if (count === this.#buffer.length && count < LARGE) this.#buffer = new Uint8Array(count * 4);
      }
    } catch {
      reason = "Connection reset by peer";
    }
    this.#rate.end();
    this.#state.quit(this.session, reason);
    this.session.sendQueue.alone();
    await this.session.sendQueue.closed;
  }

  /** Disconnects a client that does not register in time, or does not answer a PING. */
  checkTimeouts(now: number): void {
    const { registration, idle } = this.#state.limits;
    const silent = now - this.#lastReceived;
    if (this.session.busy) return;
    if (!this.session.registered) {
      if (now - this.#connectedAt - this.#waited > registration) this.#end("Registration timeout");
    } else if (this.#held) return;
    else if (silent > 2 * idle) this.#end("Ping timeout");
    else if (silent > idle && !this.#asked) {
      this.#asked = true;
      sendPing(this.session);
    }
  }

  /** Handles received bytes. */
  async #take(bytes: Uint8Array): Promise<void> {
    // A TLS handshake on a port without TLS: no line can follow.
    if (this.#new && bytes[0] === TLS_HANDSHAKE && !this.#framed) return closeSilently(this.#state, this.session);
    this.#new = false;
    this.#lastReceived = performance.now();
    this.#asked = false;
    const { messages, closed } = this.#reader.push(bytes);
    for (const message of messages) {
      const wait = this.#rate.take(costOf(message), this.session.account, performance.now());
      if (wait > 0) await this.#throttle(wait);
      // A client that requests long lists has to read them first.
      if (this.session.sendQueue.crowded) await this.session.sendQueue.relieved();
      if (this.session.gone) return;
      const ready = this.#state.network?.before(this.session, isShared(message, this.session));
      if (ready) await Promise.race([ready, this.session.sendQueue.ended]);
      if (this.session.gone) return;
      dispatch(this.#state, this.session, message);
      if (this.session.busy) await this.#finish(this.session.busy);
    }
    this.#lastReceived = performance.now();
    if (closed) this.#state.quit(this.session, "Connection closed");
  }

  /** Waits for a command that takes time, such as a login that waits for others; that does not count for the registration. */
  async #finish(busy: Promise<void>): Promise<void> {
    const since = performance.now();
    await busy;
    this.#waited += performance.now() - since;
  }

  /** Waits until the rate limit permits the next message, or the client is gone. */
  async #throttle(ms: number): Promise<void> {
    this.#held = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
    await Promise.race([over, this.session.sendQueue.ended]);
    clearTimeout(timer);
    this.#held = false;
  }

  /** Disconnects after the current turn: a loop that sends to many clients must not lose some of them. */
  #end(reason: string): void {
    queueMicrotask(() => this.#state.quit(this.session, reason));
  }
}
