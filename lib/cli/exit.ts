import {
  NegativeError,
  NetworkError,
  OutputClosedError,
  SystemError,
  TimeoutError,
  UsageError,
} from "../core/errors/errors.ts";
import { Interruption } from "./interrupt.ts";

/** The exit codes of every tool, and what each means. */
export const EXIT = {
  0: "done, and the answer is yes; a server that was asked to stop and did",
  1: "the answer is no",
  2: "usage: unknown option, missing or senseless value",
  3: "the network failed on the way",
  4: "timed out",
  5: "this machine refused: a permission, a file, a full disk",
  6: "some of several inputs failed; each record says which",
  70: "a bug of ours",
  130: "interrupted",
  141: "whoever read the output went away",
  143: "terminated",
} as const;

/** One of the codes that a tool may end with. */
export type ExitCode = keyof typeof EXIT;

/** From the most special class to the most general. */
const BY_CLASS: readonly (readonly [new (...args: never[]) => Error, ExitCode])[] = [
  [OutputClosedError, 141],
  [NegativeError, 1],
  [UsageError, 2],
  [NetworkError, 3],
  [TimeoutError, 4],
  [SystemError, 5],
];

/** The code that a tool ends with because of this error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Interruption) return error.exitCode;
  return BY_CLASS.find(([Class]) => error instanceof Class)?.[1] ?? 70;
}

/** The code for several inputs, from the codes of each: what all have in common, or "some failed". */
export function exitCodeOfAll(codes: readonly ExitCode[]): ExitCode {
  const [first = 0] = codes;
  return codes.every((code) => code === first) ? first : 6;
}
