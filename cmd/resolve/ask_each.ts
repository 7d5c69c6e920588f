import { type ExitCode, exitCodeOf, exitCodeOfAll } from "../../lib/cli/mod.ts";
import type { ToucanError } from "../../lib/core/mod.ts";
import { reverseName } from "../../lib/dns/internal.ts";
import { askedNames, type ServerCall } from "./server_call.ts";

/** A question that is asked in a way of its own. */
export interface AskedQuestion {
  /** Text that was read. */
  readonly input: string;
  /** The name, of an address the one that stands for it. */
  readonly name: string;
  /** The record type. */
  readonly type: string;
  /** Why it cannot be asked, or why there is no result. */
  readonly error?: ToucanError;
}

/**
 * Asks about the names of a call in their order, about each with its types: without any, A, of an address PTR. Each result is
 * printed before the next question.
 */
export async function askEach<Facts extends AskedQuestion>(
  call: ServerCall & { readonly output: { flush(): void } },
  ask: (asked: AskedQuestion) => Promise<Facts>,
  print: (facts: Facts) => void,
): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for await (const { input, name, types = call.types, error } of askedNames(call)) {
    const reverse = reverseName(name);
    for (const type of types.length > 0 ? types : [reverse === undefined ? "A" : "PTR"]) {
      const facts = await ask({ input, name: reverse ?? name, type, error });
      call.signal.throwIfAborted();
      print(facts);
      codes.push(facts.error ? exitCodeOf(facts.error) : 0);
    }
    call.output.flush();
  }
  return exitCodeOfAll(codes);
}
