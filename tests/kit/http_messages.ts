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

/** A message as it was read: what its first line says, its fields, body and trailers. */
export interface Message {
  readonly start: readonly (string | number)[];
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
}

/** The messages of a stream, and how it went on: to its end, cut in the middle of one, or with an error's code. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly ending: string;
}

/** Gives bytes in pieces of these sizes, again and again. */
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

/** Reads all messages of a stream, as both ends of a connection do; bodies into arrays of `room` bytes. */
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
        // An empty line before a request that never came is forgiven, as it would be with one.
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
