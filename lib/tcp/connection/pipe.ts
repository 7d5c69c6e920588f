import { type ChunkSink, type Input, type OutputTarget, type SharedSource, toSink, toSource } from "../../core/mod.ts";
import type { Observer } from "./exchange.ts";

/** Options of a pipe between a connection and an input and output. */
export interface PipeOptions {
  /**
   * Data to send: a text, bytes, or a stream or source of them; without it nothing is sent.
   * @default {undefined}
   */
  readonly input?: Input;
  /**
   * Receives the data: a stream or a sink; without it, data is discarded.
   * @default {undefined}
   */
  readonly output?: OutputTarget;
  /**
   * Directions that are used.
   * @default {"both"}
   */
  readonly only?: "send" | "receive";
  /**
   * Whether to send LF as CR LF.
   * @default {false}
   */
  readonly crlf?: boolean;
  /**
   * Maximum rate in bytes per second in each direction.
   * @default {undefined}
   */
  readonly rate?: number;
  /**
   * Milliseconds without data in either direction after which the pipe fails.
   * @default {undefined}
   */
  readonly idle?: number;
  /**
   * Milliseconds without data in either direction after which the pipe ends without an error.
   * @default {undefined}
   */
  readonly wait?: number;
  /**
   * Milliseconds after the end of the input after which the pipe ends, even if the peer still sends; 0 is at once.
   * @default {undefined}
   */
  readonly quitAfter?: number;
  /**
   * Whether the pipe ends when the peer closes its side, without waiting for the end of the input.
   * @default {false}
   */
  readonly endWithPeer?: boolean;
  /**
   * Called with all bytes in both directions; a returned promise is awaited.
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

/** Returns the first given option that asks for a pipe; `more` are further names to look for. */
export function pipeOption<Options extends object>(
  options: Options,
  ...more: readonly (keyof Options & string)[]
): string | undefined {
  const given = new Map<string, unknown>(Object.entries(options));
  return [...PIPE_OPTIONS, ...more].find((name) => given.get(name) !== undefined);
}

/** Returns input and output as a source and a sink. */
export function pipeEnds(
  { input, output }: PipeOptions,
): { readonly input: SharedSource | undefined; readonly output: ChunkSink | undefined } {
  return {
    input: input === undefined ? undefined : toSource(input),
    output: output === undefined ? undefined : toSink(output),
  };
}
