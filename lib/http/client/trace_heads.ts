import type { Trace } from "../../core/mod.ts";
import type { Fields } from "../codec/fields/fields.ts";
import { maskSecret } from "../codec/fields/secret_field.ts";
import type { HttpResponse } from "./response.ts";

/** Traces the head of a request, secrets masked. */
export function traceRequest(trace: Trace | undefined, line: string, headers: Fields, peer: string): void {
  trace?.({ direction: ">", text: line, peer });
  traceFields(trace, ">", headers, peer);
}

/** Traces the head of a response, secrets masked. */
export function traceResponse(
  trace: Trace | undefined,
  head: Pick<HttpResponse, "version" | "status" | "reason" | "headers">,
  peer: string,
): void {
  const { version, status, reason, headers } = head;
  trace?.({ direction: "<", text: `HTTP/${version} ${status} ${reason}`.trimEnd(), peer });
  traceFields(trace, "<", headers, peer);
}

function traceFields(trace: Trace | undefined, direction: "<" | ">", headers: Fields, peer: string): void {
  if (!trace) return;
  for (const [name, value] of headers) {
    trace({ direction, text: `${name}: ${maskSecret(name, value)}`, peer });
  }
}
