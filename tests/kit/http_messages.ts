import type { ByteSource } from "../../lib/core/mod.ts";
import { BodyReader } from "../../lib/http/body_reader.ts";
import { Input } from "../../lib/http/input.ts";
import {
  type Framing,
  HeadScanner,
  type HttpLimits,
  parseRequestHead,
  parseResponseHead,
  requestFraming,
  responseFraming,
} from "../../lib/http/internal.ts";
import { octetText } from "./raw.ts";

/** A parsed message: its first line, header fields, body and trailers. */
export interface Message {
  readonly start: readonly (string | number)[];
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
}

/** The messages of a stream, and how it ended: complete, incomplete, or with an error code. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly ending: string;
}

/** Returns bytes in chunks of these sizes, repeatedly. */
export function inPieces(bytes: Uint8Array, sizes: readonly number[]): ByteSource {
  let at = 0;
  let turn = 0;
  return {
    read(into) {
      if (at === bytes.length) return Promise.resolve(null);
      const count = Math.min(sizes[turn++ % sizes.length] ?? 1, into.length, bytes.length - at);
      into.set(bytes.subarray(at, at + count));
      at += count;
      return Promise.resolve(count);
    },
  };
}

/** Reads all messages of a stream, as clients and servers do; bodies into arrays of `room` bytes. */
export async function converse(
  kind: "request" | "response",
  source: ByteSource,
  limits: HttpLimits,
  room = 1000,
): Promise<Conversation> {
  const input = new Input(source);
  const scanner = new HeadScanner(kind, limits);
  const messages: Message[] = [];
  try {
    while (true) {
      const place = scanner.find(input.bytes, input.start, input.end);
      if (!place) {
        if (await input.fill()) continue;
        // An empty line without a following request is accepted, as before a request.
        const held = octetText(input.bytes.subarray(input.start, input.end));
        return { messages, ending: held === "" || held === "\r\n" ? "end" : "cut" };
      }
      const [start, fields, framing] = readHead(kind, input, place);
      input.start = place.end;
      const body = new BodyReader(framing, { input, source, peer: "peer", kind, limits });
      const into = new Uint8Array(room);
      let content = "";
      for (let count = await body.read(into); count !== null; count = await body.read(into)) {
        content += octetText(into.subarray(0, count));
      }
      messages.push({ start, fields, body: content, trailers: [...body.trailers ?? []] });
      if (framing.kind === "tunnel") return { messages, ending: "tunnel" };
    }
  } catch (error) {
    const code = String(error instanceof Error && "code" in error ? error.code : error);
    return { messages, ending: code === "body-cut" ? "cut" : code };
  }
}

function readHead(
  kind: "request" | "response",
  input: Input,
  place: { readonly start: number; readonly end: number },
): [(string | number)[], [string, string][], Framing] {
  if (kind === "request") {
    const head = parseRequestHead(input.bytes, place);
    return [[head.method, head.target], [...head.headers], requestFraming(head)];
  }
  const head = parseResponseHead(input.bytes, place);
  return [[head.status, head.reason], [...head.headers], responseFraming(head, "GET")];
}
