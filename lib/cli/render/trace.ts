import type { Trace } from "../../core/trace.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import type { Output } from "../stdio/output.ts";

/** Writes trace events to stderr, one line each: `+12.3ms > EHLO host`. */
export function traceTo(output: Output): Trace {
  const start = performance.now();
  return ({ direction, text, peer }) => {
    const at = (performance.now() - start).toFixed(1);
    const where = peer === undefined ? "" : `[${showUntrusted(peer)}] `;
    output.note(`+${at}ms ${direction} ${where}${showUntrusted(text, { limit: 4096 })}`);
  };
}
