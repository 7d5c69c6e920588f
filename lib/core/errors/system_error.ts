import { NetworkError, SystemError, ToucanError } from "./errors.ts";
import { thrownByNetwork } from "./network_call.ts";
import { type Cause, causeOf, unknownCause } from "./system_causes.ts";
import { tlsFailure } from "../tls/failure.ts";

/** Context of an error of the runtime: the parts of the message made from it. */
export interface ErrorContext {
  /** Operation, as an infinitive: `connect to`, `read`, `listen on`. */
  readonly doing: string;
  /** Object of the operation: an address or a path. */
  readonly what: string;
}

/** Codes of failures whose message is in no table. */
const UNKNOWN: ReadonlySet<string> = new Set(["network-error", "system-error"]);

/**
 * Converts an error of the runtime to a {@link ToucanError} with a stable code: `network-error` or `system-error`, and the text of the
 * runtime, if no table has it. A `ToucanError` is returned unchanged, and so is an error that cannot come from the system,
 * such as a `TypeError` of the library's code: that is a bug, and must look like one.
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

/** Returns whether {@link fromSystem} found no table for an error: a caller may know more. */
export function isUnknownFailure(error: unknown): boolean {
  return !(error instanceof ToucanError) || UNKNOWN.has(error.code);
}

/** Returns the error of a denied permission, with the name of the permission and its flag. */
function permissionMissing(error: Error, context: ErrorContext): SystemError {
  const { doing, what } = context;
  const flag = /--allow-[a-z]+/.exec(error.message)?.[0] ?? "--allow-all";
  const details = { code: "permission-missing", operation: doing.split(" ")[0], peer: what, cause: error };
  // Devices, `/proc` and the like require all permissions, which no tool has.
  if (flag === "--allow-all") {
    return new SystemError(`cannot ${doing} ${what}: the sandbox permits ordinary files only`, {
      ...details,
      hint: "use a regular file",
    });
  }
  const name = flag.replace("--allow-", "");
  return new SystemError(`cannot ${doing} ${what}: the ${name} permission is missing`, {
    ...details,
    hint: `this run lacks ${flag}`,
  });
}
