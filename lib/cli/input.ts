import { UsageError } from "../core/errors.ts";
import { type Line, type LineOptions, readLines } from "../core/lines.ts";

/**
 * The inputs of a batch: the operands, or the lines of stdin where an operand is `-` or there is none and stdin is no
 * terminal. Empty lines of stdin are passed over.
 *
 * @throws {UsageError} When there is nothing to read.
 */
export async function* inputs(
  operands: readonly string[],
  metavar: string,
  options: LineOptions = {},
): AsyncGenerator<Line> {
  if (operands.length === 0 && Deno.stdin.isTerminal()) {
    throw new UsageError(`${metavar} is missing: give one or several, or write them to stdin, one per line`);
  }
  for (const operand of operands.length === 0 ? ["-"] : operands) {
    if (operand !== "-") yield { text: operand };
    else {
      for await (const line of readLines(Deno.stdin.readable, options)) {
        if (line.text !== "" || line.problem) yield line;
      }
    }
  }
}
