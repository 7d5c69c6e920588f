import type { ChunkSink } from "../../core/bytes/chunks.ts";
import { UsageError } from "../../core/errors/errors.ts";
import { showUntrusted } from "../../core/untrusted.ts";

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

/** Control characters that no text has. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const BINARY = /[\x00-\x07\x0e-\x1a\x1c-\x1f]/;

/**
 * A sink before a terminal that takes text only: bytes that are none end it with a {@link UsageError} `binary-to-terminal`.
 */
export function textSink(sink: ChunkSink): ChunkSink {
  const shown = terminalSink(sink);
  return {
    write(chunk) {
      if (BINARY.test(new TextDecoder("latin1").decode(chunk))) {
        throw new UsageError("this is no text, and would not look good on a terminal", {
          code: "binary-to-terminal",
          hint: "give it a file or a pipe, or --raw",
        });
      }
      return shown.write(chunk);
    },
    end: () => shown.end(),
  };
}
