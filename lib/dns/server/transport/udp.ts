import { closeQuietly } from "../../../core/dial/connection.ts";
import { hostToBind } from "../../../core/address/bind.ts";
import { fromSystem } from "../../../core/errors/system_error.ts";
import { networkCall } from "../../../core/errors/network_call.ts";
import { requireUnstable } from "../../../core/unstable.ts";
import { formatAddress, type HostPort } from "../../../core/address/address.ts";
import type { Responder } from "../answer/responder.ts";

/** Receives that wait on one socket; with fewer, datagrams wait for the responses to others. */
const RECEIVERS = 16;
/** Queries are short; of a longer datagram only this much is read, and it counts as malformed. */
const MAX_QUERY_BYTES = 4096;
/** Longest message that is ready to be sent over UDP. */
const MAX_READY_BYTES = 1232;
/** Milliseconds to wait when the socket reports an error, which is not that of one datagram. */
const PAUSE_MS = 50;

/**
 * Binds a socket for datagrams.
 *
 * @throws {SystemError} `address-in-use`, `unstable-missing` and the like.
 */
export function bindUdp(address: HostPort): Deno.DatagramConn {
  requireUnstable(Deno.listenDatagram, "datagrams");
  const hostname = hostToBind(address.host);
  try {
    return networkCall(() => Deno.listenDatagram({ transport: "udp", hostname, port: address.port }));
  } catch (error) {
    throw fromSystem(error, { doing: "listen on", what: formatAddress(address) });
  }
}

/** Answers queries over UDP. */
export class UdpServer {
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  readonly #socket: Deno.DatagramConn;
  readonly #responder: Responder;
  #closed = false;

  /** Answers the queries that arrive at a socket. */
  constructor(socket: Deno.DatagramConn, responder: Responder) {
    this.#socket = socket;
    this.#responder = responder;
    this.finished = Promise.all(Array.from({ length: RECEIVERS }, () => this.#receive())).then(() => {});
  }

  /** Stops receiving. */
  close(): void {
    this.#closed = true;
    closeQuietly(this.#socket);
  }

  async #receive(): Promise<void> {
    let into = new Uint8Array(MAX_QUERY_BYTES);
    const out = new Uint8Array(MAX_READY_BYTES);
    const socket = this.#socket;
    let failures = 0;
    while (!this.#closed) {
      try {
        const [bytes, from] = await socket.receive(into);
        if (from.transport !== "udp") continue;
        failures = 0;
        const response = this.#responder.respond(bytes, from, "udp", out);
        if (response instanceof Promise) {
          // The query is read until then.
          into = new Uint8Array(MAX_QUERY_BYTES);
          void response.then((response) => this.#send(response, from));
        } else if (response) await socket.send(response, from);
      } catch {
        // One client cannot be reached, or the machine is short of memory for a moment.
        if (!this.#closed && ++failures > 1) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  async #send(response: Uint8Array | undefined, to: Deno.NetAddr): Promise<void> {
    try {
      if (response && !this.#closed) await this.#socket.send(response, to);
    } catch {
      // The client asks again.
    }
  }
}
