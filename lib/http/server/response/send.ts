import { NetworkError } from "../../../core/mod.ts";
import { encodeChunkSize, encodeLastChunk } from "../../codec/chunked.ts";
import type { RequestHead } from "../../codec/head.ts";
import { encodeOctets } from "../../codec/octets.ts";
import { reasonOf } from "../../codec/status.ts";
import { closeFiles, isStream, type KnownBody, partsOf, release } from "../request/body_parts.ts";
import { dateLine } from "./date_line.ts";
import { sendFile } from "./file_sender.ts";
import { headOf, type ResponseHeadText, sendsContent } from "./head_of.ts";
import { PreparedResponse } from "./prepared.ts";
import type { ServerResponse } from "./response.ts";
import type { HttpAnswer } from "../types.ts";

/** Where a response goes. */
export interface Destination {
  /** Takes bytes; what they were in may change when it has resolved. */
  readonly add: (bytes: Uint8Array) => Promise<void>;
  /** Sends what was only gathered so far. */
  readonly flush: () => Promise<void>;
  /** Is told of each piece of the body. */
  readonly sentBody: (count: number) => void;
}

/** Result of sending a response. */
export interface Sent {
  /** The status that went out. */
  readonly status: number;
  /** Whether the connection may go on. */
  readonly keep: boolean;
  /** Error in the response, which was replaced by a 500. */
  readonly error?: unknown;
}

const CRLF = encodeOctets("\r\n");

/** Sends a response to a request. When it rejects, the connection is of no use any more. */
export async function sendResponse(
  answer: HttpAnswer,
  head: RequestHead,
  keep: boolean,
  to: Destination,
): Promise<Sent> {
  if (answer instanceof PreparedResponse) {
    await to.add(answer.head);
    await to.add(connectionLines(head, keep));
    if (head.method !== "HEAD") await sendBytes(answer.body, to);
    return { status: answer.status, keep };
  }
  const { body } = answer;
  try {
    const [known, text] = begin(answer, head);
    const { status, length } = text;
    const bodyless = !sendsContent(head.method, status);
    const chunked = !bodyless && !known && length === undefined && head.version === "1.1";
    const goesOn = keep && !text.close && (bodyless || chunked || length !== undefined);
    await to.add(encodeOctets(chunked ? `${text.text}Transfer-Encoding: chunked\r\n` : text.text));
    await to.add(connectionLines(head, goesOn));
    if (bodyless) await release(body);
    else if (known) await sendParts(known, to);
    else if (isStream(body)) await sendStream(body, chunked, length, to);
    return { status, keep: goesOn };
  } catch (error) {
    if (!(error instanceof BadResponse)) throw error;
    await release(body);
    const instead = { status: 500, body: `500 ${reasonOf(500)}\n` };
    return { ...await sendResponse(instead, head, keep, to), error: error.cause };
  } finally {
    closeFiles(body);
  }
}

/** A response that no client must see: nothing of it was sent. */
class BadResponse {
  constructor(readonly cause: unknown) {}
}

function begin(response: ServerResponse, { method }: RequestHead): [KnownBody | undefined, ResponseHeadText] {
  try {
    const known = partsOf(response.body);
    const left = method === "HEAD" || response.status === 304;
    const explicit = !known || (left && known.parts.length === 0);
    return [known, headOf(response, { length: known?.length, explicit })];
  } catch (error) {
    throw new BadResponse(error);
  }
}

function connectionLines({ version }: RequestHead, keep: boolean): Uint8Array {
  const line = keep ? version === "1.0" ? "Connection: keep-alive\r\n" : "" : "Connection: close\r\n";
  const date = dateLine();
  const bytes = new Uint8Array(date.length + line.length + 2);
  bytes.set(date);
  bytes.set(encodeOctets(`${line}\r\n`), date.length);
  return bytes;
}

async function sendBytes(bytes: Uint8Array, to: Destination): Promise<void> {
  await to.add(bytes);
  to.sentBody(bytes.length);
}

async function sendParts({ parts }: KnownBody, to: Destination): Promise<void> {
  for (const part of parts) {
    if ("file" in part) await sendFile(part, (bytes) => sendBytes(bytes, to));
    else await sendBytes(part, to);
  }
}

async function sendStream(
  stream: AsyncIterable<Uint8Array>,
  chunked: boolean,
  length: number | undefined,
  to: Destination,
): Promise<void> {
  let rest = length ?? Infinity;
  for await (const piece of stream) {
    if (piece.length === 0) continue;
    rest -= piece.length;
    if (rest < 0) break;
    if (chunked) await to.add(encodeChunkSize(piece.length));
    await sendBytes(piece, to);
    if (chunked) await to.add(CRLF);
    // The next piece may be long in coming.
    await to.flush();
  }
  if (length !== undefined && rest !== 0) {
    throw new NetworkError("the length of the body does not match its Content-Length", { code: "body-length" });
  }
  if (chunked) await to.add(encodeLastChunk());
}
