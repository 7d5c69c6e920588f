import { errorName } from "../system/error_numbers.ts";
import type { Os } from "../system/os.ts";
import { maxSocketPath } from "../system/unix_sockets.ts";
import { NetworkError, SystemError, TimeoutError, UsageError } from "./errors.ts";

type Kind = typeof NetworkError | typeof SystemError | typeof TimeoutError | typeof UsageError;

/** Meaning of an error of the runtime: its class, code and text in this library, and a possible solution. */
export type Cause = readonly [kind: Kind, code: string, text: string, hint?: string];

const IN_USE: Cause = [
  SystemError,
  "address-in-use",
  "address already in use",
  "choose another port, or 0 for a free one",
];

/** Causes by the name of Deno's error class. */
const BY_CLASS: Record<string, Cause> = {
  ConnectionRefused: [NetworkError, "connection-refused", "connection refused"],
  ConnectionReset: [NetworkError, "connection-reset", "connection reset by the peer"],
  ConnectionAborted: [NetworkError, "connection-aborted", "connection aborted"],
  BrokenPipe: [NetworkError, "connection-reset", "the peer closed the connection"],
  NotConnected: [NetworkError, "connection-reset", "not connected"],
  UnexpectedEof: [NetworkError, "connection-cut", "the peer closed in the middle of a message"],
  NetworkUnreachable: [NetworkError, "network-unreachable", "network unreachable"],
  AddrInUse: IN_USE,
  AddrNotAvailable: [SystemError, "address-not-available", "this machine has no such address"],
  TimedOut: [TimeoutError, "timeout", "timed out"],
  PermissionDenied: [SystemError, "permission-denied", "permission denied"],
  NotFound: [SystemError, "file-not-found", "no such file or directory"],
  AlreadyExists: [SystemError, "file-exists", "already exists"],
  NotADirectory: [SystemError, "not-a-directory", "not a directory"],
  IsADirectory: [SystemError, "is-a-directory", "is a directory"],
  FilesystemLoop: [SystemError, "symlink-loop", "too many symbolic links"],
};

/** Causes by the `code` of the error, if Deno has no class of its own for it. */
const BY_CODE: Record<string, Cause> = {
  EHOSTUNREACH: [NetworkError, "host-unreachable", "no route to the host"],
  ENETUNREACH: [NetworkError, "network-unreachable", "network unreachable"],
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
  EACCES: [SystemError, "permission-denied", "permission denied"],
  EPERM: [SystemError, "permission-denied", "permission denied"],
  ENAMETOOLONG: [SystemError, "name-too-long", "the name is too long"],
  ENOTEMPTY: [SystemError, "not-empty", "the directory is not empty"],
  EXDEV: [SystemError, "other-device", "on another file system"],
  ENOMEM: [SystemError, "out-of-memory", "not enough memory"],
  ENOBUFS: [SystemError, "out-of-memory", "the system has no buffers left"],
  EMSGSIZE: [SystemError, "message-too-long", "the message is too long for a datagram"],
  ENOTFOUND: [NetworkError, "name-not-found", "no address was found"],
  ENODATA: [NetworkError, "name-not-found", "no address was found"],
  EAI_AGAIN: [NetworkError, "name-server-failed", "no answer from the name servers"],
  EAI_FAIL: [NetworkError, "name-server-failed", "no answer from the name servers"],
  ENETDOWN: [NetworkError, "network-unreachable", "the network is down"],
  ENETRESET: [NetworkError, "connection-reset", "the network dropped the connection"],
  ENONET: [NetworkError, "network-unreachable", "this machine is not on the network"],
  EHOSTDOWN: [NetworkError, "host-unreachable", "the host is down"],
  ECONNABORTED: [NetworkError, "connection-aborted", "connection aborted"],
  ENOTCONN: [NetworkError, "connection-reset", "not connected"],
  ESHUTDOWN: [NetworkError, "connection-reset", "the connection was shut down"],
  EADDRINUSE: IN_USE,
  EADDRNOTAVAIL: [SystemError, "address-not-available", "this machine has no such address"],
  EPROTOTYPE: [NetworkError, "wrong-socket-type", "the socket there is of another type (stream or datagram)"],
  EPROTONOSUPPORT: [SystemError, "family-not-supported", "this machine does not support the protocol"],
  EPFNOSUPPORT: [SystemError, "family-not-supported", "this machine does not support the protocol family"],
  EPROTO: [NetworkError, "protocol-error", "protocol error"],
  ENOTSOCK: [SystemError, "not-a-socket", "not a socket"],
  EDESTADDRREQ: [NetworkError, "invalid-address", "the destination address is missing"],
  ENXIO: [SystemError, "no-such-device", "no such device or address"],
  ENODEV: [SystemError, "no-such-device", "no such device"],
  EBUSY: [SystemError, "busy", "the file or device is busy"],
  ETXTBSY: [SystemError, "busy", "the program is running"],
  ESTALE: [SystemError, "stale-file", "stale file handle"],
  EOPNOTSUPP: [SystemError, "not-supported", "the system does not support this here"],
  ENOSYS: [SystemError, "not-supported", "the system does not support this"],
  EOVERFLOW: [SystemError, "file-too-large", "the file is too large"],
};

