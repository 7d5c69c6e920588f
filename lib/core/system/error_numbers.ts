import type { Os } from "./os.ts";

type Names = Readonly<Record<number, string>>;

/** Numbers below 35 are the same on all systems but Windows. */
const COMMON: Names = {
  ...{ 1: "EPERM", 2: "ENOENT", 5: "EIO", 6: "ENXIO", 13: "EACCES", 16: "EBUSY", 17: "EEXIST", 18: "EXDEV" },
  ...{ 19: "ENODEV", 20: "ENOTDIR", 21: "EISDIR", 22: "EINVAL", 23: "ENFILE", 24: "EMFILE", 26: "ETXTBSY" },
  ...{ 27: "EFBIG", 28: "ENOSPC", 30: "EROFS", 32: "EPIPE" },
};

const LINUX: Names = {
  ...{ 36: "ENAMETOOLONG", 38: "ENOSYS", 39: "ENOTEMPTY", 40: "ELOOP", 64: "ENONET", 71: "EPROTO" },
  ...{ 75: "EOVERFLOW", 88: "ENOTSOCK", 89: "EDESTADDRREQ", 90: "EMSGSIZE", 91: "EPROTOTYPE" },
  ...{ 93: "EPROTONOSUPPORT", 95: "EOPNOTSUPP", 96: "EPFNOSUPPORT", 97: "EAFNOSUPPORT", 98: "EADDRINUSE" },
  ...{ 99: "EADDRNOTAVAIL", 100: "ENETDOWN", 101: "ENETUNREACH", 102: "ENETRESET", 103: "ECONNABORTED" },
  ...{ 104: "ECONNRESET", 105: "ENOBUFS", 107: "ENOTCONN", 108: "ESHUTDOWN", 110: "ETIMEDOUT" },
  ...{ 111: "ECONNREFUSED", 112: "EHOSTDOWN", 113: "EHOSTUNREACH", 116: "ESTALE", 122: "EDQUOT" },
};

/** Of `sys/errno.h` on macOS; other BSDs share those of sockets. */
const BSD: Names = {
  ...{ 38: "ENOTSOCK", 39: "EDESTADDRREQ", 40: "EMSGSIZE", 41: "EPROTOTYPE", 43: "EPROTONOSUPPORT" },
  ...{ 46: "EPFNOSUPPORT", 47: "EAFNOSUPPORT", 48: "EADDRINUSE", 49: "EADDRNOTAVAIL", 50: "ENETDOWN" },
  ...{ 51: "ENETUNREACH", 52: "ENETRESET", 53: "ECONNABORTED", 54: "ECONNRESET", 55: "ENOBUFS" },
  ...{ 57: "ENOTCONN", 58: "ESHUTDOWN", 60: "ETIMEDOUT", 61: "ECONNREFUSED", 62: "ELOOP" },
  ...{ 63: "ENAMETOOLONG", 64: "EHOSTDOWN", 65: "EHOSTUNREACH", 66: "ENOTEMPTY", 69: "EDQUOT", 70: "ESTALE" },
  ...{ 78: "ENOSYS", 84: "EOVERFLOW", 100: "EPROTO", 102: "EOPNOTSUPP" },
};

/** Errors of Windows (`winerror.h`) and of its sockets, from 10000 on. */
const WINDOWS: Names = {
  ...{ 2: "ENOENT", 3: "ENOENT", 4: "EMFILE", 5: "EACCES", 8: "ENOMEM", 14: "ENOMEM", 15: "ENOENT", 17: "EXDEV" },
  ...{ 19: "EROFS", 32: "EBUSY", 33: "EBUSY", 39: "ENOSPC", 80: "EEXIST", 109: "EPIPE", 112: "ENOSPC" },
  ...{ 123: "EINVAL", 145: "ENOTEMPTY", 161: "EINVAL", 170: "EBUSY", 183: "EEXIST", 206: "ENAMETOOLONG" },
  ...{ 223: "EFBIG", 232: "EPIPE", 267: "ENOTDIR", 1117: "EIO", 1314: "EPERM", 1921: "ELOOP" },
  ...{ 10013: "EACCES", 10022: "EINVAL", 10024: "EMFILE", 10038: "ENOTSOCK", 10039: "EDESTADDRREQ" },
  ...{ 10040: "EMSGSIZE", 10041: "EPROTOTYPE", 10043: "EPROTONOSUPPORT", 10045: "EOPNOTSUPP" },
  ...{ 10046: "EPFNOSUPPORT", 10047: "EAFNOSUPPORT", 10048: "EADDRINUSE", 10049: "EADDRNOTAVAIL" },
  ...{ 10050: "ENETDOWN", 10051: "ENETUNREACH", 10052: "ENETRESET", 10053: "ECONNABORTED", 10054: "ECONNRESET" },
  ...{ 10055: "ENOBUFS", 10057: "ENOTCONN", 10058: "ESHUTDOWN", 10060: "ETIMEDOUT", 10061: "ECONNREFUSED" },
  ...{ 10064: "EHOSTDOWN", 10065: "EHOSTUNREACH", 11001: "ENOTFOUND", 11002: "EAI_AGAIN", 11003: "EAI_FAIL" },
  ...{ 11004: "ENODATA" },
};

/**
 * Returns the name of an error number of a system, as POSIX has it; undefined for one that is not in the table. Some errors of the
 * runtime have neither class nor code, only this number in their text.
 */
export function errorName(number: number, os: Os = Deno.build.os): string | undefined {
  if (os === "windows") return WINDOWS[number];
  return COMMON[number] ?? (os === "linux" || os === "android" ? LINUX : BSD)[number];
}
