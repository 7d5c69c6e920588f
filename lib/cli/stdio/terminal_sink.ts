import type { ChunkSink } from "../../core/bytes/chunks.ts";
import { UsageError } from "../../core/errors/errors.ts";
import { showUntrusted } from "../../core/untrusted.ts";

/** Returns a sink that escapes characters that could control the terminal, and writes all other text to `sink`. */
export function terminalSink(sink: ChunkSink): ChunkSink {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let held = "";
  const show = (text: string, last: boolean) => {
    // CR LF is a line end; whether a CR is the first half of one is known only with the next chunk.
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

/** Control characters that do not occur in text. */
// deno-lint-ignore no-control-regex -- matches control characters
const BINARY = /[\x00-\x07\x0e-\x1a\x1c-\x1f]/;

/**
 * Returns a {@link terminalSink} that rejects binary data: a write throws a {@link UsageError} `binary-to-terminal`.
 */
export function textOnlySink(sink: ChunkSink): ChunkSink {
  const shown = terminalSink(sink);
  return {
    write(chunk) {
      if (BINARY.test(new TextDecoder("latin1").decode(chunk))) {
        throw new UsageError("refusing to write binary output to the terminal", {
          code: "binary-to-terminal",
          hint: "redirect stdout, or use --raw",
        });
      }
      return shown.write(chunk);
    },
    end: () => shown.end(),
  };
}
