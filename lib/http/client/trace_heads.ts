import type { Trace } from "../../core/mod.ts";
import type { Fields } from "../codec/fields.ts";
import type { ResponseHead } from "../codec/head.ts";

/** Fields whose values are secrets. */
const SECRET = /^(?:authorization|proxy-authorization|cookie|set-cookie)$/i;

/** Traces the head of a request, secrets masked. */
export function traceRequest(trace: Trace | undefined, line: string, headers: Fields, peer: string): void {
  trace?.({ direction: ">", text: line, peer });
  traceFields(trace, ">", headers, peer);
}

/** Traces the head of a response, secrets masked. */
export function traceResponse(trace: Trace | undefined, head: ResponseHead, peer: string): void {
  trace?.({ direction: "<", text: `HTTP/${head.version} ${head.status} ${head.reason}`, peer });
  traceFields(trace, "<", head.headers, peer);
}

function traceFields(trace: Trace | undefined, direction: "<" | ">", headers: Fields, peer: string): void {
  if (!trace) return;
  for (const [name, value] of headers) {
    trace({ direction, text: `${name}: ${SECRET.test(name) ? mask(value) : value}`, peer });
  }
}

/** The scheme of an authorization, or the name of a cookie, is no secret. */
function mask(value: string): string {
  return `${/^(?:(?:basic|digest|bearer) |[^=;\s]+=)/i.exec(value)?.[0] ?? ""}***`;
}