/** Causes by the text of the error, if it has neither, or only a class that is less specific. */
const BY_TEXT: readonly (readonly [RegExp, Cause])[] = [
  [/^failed to lookup address information: Temporary failure/, [
    NetworkError,
    "name-server-failed",
    "no answer from the name servers",
  ]],
  [/^proto error: no records found/, [NetworkError, "name-not-found", "no record was found"]],
  [/^proto error/, [NetworkError, "invalid-name", "not a valid domain name"]],
  [/^invalid IP address syntax$/, [NetworkError, "invalid-address", "not an IP address"]],
  [/^failed to lookup address information/, [NetworkError, "name-not-found", "no address was found"]],
  [/KeyMismatch/, [SystemError, "tls-key-mismatch", "the private key does not match the certificate"]],
  [/^No keys found|failed to parse private key/, [
    SystemError,
    "tls-bad-key",
    "no usable private key",
  ]],
  [/^File name or path .* is not valid UTF-8$/, [SystemError, "invalid-path", "the path is not valid UTF-8"]],
  [/must be shorter than SUN_LEN/, [
    SystemError,
    "name-too-long",
    "the path is too long for a unix socket",
    `use a shorter one: the maximum is ${maxSocketPath()} bytes for the absolute path`,
  ]],
  [/must not contain interior null bytes/, [UsageError, "invalid-path", "a path cannot contain a NUL character"]],
  [/^invalid (?:empty )?host/, [NetworkError, "invalid-name", "not a valid host name"]],
  [/^Invalid port/, [UsageError, "invalid-port", "not a valid port"]],
];

/** Network operations, in the words of `ErrorContext.doing`. */
export const NETWORK_OPERATIONS: ReadonlySet<string> = new Set([
  "ask",
  "connect to",
  "do a TLS handshake with",
  "exchange data with",
  "listen on",
  "look up",
  "read from",
  "receive from",
  "resolve",
  "send from",
  "send to",
  "speak with",
]);

/** Code of the system for an invalid argument: for a socket that is the address. */
const INVALID_ARGUMENT = "EINVAL";
const LINK_LOCAL = /^\[?f(?:e[89ab][0-9a-f]|f[0-9a-f]2):[0-9a-f:.]*(?:\]|$)/i;

/** Returns the cause of an error of the runtime if a table has it, or if the system's number for it shows that it is one of the system. */
export function causeOf(error: Error, doing: string, what: string, os?: Os): Cause | undefined {
  const named = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const number = /\(os error (\d+)\)/.exec(error.message)?.[1];
  const code = named ?? (number === undefined ? undefined : errorName(Number(number), os) ?? number);
  const known = (code === undefined ? undefined : BY_CODE[code]) ??
    BY_TEXT.find(([pattern]) => pattern.test(error.message))?.[1] ?? BY_CLASS[error.name];
  if (known) return known;
  const ofNetwork = NETWORK_OPERATIONS.has(doing);
  if (code === INVALID_ARGUMENT && ofNetwork) return invalidAddress(doing, what);
  return code !== undefined || isOfRuntime(error) ? unknownCause(error, ofNetwork) : undefined;
}

/** Returns the cause of a failure that is in no table, with the text of the runtime. */
export function unknownCause({ message }: Error, ofNetwork: boolean): Cause {
  const text = message.replace(/\s*\(os error \d+\)/, "").replace(/\.$/, "").replace(
    /^[A-Z](?=[a-z])/,
    (c) => c.toLowerCase(),
  );
  const words = text === "" ? "unknown failure" : text;
  return ofNetwork ? [NetworkError, "network-error", words] : [SystemError, "system-error", words];
}

/** Returns whether an error is of one of the classes that only the runtime throws. */
function isOfRuntime(error: Error): boolean {
  const Class: unknown = Object.entries(Deno.errors).find(([name]) => name === error.name)?.[1];
  return typeof Class === "function" && error instanceof Class;
}

function invalidAddress(doing: string, what: string): Cause {
  const kind = doing === "listen on" || doing === "send from" ? SystemError : NetworkError;
  if (!LINK_LOCAL.test(what)) return [kind, "invalid-address", "the system rejects this address"];
  const zoned = what.replace(/^(\[?[0-9a-f:.]+)/i, "$1%INTERFACE");
  return [kind, "invalid-address", "a link-local address requires its interface", `write ${zoned}`];
}
