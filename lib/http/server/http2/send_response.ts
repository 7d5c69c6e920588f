import { NetworkError } from "../../../core/mod.ts";
import type { HeaderField } from "../../codec/http2/static_table.ts";
import { decodeOctets } from "../../codec/octets.ts";
import { reasonOf } from "../../codec/status.ts";
import { closeFiles, isStream, partsOf, release } from "../request/body_parts.ts";
import { sendFile } from "../response/file_sender.ts";
import { headOf, sendsContent } from "../response/head_of.ts";
import { PreparedResponse } from "../response/prepared.ts";
import type { ServerResponse } from "../response/response.ts";
import type { HttpAnswer } from "../types.ts";

/** The stream that a response goes to. */
export interface ResponseSink {
  /** Sends the head. */
  head(fields: readonly HeaderField[], end: boolean): void;
  /** Sends some data, with `last` the end of the response too; what they were in may change when it has resolved. */
  data(bytes: Uint8Array, last?: boolean): Promise<void>;
  /** Ends the response behind its data. */
  end(): void;
}

/** Result of sending a response. */
export interface SentResponse {
  /** The status that went out. */
  readonly status: number;
  /** Error in the response, which was replaced by a 500. */
  readonly error?: unknown;
}

/** Fields of one connection, which HTTP/2 does not have (RFC 9113 §8.2.2). */
const OF_CONNECTION = new Set(["keep-alive", "proxy-connection", "upgrade", "connection", "transfer-encoding"]);

/** Sends a response to a request. When it rejects, the stream has to be reset. */
export async function sendResponse(answer: HttpAnswer, method: string, sink: ResponseSink): Promise<SentResponse> {
  if (answer instanceof PreparedResponse) {
    const text = decodeOctets(answer.head);
    return await sendKnown(answer.status, fieldsOf(answer.status, text), method === "HEAD" ? [] : [answer.body], sink);
  }
  const { body } = answer;
  try {
    const begun = begin(answer, method);
    if ("problem" in begun) {
      await release(body);
      const instead = { status: 500, headers: { "Content-Type": "text/plain" }, body: `500 ${reasonOf(500)}\n` };
      return { ...await sendResponse(instead, method, sink), error: begun.problem };
    }
    const { status, fields, parts, length } = begun;
    if (!sendsContent(method, status)) {
      sink.head(fields, true);
      await release(body);
    } else if (parts) {
      return await sendKnown(status, fields, parts, sink);
    } else if (isStream(body)) {
      sink.head(fields, false);
      await sendStream(body, length, sink);
      sink.end();
    }
    return { status };
  } finally {
    closeFiles(body);
  }
}

function begin(response: ServerResponse, method: string) {
  try {
    if (response.upgrade) throw new NetworkError("HTTP/2 has no upgrade", { code: "http2-upgrade" });
    const known = partsOf(response.body);
    const left = method === "HEAD" || response.status === 304;
    const explicit = !known || (left && known.parts.length === 0);
    const { status, text, length } = headOf(response, { length: known?.length, explicit });
    return { status, fields: fieldsOf(status, text), parts: known?.parts, length };
  } catch (problem) {
    return { problem };
  }
}

/** Returns the fields of a head in the form of HTTP/1.1. */
function fieldsOf(status: number, text: string): readonly HeaderField[] {
  const fields: HeaderField[] = [[":status", String(status)]];
  for (const line of text.split("\r\n").slice(1)) {
    const colon = line.indexOf(": ");
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !OF_CONNECTION.has(name)) fields.push([name, line.slice(colon + 2)]);
  }
  return fields;
}

type Parts = NonNullable<ReturnType<typeof partsOf>>["parts"];

async function sendKnown(
  status: number,
  fields: readonly HeaderField[],
  parts: Parts,
  sink: ResponseSink,
): Promise<SentResponse> {
  let rest = parts.reduce((sum, { length }) => sum + length, 0);
  sink.head(fields, rest === 0);
  const send = (bytes: Uint8Array) => {
    rest -= bytes.length;
    return sink.data(bytes, rest === 0);
  };
  for (const part of parts) {
    if (part.length === 0) continue;
    if ("file" in part) await sendFile(part, send);
    else await send(part);
  }
  return { status };
}

async function sendStream(
  stream: AsyncIterable<Uint8Array>,
  length: number | undefined,
  sink: ResponseSink,
): Promise<void> {
  let rest = length ?? Infinity;
  for await (const piece of stream) {
    rest -= piece.length;
    if (rest < 0) break;
    await sink.data(piece);
  }
  if (length !== undefined && rest !== 0) {
    throw new NetworkError("the length of the body does not match its Content-Length", { code: "body-length" });
  }
}
