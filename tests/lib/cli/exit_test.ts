import { assertEquals } from "@std/assert";
import { EXIT, type ExitCode, exitCodeOf, exitCodeOfAll } from "../../../lib/cli/exit.ts";
import { Interruption } from "../../../lib/cli/interrupt.ts";
import {
  NegativeError,
  NetworkError,
  OutputClosedError,
  SystemError,
  TimeoutError,
  ToucanError,
  UsageError,
} from "../../../lib/core/mod.ts";

const code = { code: "x" };
const CODES: readonly (readonly [error: unknown, code: ExitCode])[] = [
  [new NegativeError("x", code), 1],
  [new UsageError("x"), 2],
  [new NetworkError("x", code), 3],
  [new TimeoutError("x"), 4],
  [new SystemError("x", code), 5],
  [new OutputClosedError("stdout"), 141],
  [new Interruption("SIGINT"), 130],
  [new Interruption("SIGTERM"), 143],
  [new ToucanError("x", code), 70],
  [new Error("x"), 70],
  ["x", 70],
  [undefined, 70],
];

Deno.test("exitCodeOf returns the exit code of each class of error", () => {
  for (const [error, expected] of CODES) assertEquals(exitCodeOf(error), expected, String(error));
});

Deno.test("exitCodeOfAll returns the common exit code, or 6", () => {
  assertEquals(exitCodeOfAll([]), 0);
  assertEquals(exitCodeOfAll([0, 0]), 0);
  assertEquals(exitCodeOfAll([1, 1]), 1);
  assertEquals(exitCodeOfAll([0, 1]), 6);
  assertEquals(exitCodeOfAll([3, 4]), 6);
});

Deno.test("EXIT describes each exit code", () => {
  assertEquals(Object.keys(EXIT).map(Number), [0, 1, 2, 3, 4, 5, 6, 70, 130, 141, 143]);
});
