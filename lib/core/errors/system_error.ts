import { NetworkError, SystemError, ToucanError } from "./errors.ts";
import { thrownByNetwork } from "./network_call.ts";
import { type Cause, causeOf, unknownCause } from "./system_causes.ts";
import { tlsFailure } from "../tls/failure.ts";

/** Where an error of the runtime came up: the words of the message made from it. */
export interface ErrorContext {
  /** What was being done, as an infinitive: `connect to`, `read`, `listen on`. */
  readonly doing: string;
  /** To what it was done: an address or a path. */
  readonly what: string;
}

/** The code of a failure whose message is in no table, by what failed. */
const UNKNOWN: ReadonlySet<string> = new Set(["network-error", "system-error"]);

/**
 * Turns an error of the runtime into one of ours, with a stable code: `network-error` or `system-error`, and the words of the
 * runtime, where no table knows it. An error of ours passes through unchanged, and so does what cannot come from the system,
 * such as a `TypeError` of our code: that one is a bug, and has to look like it.
 */
export function fromSystem(error: unknown, context: ErrorContext): unknown {
  if (!(error instanceof Error) || error instanceof ToucanError) return error;
  const operation = context.doing.split(" ")[0];
  const make = ([Class, code, text, hint]: Cause) =>
    new Class(`cannot ${context.doing} ${context.what}: ${text}`, {
      code,
      operation,
      peer: context.what,
      hint,
      cause: error,
    });
  if (error.name === "NotCapable") return permissionMissing(error, context);
  const tls = tlsFailure(error);
  if (tls) return make([NetworkError, ...tls]);
  const cause = causeOf(error, context.doing, context.what);
  if (cause) return make(cause);
  return thrownByNetwork(error) ? make(unknownCause(error, true)) : error;
}

/** Returns whether {@link fromSystem} has found no table that knows an error: a caller may know more. */
export function isUnknownFailure(error: unknown): boolean {
  return !(error instanceof ToucanError) || UNKNOWN.has(error.code);
}

/** The sandbox said no: name the permission and the flag that gives it. */
function permissionMissing(error: Error, context: ErrorContext): SystemError {
  const { doing, what } = context;
  const flag = /--allow-[a-z]+/.exec(error.message)?.[0] ?? "--allow-all";
  const details = { code: "permission-missing", operation: doing.split(" ")[0], peer: what, cause: error };
  // Devices, `/proc` and the like take every permission there is, which no tool has.
  if (flag === "--allow-all") {
    return new SystemError(`cannot ${doing} ${what}: the sandbox permits ordinary files only`, {
      ...details,
      hint: "give another file",
    });
  }
  const name = flag.replace("--allow-", "");
  return new SystemError(`cannot ${doing} ${what}: the ${name} permission is missing`, {
    ...details,
    hint: `this run lacks ${flag}`,
  });
}
