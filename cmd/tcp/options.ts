import { FAMILY, flag, kind, option } from "../../lib/cli/mod.ts";
import { parseDuration } from "../../lib/core/mod.ts";

/** Seconds as in nc, where 0 is valid and a negative number means no limit. */
const seconds = kind.parsed(
  "SECONDS",
  "a number of seconds such as 0 or 2.5, a duration, or -1 for no limit",
  (text) => {
    return /^-\d+$/.test(text) ? undefined : parseDuration(text);
  },
);

/** Options of `connect` and `listen`. */
export const CONNECTION_OPTIONS = {
  ...FAMILY,
  "send-only": flag("only send; discard what is received"),
  "receive-only": flag("only receive; do not read stdin", { without: ["send-only"] }),
  "crlf": flag("send line feeds as CR LF", { short: "C" }),
  "hex": flag("print a hex dump of both directions to stdout", { short: "x" }),
  "dump": option(kind.file, "append a hex dump of both directions to this file", {
    reads: true,
    writes: true,
    startup: true,
  }),
  "raw": flag("do not escape control characters on a terminal"),
  "idle": option(
    kind.duration,
    "fail after this long without data in either direction (default: never)",
  ),
  "end-with-peer": flag("close a connection when the peer has ended its side, even if stdin is open", {
    without: ["send-only"],
  }),
  "quit-after": option(
    seconds,
    "close the connection this long after the end of stdin, up to 1s later while data arrives (nc -q; default: never)",
    { short: "q", without: ["receive-only"] },
  ),
  "rate": option(kind.rate, "limit the rate in each direction"),
  "json": flag("one JSON record per connection, on stderr while stdout carries data"),
  "verbose": flag("print the peer's address to stderr", { short: "v" }),
  "trace": flag(
    "print connection events, data (as text or hex; not with --broadcast), FIN and RST to stderr",
  ),
};
