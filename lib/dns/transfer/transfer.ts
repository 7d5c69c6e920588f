import {
  ByteReader,
  closeQuietly,
  concat,
  Deadline,
  formatSize,
  fromSystem,
  NegativeError,
  NetworkError,
  TimeoutError,
  type Trace,
  type WaitOptions,
  writeAll,
} from "../../core/mod.ts";
import { encodeMessage } from "../codec/encode.ts";
import { explainErrors, extendedErrors } from "../codec/extended_errors.ts";
import { decodeMessage, type DnsMessage } from "../codec/message.ts";
import { mismatch } from "../codec/query.ts";
import { recordFrom } from "../codec/record.ts";
import { TsigChain, TsigError, tsigError, tsigErrorName, type TsigKey } from "../codec/tsig/chain.ts";
import { rcodeName } from "../client/status.ts";
import { type TransferredZone, ZoneAssembler } from "./assemble.ts";

/** A connection to a server over TCP or TLS. */
export interface TransferConnection {
  /** Server, as errors name it. */
  readonly peer: string;
  /** Reads some bytes; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes and returns their number. */
  write(bytes: Uint8Array): Promise<number>;
  /** Closes it. */
  close(): void;
}

/** Options of {@link transferZone}; `timeout` is total. */
export interface TransferOptions extends WaitOptions {
  /** Serial of the version that the client has: only what has changed since is asked for (IXFR). Without it, all of the zone. */
  readonly serial?: number;
  /** Key with which query and messages are signed. */
  readonly key?: TsigKey;
  /** Milliseconds without data after which the transfer ends. @default {30000} */
  readonly idleTimeout?: number;
  /** Bytes of all messages at most, which are held in memory. @default {268435456} */
  readonly maxBytes?: number;
  /** Takes what crosses the wire. */
  readonly trace?: Trace;
  /** Returns the time in milliseconds since 1970. @default {Date.now} */
  readonly now?: () => number;
}

/** A zone, and how it came. */
export interface Transfer {
  /** Zone or changes that were transferred. */
  readonly zone: TransferredZone;
  /** Number of messages. */
  readonly messages: number;
  /** Their size in bytes. */
  readonly bytes: number;
  /** Whether every message was covered by a signature. */
  readonly signed: boolean;
}

const IDLE_MS = 30_000;
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Transfers a zone (RFC 5936), or what has changed since a version of it (RFC 1995), over a connection of its own, which
 * it closes. The result is the whole of it, or an error.
 *
 * @param name The zone.
 * @param open Opens the connection.
 * @throws {NegativeError} `transfer-refused`.
 * @throws {NetworkError} `transfer-malformed`, `transfer-too-large`, `connection-cut`, `tsig-failed` and the like.
 * @throws {TimeoutError} When it is not complete in time.
 */
export async function transferZone(
  name: string,
  open: (deadline: Deadline) => Promise<TransferConnection>,
  options: TransferOptions = {},
): Promise<Transfer> {
  using deadline = new Deadline(options, `transfer ${name}`, "resolve");
  const connection = await open(deadline);
  try {
    return await receive(name, connection, options, deadline);
  } catch (error) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw fromSystem(error, { doing: "transfer from", what: connection.peer });
  } finally {
    closeQuietly(connection);
  }
}

async function receive(
  name: string,
  connection: TransferConnection,
  options: TransferOptions,
  deadline: Deadline,
): Promise<Transfer> {
  const { serial, key, idleTimeout = IDLE_MS, maxBytes = MAX_BYTES, trace, now = Date.now } = options;
  const { peer } = connection;
  const type = serial === undefined ? "AXFR" : "IXFR";
  const query = { id: crypto.getRandomValues(new Uint16Array(1))[0] ?? 0, name, type };
  const chain = key && new TsigChain(key);
  const seconds = () => Math.floor(now() / 1000);
  const plain = encodeMessage({ id: query.id, questions: [{ name, type, class: "IN" }], ...authorityOf(name, serial) });
  const bytes = chain ? await chain.sign(plain, { time: seconds() }) : plain;
  trace?.({ direction: ">", peer, text: `${type} ${name}, id ${query.id}, ${bytes.length} bytes`, bytes });
  await deadline.race(writeAll(connection, framed(bytes)));
  const reader = new ByteReader(connection, peer);
  const assembler = new ZoneAssembler(name, serial, peer);
  let [messages, size] = [0, 0];
  while (true) {
    const answer = await readMessage(reader, { peer, idleTimeout, deadline, isFirst: messages === 0 });
    messages++;
    size += answer.length;
    if (size > maxBytes) throw tooLarge(name, peer, maxBytes);
    const message = decodeMessage(answer);
    trace?.({
      direction: "<",
      peer,
      text: `${rcodeName(message.rcode)}, ${message.answers.length} records`,
      bytes: answer,
    });
    if (chain) await verify(chain, answer, message, seconds(), peer);
    checkMessage(message, query, messages === 1, peer);
    const zone = assembler.add(answer, message.answers);
    if (!zone) continue;
    // What follows the last signature could have been added by anyone.
    if (chain && chain.unsigned > 0) throw tsigError("unsigned", peer, ": the last one of the transfer");
    return { zone, messages, bytes: size, signed: chain !== undefined };
  }
}

