import type { Trace, TraceDirection } from "../../core/mod.ts";

const LENGTH = /^content-length: *([1-9]\d*)$/i;

/**
 * Returns a trace of HTTP heads that also names the bodies between them: each follows its head, whose Content-Length is its
 * size in bytes; the last one at `end`. For whole exchanges only, one after the other on each connection.
 */
export function withBodies(trace: Trace): { readonly trace: Trace; readonly end: () => void } {
  let body: { readonly direction: TraceDirection; readonly size: string } | undefined;
  const end = () => {
    if (body) trace({ direction: body.direction, text: `(${body.size} bytes of body)` });
    body = undefined;
  };
  return {
    end,
    trace(event) {
      if (event.direction !== body?.direction) end();
      trace(event);
      const [, size] = LENGTH.exec(event.text) ?? [];
      if (size !== undefined && event.direction !== "*") body = { direction: event.direction, size };
    },
  };
}
