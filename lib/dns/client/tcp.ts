import {
  ByteReader,
  concat,
  type Deadline,
  dialDirect,
  formatAddress,
  fromSystem,
  type HostPort,
  NetworkError,
  TimeoutError,
  type Trace,
  writeAll,
} from "../../core/mod.ts";
import { decodeHead, type DnsMessage } from "../codec/message.ts";
import { type DnsQuery, encodeQuery, mismatch } from "../codec/query.ts";
import { malformed } from "../codec/reader.ts";
import { type DnsTransport, readAnswerBytes, traceQuery } from "./transport.ts";

/**
 * Asks over TCP, one connection for each question (RFC 7766); two bytes say how long each message is.
 *
 * Needs the net permission.
 */
export function tcpTransport(server: HostPort, trace?: Trace): DnsTransport {
  const peer = `${formatAddress(server)}/tcp`;
  return {
    protocol: "tcp",
    async exchange(query, deadline) {
      const { signal } = deadline;
      try {
        return await ask(server, query, { peer, trace, deadline });
      } catch (error) {
        if (signal.aborted && signal.reason instanceof TimeoutError) {
          const text = `no answer from ${peer} in time`;
          throw new TimeoutError(text, { operation: "resolve", phase: "resolve", peer, cause: signal.reason });
        }
        throw signal.aborted ? signal.reason : fromSystem(error, { doing: "ask", what: peer });
      }
    },
  };
}

async function ask(
  server: HostPort,
  query: DnsQuery,
  { peer, trace, deadline }: { readonly peer: string; readonly trace?: Trace; readonly deadline: Deadline },
): Promise<DnsMessage> {
  using connection = await dialDirect(server, { signal: deadline.signal });
  const bytes = encodeQuery(query);
  traceQuery(trace, peer, query, bytes);
  await deadline.race(writeAll(connection, concat([Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes])));
  const reader = new ByteReader(connection, peer);
  const [high, low] = await deadline.race(reader.readExactly(2)) ?? closed(peer);
  const length = ((high ?? 0) << 8) | (low ?? 0);
  const answer = await deadline.race(reader.readExactly(length)) ?? closed(peer);
  const wrong = mismatch(query, decodeHead(answer));
  if (wrong !== undefined) throw malformed(wrong);
  const message = readAnswerBytes(trace, peer, answer);
  if (message.truncated) throw malformed("it is truncated although it came over TCP");
  return message;
}

function closed(peer: string): never {
  throw new NetworkError(`${peer} closed the connection without an answer`, {
    code: "connection-cut",
    operation: "resolve",
    peer,
  });
}