/** The version that a client has is told by a SOA record, of which only the serial counts (RFC 1995 §3). */
function authorityOf(name: string, serial: number | undefined) {
  if (serial === undefined) return {};
  return { authorities: [recordFrom({ name, type: "SOA", ttl: 0, data: `. . ${serial} 0 0 0 0` })] };
}

function framed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat([Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes]);
}

interface Waiting {
  readonly peer: string;
  readonly idleTimeout: number;
  readonly deadline: Deadline;
  readonly isFirst: boolean;
}

async function readMessage(reader: ByteReader, { peer, idleTimeout, deadline, isFirst }: Waiting): Promise<Uint8Array> {
  using idle = new Deadline({ signal: deadline.signal, timeout: idleTimeout }, `wait for ${peer}`, "body");
  try {
    const [high = 0, low = 0] = await idle.race(reader.readExactly(2)) ?? closed(peer, isFirst);
    return await idle.race(reader.readExactly(high << 8 | low)) ?? closed(peer, isFirst);
  } catch (error) {
    if (!idle.signal.aborted || deadline.signal.aborted || !(error instanceof TimeoutError)) throw error;
    throw new TimeoutError(`${peer} sent no data for ${idleTimeout / 1000}s in the transfer`, {
      operation: "transfer",
      phase: "body",
      peer,
      cause: error,
    });
  }
}

function closed(peer: string, isFirst: boolean): never {
  const text = isFirst ? "without an answer" : "in the middle of the transfer";
  throw new NetworkError(`${peer} closed the connection ${text}`, {
    code: "connection-cut",
    operation: "transfer",
    peer,
  });
}

/** A server that rejects the signature of the query cannot sign its answer. */
async function verify(
  chain: TsigChain,
  bytes: Uint8Array,
  message: DnsMessage,
  time: number,
  peer: string,
): Promise<void> {
  try {
    await chain.verify(bytes, message.tsig, time, peer);
  } catch (error) {
    const unsigned = error instanceof TsigError && error.reason === "unsigned";
    if (unsigned && message.rcode !== 0) return;
    throw error;
  }
}

function checkMessage(
  message: DnsMessage,
  query: { readonly id: number; readonly name: string; readonly type: string },
  isFirst: boolean,
  peer: string,
): void {
  const { rcode, questions, tsig } = message;
  const details = { operation: "transfer", peer };
  if (message.id !== query.id) {
    throw new NetworkError(`${peer} answered another query`, { ...details, code: "answer-malformed" });
  }
  if (rcode !== 0) {
    const failure = tsig && tsigErrorName(tsig.error);
    if (failure) throw tsigError(failure, peer, " (reported by the server)");
    const why = explainErrors(extendedErrors(message));
    const text = `${peer} refuses the transfer of ${query.name}: ${rcodeName(rcode)}${why === "" ? "" : `, ${why}`}`;
    throw new NegativeError(text, { ...details, code: "transfer-refused", reason: rcodeName(rcode) });
  }
  // Later messages may leave the question out (RFC 5936 §2.2.1).
  const wrong = isFirst || questions.length > 0 ? mismatch(query, message) : undefined;
  if (wrong !== undefined) throw new NetworkError(`${peer}: ${wrong}`, { ...details, code: "answer-malformed" });
  if (message.truncated) {
    throw new NetworkError(`${peer} sent a truncated message`, { ...details, code: "answer-malformed" });
  }
}

function tooLarge(name: string, peer: string, limit: number): NetworkError {
  return new NetworkError(`the transfer of ${name} has more than ${formatSize(limit)}`, {
    code: "transfer-too-large",
    operation: "transfer",
    peer,
  });
}
