import { concat } from "../../../../core/mod.ts";
import { DotStuffer } from "../../../codec/dot_stuffer.ts";
import type { OpenSession } from "./answer.ts";

/** Bytes of a message that is sent in one write. */
const SMALL_BYTES = 64 * 1024;
const LF = 10;
const CR = 13;
const encoder = new TextEncoder();

/** Sends a message with transparency, and the dot. Lines end with CR LF, also those that end with LF in the store. */
export async function sendBody({ client }: OpenSession, bytes: Uint8Array): Promise<void> {
  const stuffer = new DotStuffer({ bareCr: "pass" });
  const body = stuffer.push(bytes);
  const end = encoder.encode(stuffer.end());
  if (body.length <= SMALL_BYTES) return await client.write(concat([body, end]));
  await client.write(body);
  await client.write(end);
}

/** Returns where the header, the empty line behind it, and a number of lines of the body end. */
export function endOfTop(bytes: Uint8Array, lines: number): number {
  let at = 0;
  let inHeader = true;
  for (let left = lines; at < bytes.length && (inHeader || left > 0);) {
    const lf = bytes.indexOf(LF, at);
    if (lf < 0) return bytes.length;
    if (!inHeader) left--;
    else inHeader = !(lf === at || (lf === at + 1 && bytes[at] === CR));
    at = lf + 1;
  }
  return at;
}
