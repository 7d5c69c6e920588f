import type { HostPort } from "../../lib/core/mod.ts";
import {
  decodeHead,
  type DnsHead,
  encodeMessage,
  type MessageParts,
  recordFrom,
  type TextRecord,
} from "../../lib/dns/internal.ts";

/** Handles a query over UDP. */
export interface UdpTurn {
  /** The query. */
  readonly query: DnsHead;
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Its number, from 1. */
  readonly count: number;
  /** Sends a datagram back. */
  send(bytes: Uint8Array): Promise<void>;
  /** Sends a datagram back from another port. */
  sendFromElsewhere(bytes: Uint8Array): Promise<void>;
}

/** A scripted DNS server. */
export interface ScriptedServer extends AsyncDisposable {
  /** Its port. */
  readonly addr: HostPort;
  /** Queries over UDP so far. */
  readonly queries: readonly DnsHead[];
  /** Resolves at the first TCP connection. */
  readonly connected: Promise<void>;
  /** Number of TCP connections so far. */
  readonly connections: () => number;
}

/**
 * Starts a server on 127.0.0.1. `tcp` is called for each query over TCP on the same port, and returns the bytes to
 * write. The connection is closed behind them, or with `hold` only by the client.
 */
export function scriptedServer(
  udp: (turn: UdpTurn) => Promise<void> | void,
  tcp?: (query: DnsHead) => Uint8Array | undefined,
  { hold = false }: { readonly hold?: boolean } = {},
): ScriptedServer {
  const { socket, listener } = bind(tcp !== undefined);
  const elsewhere = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const addr = socket.addr;
  if (addr.transport !== "udp") throw new Error("a UDP socket has a UDP address");
  const queries: DnsHead[] = [];
  const connected = Promise.withResolvers<void>();
  let connections = 0;
  const serveUdp = async () => {
    for await (const [bytes, from] of socket) {
      const query = decodeHead(bytes);
      queries.push(query);
      await udp({
        query,
        bytes,
        count: queries.length,
        send: async (reply) => void await socket.send(reply, from),
        sendFromElsewhere: async (reply) => void await elsewhere.send(reply, from),
      });
    }
  };
  const serveTcp = async () => {
    for await (const connection of listener ?? []) {
      using open = connection;
      connections++;
      connected.resolve();
      const bytes = new Uint8Array(1024);
      const count = await open.read(bytes) ?? 0;
      if (count === 0) continue;
      const reply = tcp?.(decodeHead(bytes.subarray(2, count)));
      if (reply) await open.write(reply);
      if (hold) await open.read(bytes);
    }
  };
  const served = Promise.all([serveUdp(), serveTcp()]);
  return {
    addr: { transport: "ip", host: addr.hostname, port: addr.port },
    queries,
    connected: connected.promise,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      socket.close();
      elsewhere.close();
      listener?.close();
      await served;
    },
  };
}

/** A response beside its head: records in zone file form or by their fields. */
export interface ResponseParts extends Partial<Omit<MessageParts, "answers" | "authorities" | "additionals">> {
  readonly answers?: readonly TextRecord[];
  readonly authorities?: readonly TextRecord[];
  readonly additionals?: readonly TextRecord[];
}

/** Returns a response to a query; `more` overrides its parts. */
export function response(query: DnsHead, more: ResponseParts = {}): Uint8Array<ArrayBuffer> {
  const { answers = [], authorities = [], additionals = [], ...head } = more;
  return encodeMessage({
    id: query.id,
    response: true,
    questions: query.questions,
    ...head,
    answers: answers.map(recordOfText),
    authorities: authorities.map(recordOfText),
    additionals: additionals.map(recordOfText),
  });
}

function recordOfText(record: TextRecord) {
  return recordFrom({ ttl: 0, ...record });
}

/** Returns a message with its length prefix for TCP. */
export function framed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(bytes.length >> 8, bytes.length & 255, ...bytes);
}

/** Binds a free UDP port, and if wanted the same TCP port; tries another port if that is in use. */
function bind(tcp: boolean): { socket: Deno.DatagramConn; listener?: Deno.TcpListener } {
  for (let attempts = 20;; attempts--) {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    if (!tcp || !("port" in socket.addr)) return { socket };
    try {
      return { socket, listener: Deno.listen({ hostname: "127.0.0.1", port: socket.addr.port }) };
    } catch (error) {
      socket.close();
      if (attempts === 0) throw error;
    }
  }
}
