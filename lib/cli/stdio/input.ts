import { UsageError } from "../../core/errors/errors.ts";
import { type Line, type LineOptions, LineSplitter } from "../../core/bytes/lines.ts";
import { readStdin } from "./stdin.ts";

const CHUNK_SIZE = 64 * 1024;
/** A line of a list that names nothing: a blank one, and a comment. */
const PASSED_OVER = /^[\s\ufeff]*(?:#|$)/;

/** How the inputs of a batch are read. */
export interface InputOptions extends LineOptions {
  /** Whether blank lines and those that begin with `#` are skipped, as in a list of URLs. @default false */
  readonly comments?: boolean;
}

/**
 * The inputs of a batch: the operands, or the lines of stdin where an operand is `-` or there is none and stdin is no
 * terminal. Empty lines of stdin are skipped.
 *
 * @throws {UsageError} When there is nothing to read.
 */
export async function* inputs(
  operands: readonly string[],
  metavar: string,
  { comments = false, ...options }: InputOptions = {},
): AsyncGenerator<Line> {
  if (operands.length === 0 && Deno.stdin.isTerminal()) {
    throw new UsageError(`${metavar} is missing: give one or several, or write them to stdin, one per line`);
  }
  for (const operand of operands.length === 0 ? ["-"] : operands) {
    if (operand !== "-") yield { text: operand };
    else {
      // One step of a generator for each line: more of them would cost more than most of what is done with a line.
      for await (const lines of stdinLines(options)) {
        for (const line of lines) {
          const skipped = comments ? PASSED_OVER.test(line.text) : line.text === "" && !line.problem;
          if (!skipped) yield line;
        }
      }
    }
  }
}

/** The lines of stdin as texts, without the empty ones; what is no UTF-8 comes as far as it can be read. */
export async function* inputTexts(): AsyncGenerator<string> {
  for await (const { text } of inputs(["-"], "LINE")) yield text;
}

/** The lines of stdin, as many at once as came at once. */
async function* stdinLines(options: LineOptions): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(options);
  const buffer = new Uint8Array(CHUNK_SIZE);
  for (let count = await readStdin(buffer); count !== null; count = await readStdin(buffer)) {
    yield splitter.push(buffer.subarray(0, count));
  }
  const last = splitter.end();
  if (last) yield [last];
}
