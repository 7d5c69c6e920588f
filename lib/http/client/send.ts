import { concat, NetworkError } from "../../core/mod.ts";
import { encodeChunkSize, encodeLastChunk } from "../codec/chunked.ts";
import { encodeOctets } from "../codec/octets.ts";
import type { ClientConnection } from "./connection.ts";
import type { BodySource } from "./request_options.ts";

/** Head and body of a request. */
export interface Sending {
  /** Its head, encoded. */
  readonly head: Uint8Array;
  /** Its body. */
  readonly body?: Uint8Array | BodySource;
  /** Resolves to whether the body is wanted; without it the body is sent at once. */
  readonly wanted?: Promise<boolean>;
  /** Called when the head was sent. */
  readonly sentHead: () => void;
  /** Says that the rest is not wanted. */
  readonly signal: AbortSignal;
}

const CHUNK_BYTES = 256 * 1024;
/** Up to here, copying is cheaper than a second write. */
const TOGETHER = 64 * 1024;
const CRLF = encodeOctets("\r\n");

/** Sends a request; true when all of it went out. */
export async function sendRequest(connection: ClientConnection, sending: Sending): Promise<boolean> {
  const { head, body, wanted, sentHead, signal } = sending;
  if (body instanceof Uint8Array && body.length <= TOGETHER && !wanted) {
    await connection.write(concat([head, body]));
    sentHead();
    return true;
  }
  await connection.write(head);
  sentHead();
  if (body === undefined) return true;
  if (wanted && !await wanted) return false;
  return body instanceof Uint8Array
    ? await sendBytes(connection, body, signal)
    : await sendSource(connection, body, signal);
}

async function sendBytes(connection: ClientConnection, body: Uint8Array, signal: AbortSignal): Promise<boolean> {
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    if (signal.aborted) return false;
    await connection.write(body.subarray(at, at + CHUNK_BYTES));
  }
  return true;
}

async function sendSource(connection: ClientConnection, body: BodySource, signal: AbortSignal): Promise<boolean> {
  const piece = new Uint8Array(CHUNK_BYTES);
  let rest = body.length;
  while (rest !== 0) {
    if (signal.aborted) return false;
    const room = rest !== undefined && rest < CHUNK_BYTES ? piece.subarray(0, rest) : piece;
    const count = await connection.outside(body.read(room));
    if (count === null) break;
    if (count === 0) continue;
    if (rest === undefined) await connection.write(encodeChunkSize(count));
    await connection.write(piece.subarray(0, count));
    if (rest === undefined) await connection.write(CRLF);
    else rest -= count;
  }
  if (rest === undefined) await connection.write(encodeLastChunk());
  else if (rest > 0) {
    throw new NetworkError(`the body to send ended ${rest} bytes too early`, {
      code: "body-length",
      operation: "write",
    });
  }
  return true;
}
