import {
  NegativeError,
  NetworkError,
  OutputClosedError,
  SystemError,
  TimeoutError,
  UsageError,
} from "../core/errors/errors.ts";
import { Interruption } from "./interrupt.ts";

/** Exit codes of all tools, with their meanings. */
export const EXIT = {
  0: "success; a server: stopped on request",
  1: "negative result, such as a name that does not exist",
  2: "usage error: unknown option, missing or invalid value",
  3: "network error",
  4: "timeout",
  5: "local error: permission denied, file error, disk full",
  6: "some of several inputs failed; each record has its own result",
  70: "internal error (please report)",
  130: "interrupted",
  141: "output closed by its reader",
  143: "terminated",
} as const;

/** An exit code of a tool. */
export type ExitCode = keyof typeof EXIT;

/** Exit codes by class of error, subclasses before their base classes. */
const BY_CLASS: readonly (readonly [new (...args: never[]) => Error, ExitCode])[] = [
  [OutputClosedError, 141],
  [NegativeError, 1],
  [UsageError, 2],
  [NetworkError, 3],
  [TimeoutError, 4],
  [SystemError, 5],
];

/** Returns the exit code for an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Interruption) return error.exitCode;
  return BY_CLASS.find(([Class]) => error instanceof Class)?.[1] ?? 70;
}

/** Returns the exit code for several inputs from the code of each: the one that all have in common, or 6. */
export function exitCodeOfAll(codes: readonly ExitCode[]): ExitCode {
  const [first = 0] = codes;
  return codes.every((code) => code === first) ? first : 6;
}
