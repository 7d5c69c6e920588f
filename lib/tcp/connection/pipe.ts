import { type ChunkSink, type Input, type OutputTarget, type SharedSource, toSink, toSource } from "../../core/mod.ts";
import type { Observer } from "./exchange.ts";

/** What passes through a pipe, and how. */
export interface PipeOptions {
  /**
   * What is sent: a text, bytes, or a stream or source of them; without it nothing is.
   * @default {undefined}
   */
  readonly input?: Input;
  /**
   * What takes the received bytes: a stream or a sink; without it they are discarded.
   * @default {undefined}
   */
  readonly output?: OutputTarget;
  /**
   * Which directions are used.
   * @default {"both"}
   */
  readonly only?: "send" | "receive";
  /**
   * Whether line feeds are sent as CR LF.
   * @default {false}
   */
  readonly crlf?: boolean;
  /**
   * Bytes per second in each direction.
   * @default {undefined}
   */
  readonly rate?: number;
  /**
   * Milliseconds without a byte in either direction after which the pipe ends.
   * @default {undefined}
   */
  readonly idle?: number;
  /**
   * Milliseconds without a byte in either direction after which the pipe ends without an error.
   * @default {undefined}
   */
  readonly wait?: number;
  /**
   * Milliseconds after the end of the input after which the pipe ends, whatever the peer still sends; 0 is at once.
   * @default {undefined}
   */
  readonly quitAfter?: number;
  /**
   * Whether the pipe ends with the peer's side, without waiting for the input to end.
   * @default {false}
   */
  readonly endWithPeer?: boolean;
  /**
   * Called with all bytes that cross; what it returns is waited for.
   * @default {undefined}
   */
  readonly observe?: Observer;
}

const PIPE_OPTIONS = [
  "input",
  "output",
  "only",
  "crlf",
  "rate",
  "idle",
  "wait",
  "quitAfter",
  "endWithPeer",
  "observe",
] as const;

/** The first of the options that ask for a pipe; `more` are those that do so beside the usual ones. */
export function pipeOption<Options extends object>(
  options: Options,
  ...more: readonly (keyof Options & string)[]
): string | undefined {
  const given = new Map<string, unknown>(Object.entries(options));
  return [...PIPE_OPTIONS, ...more].find((name) => given.get(name) !== undefined);
}

/** Input and output as an exchange takes them. */
export function pipeEnds(
  { input, output }: PipeOptions,
): { readonly input: SharedSource | undefined; readonly output: ChunkSink | undefined } {
  return {
    input: input === undefined ? undefined : toSource(input),
    output: output === undefined ? undefined : toSink(output),
  };
}
