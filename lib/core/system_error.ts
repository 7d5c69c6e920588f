import { NetworkError, SystemError, TimeoutError, ToucanError } from "./errors.ts";
import { tlsFailure } from "./tls/failure.ts";

/** Where an error of the runtime came up: the words of the message made from it. */
export interface ErrorContext {
  /** What was being done, as an infinitive: `connect to`, `read`, `listen on`. */
  readonly doing: string;
  /** To what it was done: an address or a path. */
  readonly what: string;
}

type Kind = typeof NetworkError | typeof SystemError | typeof TimeoutError;
type Cause = readonly [kind: Kind, code: string, text: string, hint?: string];

/** What can be done about a path that is taken: what a port is told does not help there. */
const PATH_IN_USE = "a file is there, perhaps left by a listener that is gone: remove it, or choose another path";

/** By the name of Deno's error class. */
const BY_CLASS: Record<string, Cause> = {
  ConnectionRefused: [NetworkError, "connection-refused", "connection refused"],
  ConnectionReset: [NetworkError, "connection-reset", "connection reset by the peer"],
  ConnectionAborted: [NetworkError, "connection-aborted", "connection aborted"],
  BrokenPipe: [NetworkError, "connection-reset", "the peer closed the connection"],
  NotConnected: [NetworkError, "connection-reset", "the connection is gone"],
  UnexpectedEof: [NetworkError, "connection-cut", "the peer closed in the middle of a message"],
  NetworkUnreachable: [NetworkError, "network-unreachable", "network unreachable"],
  AddrInUse: [SystemError, "address-in-use", "address already in use", "choose another port, or 0 for a free one"],
  AddrNotAvailable: [SystemError, "address-not-available", "this machine has no such address"],
  TimedOut: [TimeoutError, "timeout", "timed out"],
  PermissionDenied: [SystemError, "permission-denied", "the system does not permit it"],
  NotFound: [SystemError, "file-not-found", "no such file or directory"],
  AlreadyExists: [SystemError, "file-exists", "it exists already"],
  NotADirectory: [SystemError, "not-a-directory", "not a directory"],
  IsADirectory: [SystemError, "is-a-directory", "it is a directory"],
  FilesystemLoop: [SystemError, "symlink-loop", "too many symbolic links"],
};

/** By the `code` of the error, where Deno has no class of its own for it. */
const BY_CODE: Record<string, Cause> = {
  EHOSTUNREACH: [NetworkError, "host-unreachable", "no route to the host"],
  ENETUNREACH: [NetworkError, "network-unreachable", "network unreachable"],
  EHOSTDOWN: [NetworkError, "host-unreachable", "the host is down"],
  EAFNOSUPPORT: [SystemError, "family-not-supported", "this machine has no such address family"],
  ENOSPC: [SystemError, "disk-full", "no space left on the device"],
  EDQUOT: [SystemError, "disk-full", "disk quota exceeded"],
  EROFS: [SystemError, "read-only", "the file system is read-only"],
  EFBIG: [SystemError, "file-too-large", "the file would be too large"],
  EMFILE: [SystemError, "too-many-files", "too many open files"],
  ENFILE: [SystemError, "too-many-files", "too many open files on this machine"],
  ECONNREFUSED: [NetworkError, "connection-refused", "connection refused"],
  ECONNRESET: [NetworkError, "connection-reset", "connection reset by the peer"],
  EPIPE: [NetworkError, "connection-reset", "the peer closed the connection"],
  ETIMEDOUT: [TimeoutError, "timeout", "timed out"],
  ELOOP: [SystemError, "symlink-loop", "too many symbolic links"],
  EIO: [SystemError, "io-error", "input/output error"],
  EACCES: [SystemError, "permission-denied", "the system does not permit it"],
  EPERM: [SystemError, "permission-denied", "the system does not permit it"],
  ENAMETOOLONG: [SystemError, "name-too-long", "the name is too long"],
  ENOTEMPTY: [SystemError, "not-empty", "the directory is not empty"],
  EXDEV: [SystemError, "other-device", "it lies on another file system"],
  ENOMEM: [SystemError, "out-of-memory", "not enough memory"],
  ENOBUFS: [SystemError, "out-of-memory", "the system has no buffers left"],
  EMSGSIZE: [SystemError, "message-too-long", "the message is too long for a datagram"],
};

/** By the text of the error, where Deno has nothing else. */
const BY_TEXT: readonly (readonly [RegExp, Cause])[] = [
  [/^failed to lookup address information: Temporary failure/, [
    NetworkError,
    "name-server-failed",
    "the name servers gave no answer",
  ]],
  [/^failed to lookup address information/, [NetworkError, "name-not-found", "no address was found"]],
  [/KeyMismatch/, [SystemError, "tls-key-mismatch", "the private key is not the certificate's"]],
  [/^No keys found|failed to parse private key/, [
    SystemError,
    "tls-bad-key",
    "there is no private key that can be used",
  ]],
  [/^File name or path .* is not valid UTF-8$/, [SystemError, "invalid-path", "the path is not valid UTF-8"]],
  [/must be shorter than SUN_LEN/, [SystemError, "name-too-long", "the path is too long for a unix socket"]],
];

/**
 * Turns an error of the runtime into one of ours, with a stable code. An error of ours passes through
 * unchanged, and so does one that no table knows: that one is a bug, and has to look like it.
 */
export function fromSystem(error: unknown, context: ErrorContext): unknown {
  if (!(error instanceof Error) || error instanceof ToucanError) return error;
  const operation = context.doing.split(" ")[0];
  const make = ([Class, code, text, hint]: Cause) =>
    new Class(`cannot ${context.doing} ${context.what}: ${text}`, {
      code,
      operation,
      peer: context.what,
      hint: code === "address-in-use" && context.what.startsWith("unix:") ? PATH_IN_USE : hint,
      cause: error,
    });
  if (error.name === "NotCapable") return permissionMissing(error, context);
  const tls = tlsFailure(error);
  if (tls) return make([NetworkError, ...tls]);
  const cause = causeOf(error);
  return cause ? make(cause) : error;
}

function causeOf(error: Error): Cause | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return (code === undefined ? undefined : BY_CODE[code]) ?? BY_CLASS[error.name] ??
    byNumber(error.message) ?? BY_TEXT.find(([pattern]) => pattern.test(error.message))?.[1];
}

/** Deno has neither class nor code for some errors of sockets, only their number in the text. */
function byNumber(message: string): Cause | undefined {
  const number = /\(os error (\d+)\)/.exec(message)?.[1];
  const names: Record<string, string> = {
    "5": "EIO",
    "27": "EFBIG",
    "28": "ENOSPC",
    "30": "EROFS",
    "36": "ENAMETOOLONG",
    "97": "EAFNOSUPPORT",
    "101": "ENETUNREACH",
    "113": "EHOSTUNREACH",
    "110": "ETIMEDOUT",
    "10051": "ENETUNREACH",
    "10065": "EHOSTUNREACH",
  };
  return number === undefined ? undefined : BY_CODE[names[number] ?? ""];
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
