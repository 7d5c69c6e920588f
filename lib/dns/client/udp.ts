import {
  closeQuietly,
  type Deadline,
  formatAddress,
  formatIP,
  fromSystem,
  type HostPort,
  isUnreachable,
  parseIPv6,
  requireUnstable,
  sendingHost,
  TimeoutError,
  type Trace,
} from "../../core/mod.ts";
import { decodeHead, type DnsMessage } from "../codec/message.ts";
import { type DnsQuery, encodeQuery, mismatch } from "../codec/query.ts";
import { type DnsTransport, readAnswerBytes, traceQuery } from "./transport.ts";

/** No datagram is longer, whatever was asked for. */
const LARGEST = 65_535;

/**
 * Sends queries over UDP, each from a new port that the system chooses at random. A datagram from another address or
 * port, or one that answers another question, may be forged: it is ignored, and the wait continues.
 *
 * Needs the net permission, and `--unstable-net`.
 */
export function udpTransport(server: HostPort, trace?: Trace): DnsTransport {
  const peer = formatAddress(server);
  return {
    protocol: "udp",
    async exchange(query, deadline) {
      requireUnstable(Deno.listenDatagram, "datagrams");
      const { signal } = deadline;
      signal.throwIfAborted();
      let socket: Deno.DatagramConn | undefined;
      const close = () => void (socket && closeQuietly(socket));
      signal.addEventListener("abort", close, { once: true });
      const strangers = { count: 0 };
      try {
        socket = Deno.listenDatagram({ transport: "udp", hostname: sendingHost(server.host), port: 0 });
        const bytes = encodeQuery(query);
        traceQuery(trace, peer, query, bytes);
        await socket.send(bytes, { transport: "udp", hostname: server.host, port: server.port });
        return await answer(socket, { query, server, peer, trace, strangers, deadline });
      } catch (error) {
        if (signal.aborted) throw noAnswer(signal.reason, peer, strangers.count);
        throw fromSystem(error, { doing: "ask", what: peer });
      } finally {
        signal.removeEventListener("abort", close);
        close();
      }
    },
  };
}

interface Waiting {
  readonly query: DnsQuery;
  readonly server: HostPort;
  readonly peer: string;
  readonly trace?: Trace;
  readonly strangers: { count: number };
  readonly deadline: Deadline;
}

/** The first datagram that answers the query. */
async function answer(socket: Deno.DatagramConn, waiting: Waiting): Promise<DnsMessage> {
  const { query, server, peer, trace, strangers, deadline } = waiting;
  const buffer = new Uint8Array(LARGEST);
  while (true) {
    const received = await socket.receive(buffer).catch((error) => {
      if (isUnreachable(error)) return undefined;
      throw error;
    });
    // Any machine can send such an error; whether the server runs is found out over TCP, as on other systems.
    if (!received) continue;
    const [bytes, from] = received;
    // A flood of datagrams would leave the timer no chance.
    if (deadline.remaining === 0) await deadline.race(new Promise(() => {}));
    const wrong = isFrom(server, from) ? strangeness(query, bytes) : "it is from another address";
    if (wrong === undefined) return readAnswerBytes(trace, peer, bytes);
    strangers.count++;
    trace?.({ direction: "*", peer, text: `ignored a datagram of ${bytes.length} bytes: ${wrong}` });
  }
}

/** Why a datagram is not the answer that is waited for. */
function strangeness(query: DnsQuery, bytes: Uint8Array): string | undefined {
  try {
    return mismatch(query, decodeHead(bytes));
  } catch {
    return "not a DNS message";
  }
}

function isFrom(server: HostPort, from: Deno.Addr): boolean {
  return from.transport === "udp" && from.port === server.port && plainIP(from.hostname) === plainIP(server.host);
}

/** An IP address in the one form that compares, without a zone. */
function plainIP(text: string): string {
  const bytes = parseIPv6(text.replace(/%.*/, ""));
  return bytes ? formatIP(bytes) : text;
}

function noAnswer(reason: unknown, peer: string, strangers: number): unknown {
  if (!(reason instanceof TimeoutError)) return reason;
  const others = strangers === 0 ? "" : `; ignored datagrams that did not match: ${strangers}`;
  return new TimeoutError(`no answer from ${peer} in time${others}`, {
    operation: "resolve",
    phase: "resolve",
    peer,
    cause: reason,
  });
}
