import { UsageError } from "../core/errors.ts";
import { fromSystem } from "../core/system_error.ts";
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
    else yield* stdinLines(options);
  }
}

async function* stdinLines(options: LineOptions): AsyncGenerator<Line> {
  const lines = readLines(Deno.stdin.readable, options);
  while (true) {
    const next = await lines.next().catch((error: unknown) => {
      throw fromSystem(error, { doing: "read", what: "stdin" });
    });
    if (next.done) return;
    if (next.value.text !== "" || next.value.problem) yield next.value;
  }
}
