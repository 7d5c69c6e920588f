import { Deadline, fromSystem, type HostPort, NetworkError, requireUnstable } from "../../../core/mod.ts";
import { decodeMessage, type DnsMessage } from "../../codec/message.ts";
import type { QueryForm, Question } from "../../codec/query.ts";
import type { AskOptions } from "./ask_options.ts";
import { abortReason, type ChannelOptions, type DirectChannel, traceQuery } from "./channel.ts";
import { random16 } from "./random.ts";
import { type Route, serverAddressesOf } from "./route.ts";
import { SentQuery } from "./sent_query.ts";
import { CaseDiffers, UdpSocket } from "./udp_socket.ts";
import { type Waiting, waitingQuery } from "./waiting.ts";

/** Queries that one socket carries at once: more replies than that might not fit into its receive buffer. */
const QUERIES_AT_ONCE = 64;
/** Queries after which a socket is replaced, so that its port does not stay in use for long (RFC 5452 §9.2). */
const QUERIES_PER_SOCKET = 2000;

/**
 * Queries one server over UDP, from sockets on ports that the system chooses at random. A datagram from another address
 * or port, or one that answers another question, may be forged: it is ignored, and the wait continues. Letters of the
 * name are in random case (0x20); a server that changes their case is asked again without, and once the two replies
 * agree it is asked so from then on.
 */
export class UdpChannel implements DirectChannel {
  readonly #server: HostPort;
  readonly #options: ChannelOptions;
  readonly #route?: Route;
  #sockets: UdpSocket[] = [];
  #address?: Promise<HostPort>;
  #found?: HostPort;
  #mixCase = true;
  #closed = false;

  /** Opens nothing yet. */
  constructor(server: HostPort, options: ChannelOptions, route?: Route) {
    requireUnstable(Deno.listenDatagram, "datagrams");
    this.#server = server;
    this.#route = route;
    this.#options = options;
  }

  /** Sends a query and returns the bytes of its response. */
  async ask(question: Question, options: AskOptions): Promise<Uint8Array> {
    const { peer, trace } = this.#options;
    options.signal?.throwIfAborted();
    const address = await (this.#address ??= this.#lookUp(options));
    try {
      return await this.#send(address, question, options, this.#mixCase);
    } catch (error) {
      if (!(error instanceof CaseDiffers)) throw fromSystem(error, { doing: "ask", what: peer });
      trace?.({
        direction: "*",
        peer,
        text: "the reply has the question in another case: asked again without mixed case",
      });
      const reply = await this.#send(address, question, options, false)
        .catch((error) => Promise.reject(fromSystem(error, { doing: "ask", what: peer })));
      this.#compare(error.reply, reply);
      return reply;
    }
  }

  /** Sends a query without a promise, or returns false before the address of the server is known. */
  send(form: QueryForm, name: string, waiting: Waiting): boolean {
    if (!this.#found) return false;
    const socket = this.#socket(this.#found);
    waiting.sent.reuse(form, name, socket.freeId(), this.#mixCase);
    socket.send(waiting);
    return true;
  }

  /** A server that changes the case of letters is known by two replies that say the same; otherwise one was forged. */
  #compare(mixed: Uint8Array, plain: Uint8Array): void {
    const { peer, trace } = this.#options;
    const same = contentOf(mixed) === contentOf(plain);
    if (same) this.#mixCase = false;
    const text = same ? "it changes the case of letters: asked without mixed case from now on" : "the replies differ";
    trace?.({ direction: "*", peer, text });
  }

  async #lookUp({ expires, signal }: AskOptions): Promise<HostPort> {
    try {
      const timeout = Math.max(0, expires - performance.now());
      using deadline = new Deadline({ signal, ...Number.isFinite(timeout) ? { timeout } : {} }, "find the server");
      const [first = this.#server] = await serverAddressesOf(this.#server, this.#route, deadline.signal);
      return this.#found = first;
    } catch (error) {
      this.#address = undefined;
      throw error;
    }
  }

  #send(address: HostPort, question: Question, options: AskOptions, mixCase: boolean): Promise<Uint8Array> {
    const socket = this.#socket(address);
    const sent = SentQuery.of(question, socket.freeId(), mixCase);
    const { waiting, reply } = waitingQuery(
      sent,
      options,
      (waiting, reason) => abortReason(reason, this.#options.peer, socket.forget(waiting)),
    );
    if (this.#options.trace) traceQuery(this.#options, question, sent.bytes);
    socket.send(waiting);
    return reply;
  }

  /** A socket with room for another query, at random: an observer of one port learns nothing about the next query. */
  #socket(address: HostPort): UdpSocket {
    if (this.#closed) throw closedError(this.#options.peer);
    const chosen = this.#free();
    if (chosen && chosen.sent < QUERIES_PER_SOCKET) return chosen;
    if (chosen) {
      chosen.retire();
      this.#sockets = this.#sockets.filter((socket) => socket !== chosen);
    }
    const opened = new UdpSocket(address, this.#options);
    this.#sockets.push(opened);
    return opened;
  }

  /** A socket that is not full, from a random one on. */
  #free(): UdpSocket | undefined {
    const count = this.#sockets.length;
    const first = count > 1 ? random16() : 0;
    for (let step = 0; step < count; step++) {
      const socket = this.#sockets[(first + step) % count];
      if (socket && socket.waiting < QUERIES_AT_ONCE) return socket;
    }
    return undefined;
  }

  /** Closes its sockets; queries that wait are rejected. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.close(closedError(this.#options.peer));
    this.#sockets = [];
  }
}

/** Returns the error for a query on a channel that was closed. */
export function closedError(peer: string): NetworkError {
  return new NetworkError(`the connection to ${peer} was closed`, {
    code: "connection-closed",
    operation: "resolve",
    peer,
  });
}

/** Returns the content of a reply in a form that compares, whatever the order of its records and their TTLs. */
function contentOf(reply: Uint8Array): string {
  try {
    const { rcode, truncated, answers }: DnsMessage = decodeMessage(reply);
    const lines = answers.map(({ name, type, data }) => `${name} ${type} ${data}`.toLowerCase()).sort();
    return JSON.stringify([rcode, truncated, lines]);
  } catch {
    return "";
  }
}
