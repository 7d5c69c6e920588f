import type { Trace } from "../../core/mod.ts";
import type { RequestHead } from "../codec/head.ts";
import { decodeOctets } from "../codec/octets.ts";
import { maskSecret } from "../codec/fields/secret_field.ts";

/** Traces the head of a request as it was received, secrets masked. */
export function traceRequestHead(trace: Trace | undefined, head: RequestHead, peer: string): void {
  if (!trace) return;
  trace({ direction: "<", text: `${head.method} ${head.target} HTTP/${head.version}`, peer });
  for (const [name, value] of head.headers) {
    trace({ direction: "<", text: `${name}: ${maskSecret(name, value)}`, peer });
  }
}

/** Returns what traces the head of a response from the bytes that are sent, up to the empty line. */
export function responseTracer(trace: Trace | undefined, peer: string): ((bytes: Uint8Array) => void) | undefined {
  if (!trace) return undefined;
  let text: string | undefined = "";
  return (bytes) => {
    if (text === undefined) return;
    text += decodeOctets(bytes, 0, bytes.length);
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return;
    for (const line of text.slice(0, end).split("\r\n")) {
      const [, name, value = ""] = /^([^:\s]+): (.*)$/.exec(line) ?? [];
      trace({ direction: ">", text: name === undefined ? line : `${name}: ${maskSecret(name, value)}`, peer });
    }
    text = undefined;
  };
}
