import { UsageError } from "../../core/errors/errors.ts";
import { type Line, type LineOptions, LineSplitter } from "../../core/bytes/lines.ts";
import { Utf8Chunks } from "../../core/system/text.ts";
import { readStdin } from "./stdin.ts";

const CHUNK_BYTES = 64 * 1024;
/** Blank lines and comments of a list. */
const BLANK_OR_COMMENT = /^\s*(?:#|$)/;

/** Options of {@link inputs}. */
export interface InputOptions extends LineOptions {
  /** Whether blank lines and those that begin with `#` are skipped, as in a list of URLs. @default false */
  readonly comments?: boolean;
}

/**
 * Returns the inputs of a batch: the operands, with the lines of stdin in place of an operand `-`, or the lines of stdin if
 * there are no operands. Empty lines of stdin are skipped.
 *
 * @throws {UsageError} If there are no operands and stdin is a terminal.
 */
export async function* inputs(
  operands: readonly string[],
  metavar: string,
  options?: InputOptions,
): AsyncGenerator<Line> {
  // Lines are yielded directly: another generator per line would cost more than most tools need for a line.
  for await (const lines of inputGroups(operands, metavar, options)) for (const line of lines) yield line;
}

/** Returns the same inputs in groups as they were read, for a tool to which a promise per line is too slow. */
export async function* inputGroups(
  operands: readonly string[],
  metavar: string,
  { comments = false, ...options }: InputOptions = {},
): AsyncGenerator<readonly Line[]> {
  if (operands.length === 0 && Deno.stdin.isTerminal()) {
    throw new UsageError(`${metavar} is missing: specify at least one, or write one per line to stdin`);
  }
  for (const operand of operands.length === 0 ? ["-"] : operands) {
    if (operand !== "-") yield [{ text: operand }];
    else {
      for await (const lines of stdinLines(options)) {
        yield lines.filter((line) =>
          comments ? !BLANK_OR_COMMENT.test(line.text) : line.text !== "" || line.problem !== undefined
        );
      }
    }
  }
}

/** Returns the lines of stdin that are not empty, with U+FFFD for bytes that are not valid UTF-8. */
export async function* inputTexts(): AsyncGenerator<string> {
  for await (const { text } of inputs(["-"], "LINE")) yield text;
}

/** Returns the lines of stdin, in groups as they were read; without the byte order mark of a list from Windows. */
async function* stdinLines(options: LineOptions): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(options);
  const text = new Utf8Chunks();
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let count = await readStdin(buffer); count !== null; count = await readStdin(buffer)) {
    yield splitter.push(text.push(buffer.subarray(0, count)));
  }
  yield splitter.push(text.end());
  const last = splitter.end();
  if (last) yield [last];
}
