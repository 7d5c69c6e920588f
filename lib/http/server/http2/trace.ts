import type { Trace } from "../../../core/mod.ts";
import type { Http2RequestHead } from "../../codec/http2/request_head.ts";
import { maskSecret } from "../../codec/fields/secret_field.ts";

/** Traces the head of a request, secrets masked. */
export function traceHttp2Request(trace: Trace | undefined, head: Http2RequestHead, peer: string): void {
  if (!trace) return;
  trace({ direction: "<", text: `${head.method} ${head.target} HTTP/2`, peer });
  for (const [name, value] of head.headers) {
    trace({ direction: "<", text: `${name}: ${maskSecret(name, value)}`, peer });
  }
}
