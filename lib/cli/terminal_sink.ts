import type { ChunkSink } from "../core/chunks.ts";
import { showUntrusted } from "../core/untrusted.ts";

/** A sink before a terminal: text passes, what could do something to the terminal is shown as escapes. */
export function terminalSink(sink: ChunkSink): ChunkSink {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let held = "";
  const show = (text: string, last: boolean) => {
    // CR LF is a line end like another; whether a CR is half of one is not known before the next piece.
    const whole = held + text;
    held = !last && whole.endsWith("\r") ? "\r" : "";
    const now = whole.slice(0, whole.length - held.length).replaceAll("\r\n", "\n");
    return sink.write(encoder.encode(showUntrusted(now, { keepLines: true })));
  };
  return {
    write: (chunk) => show(decoder.decode(chunk, { stream: true }), false),
    async end() {
      await show(decoder.decode(), true);
      await sink.end();
    },
  };
}
