import { FAMILY, flag, kind, option } from "../../lib/cli/mod.ts";
import { parseDuration } from "../../lib/core/mod.ts";

/** Seconds as nc takes them, where 0 is a time and a negative number is no limit. */
const seconds = kind.parsed(
  "SECONDS",
  "a number of seconds such as 0 or 2.5, a duration, or -1 for no limit",
  (text) => {
    return /^-\d+$/.test(text) ? undefined : parseDuration(text);
  },
);

/** The options that both ends have. */
export const BOTH = {
  ...FAMILY,
  "send-only": flag("only send: what comes back is thrown away"),
  "receive-only": flag("only receive: stdin is not read", { without: ["send-only"] }),
  "crlf": flag("send line feeds as CR LF", { short: "C" }),
  "hex": flag("show what crosses, both ways, as hex on stdout", { short: "x" }),
  "dump": option(kind.file, "add what crosses, both ways, as hex to this file", {
    reads: true,
    writes: true,
    startup: true,
  }),
  "raw": flag("pass control characters to a terminal"),
  "idle": option(
    kind.duration,
    "close a connection after this long without data in either direction, as an error (default: never)",
  ),
  "end-with-peer": flag("end a connection when the peer has ended its side, although stdin is open", {
    without: ["send-only"],
  }),
  "quit-after": option(
    seconds,
    "close the connection this long after the end of stdin, up to 1s later while data arrives (nc -q; default: never)",
    { short: "q", without: ["receive-only"] },
  ),
  "rate": option(kind.rate, "pass no more than this per second, each way"),
  "json": flag("one JSON record per connection, on stderr while stdout carries data"),
  "verbose": flag("print the address of the peer to stderr", { short: "v" }),
  "trace": flag(
    "write what happens and what crosses to stderr, as text or hex (not with --broadcast), with each FIN and RST",
  ),
};
