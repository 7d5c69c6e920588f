import {
  type Call,
  droppingSink,
  type Output,
  type Records,
  releasePaths,
  stdinChunks,
  stdoutChunks,
  terminalSink,
} from "../../lib/cli/mod.ts";
import { SharedSource } from "../../lib/core/mod.ts";
import { dumpObserver, type ExchangeOptions } from "../../lib/tcp/internal.ts";
import type { CONNECTION_OPTIONS } from "./options.ts";

/** Milliseconds that the clients of `--broadcast` wait for stdout. */
const STDOUT_TIMEOUT_MS = 1000;

/** Opens the streams of this process for an exchange, and returns where records go. */
export function openStreams<R extends Records>(
  { options, output }: Call<typeof CONNECTION_OPTIONS, R>,
  broadcast = false,
) {
  const { hex, dump, raw, crlf, rate, idle, json } = options;
  const only: ExchangeOptions["only"] = options["send-only"] ? "send" : options["receive-only"] ? "receive" : undefined;
  const records: Output<R> = json && only === "send" && !hex ? output : output.onStderr();
  const stalled = () => output.note("toucan tcp: stdout is not read: discarding received data until it is");
  const stdout = broadcast ? droppingSink(stdoutChunks(), STDOUT_TIMEOUT_MS, stalled) : stdoutChunks();
  const observed = dumpObserver({ hex: hex ? stdout : undefined, dump });
  releasePaths(dump);
  const shown = Deno.stdout.isTerminal() && !raw ? terminalSink(stdout) : stdout;
  const exchange: ExchangeOptions = {
    input: only === "receive" ? undefined : new SharedSource(stdinChunks()),
    output: only === "send" || hex ? undefined : shown,
    endWithPeer: options["end-with-peer"] || Deno.stdin.isTerminal(),
    quitAfter: options["quit-after"],
    observe: observed.observe,
    ...{ only, crlf, rate, idle },
  };
  const close = () => (observed[Symbol.dispose](), records.flush());
  return { exchange, records, mark: observed.mark, [Symbol.dispose]: close };
}
