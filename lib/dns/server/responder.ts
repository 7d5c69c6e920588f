import { closeQuietly, formatNetAddress, requireUnstable } from "../../core/mod.ts";
import { encodeMessage } from "../codec/encode.ts";
import { decodeHead, type DnsHead } from "../codec/message.ts";
import type { RecordFields } from "../codec/rdata/kind.ts";
import { recordFrom, type ResourceRecord } from "../codec/record.ts";
import type { RecordType } from "../codec/types.ts";
import { RCODE } from "../client/status.ts";

/** Records of an {@link answering} server by name (absolute, lower case) and type. */
export type AnswerTable = Readonly<Record<string, Readonly<Partial<Record<RecordType, readonly TableRecord[]>>>>>;

/** A record in such a table. */
export interface TableRecord {
  /** Seconds for which it may be kept. @default 60 */
  readonly ttl?: number;
  /** Data as in a zone file, or by its fields: `192.0.2.1`, `10 mail.test.`, `{ preference: 10, exchange: "mail.test" }`. */
  readonly data: string | RecordFields;
}

/** A server that answers from a table. */
export interface AnsweringServer extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Where it listens, as text: `127.0.0.1:53`. */
  readonly address: string;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops it. */
  shutdown(): Promise<void>;
}

/**
 * Answers questions from a table over UDP on loopback, at a free port: for demonstrations and tests, not for a network.
 *
 * Permissions: `--allow-net=127.0.0.1` and `--unstable-net`.
 *
 * @param table The records by name and type.
 * @returns The server.
 * @throws {SystemError} When datagrams are missing.
 * @throws {UsageError} `invalid-record`, `invalid-name`.
 * @example Answer one name on loopback
 * ```ts
 * import { answering, query, serverConfig } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } });
 * const { answers } = await query("a.test.", "A", { config: serverConfig([server.addr]) });
 * assertEquals(answers[0]?.data, "192.0.2.1");
 * ```
 */
export function answering(table: AnswerTable): AnsweringServer {
  requireUnstable(Deno.listenDatagram, "datagrams");
  const records = recordsOf(table);
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { addr } = socket;
  if (!("hostname" in addr)) throw new Error("a UDP socket has a UDP address");
  const serve = async () => {
    for await (const [bytes, from] of socket) {
      const reply = replyTo(bytes, records);
      if (reply) await socket.send(reply, from).catch(() => {});
    }
  };
  const finished = serve().catch(() => {});
  const shutdown = () => (closeQuietly(socket), finished);
  return {
    addr,
    address: formatNetAddress(addr),
    finished,
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

/** Returns the response to a datagram; undefined if that is not a query. */
function replyTo(
  bytes: Uint8Array,
  table: ReadonlyMap<string, readonly ResourceRecord[]>,
): Uint8Array<ArrayBuffer> | undefined {
  let head: DnsHead;
  try {
    head = decodeHead(bytes);
  } catch {
    return undefined;
  }
  const [question] = head.questions;
  if (head.response || !question || head.questions.length > 1) return undefined;
  const { name, type } = question;
  const known = table.get(name.toLowerCase());
  const answers = (known ?? []).filter((record) => record.type === type).map((record) => ({ ...record, name }));
  return encodeMessage({
    id: head.id,
    response: true,
    authoritative: true,
    recursionDesired: head.recursionDesired,
    rcode: known ? RCODE.NOERROR : RCODE.NXDOMAIN,
    questions: [question],
    answers,
  });
}

/** Reads the records of a table. */
function recordsOf(table: AnswerTable): ReadonlyMap<string, readonly ResourceRecord[]> {
  return new Map(
    Object.entries(table).map(([name, byType]) => [
      name,
      Object.entries(byType).flatMap(([type, records]) =>
        records.map(({ ttl = 60, data }) => recordFrom({ name, type, ttl, data }))
      ),
    ]),
  );
}
