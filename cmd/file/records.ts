import { ERROR, event, field, LISTENING, result } from "../../lib/cli/mod.ts";

const { boolean, bytes, integer, milliseconds, optional, text, timestamp, oneOf } = field;

/** The JSON records of `file serve`. */
export const SERVE_RECORDS = {
  ...LISTENING,
  "request": event("when a request is over; by FTP, when a command that names a file was answered, or a login failed", {
    peer: text("address of the client"),
    user: optional(text("user name of an FTP client")),
    method: text("method, or FTP command; empty if the request could not be read"),
    target: text("request target as received, or absolute path by FTP; empty if the request could not be read"),
    version: optional(text("HTTP version of the request")),
    status: integer("status code of the response, or code of the FTP reply; 0 if the connection ended before"),
    bytes: bytes("bytes of the response body that were sent; by FTP, bytes sent or received on the data connection"),
    ms: milliseconds("time from the head of the request to the end of the response"),
    error: optional(ERROR),
  }),
  "refused": event("when a client was rejected, or its TLS handshake failed", {
    peer: text("address of the client"),
    error: ERROR,
  }),
};

/** The JSON records of `file get` and `file put`. */
export const TREE_RECORDS = {
  "entry": result("one per file and folder", {
    path: text("path below the top of the tree, with slashes"),
    url: text("URL on the server"),
    file: optional(text("local path")),
    type: oneOf(["file", "folder", "link", "other"]),
    action: oneOf(
      ["saved", "sent", "unchanged", "made", "skipped", "failed"],
      "saved, sent: transferred and verified; unchanged: the same on both sides; made: folder created; " +
        "skipped: a symbolic link that is not followed, neither file nor folder, or the folder that this run writes to",
    ),
    bytes: optional(bytes("size of the file")),
    resumedFrom: optional(bytes("bytes transferred by an earlier run")),
    sha256: optional(text("SHA-256 in hex, the same on both sides")),
    verified: optional(
      oneOf(
        ["sha256", "size", "none"],
        "comparison of a transferred file; none: the server provides nothing to compare",
      ),
    ),
    ms: milliseconds("duration of the transfer"),
    error: optional(ERROR),
  }),
  "done": event("at the end", {
    moved: integer("files transferred and verified"),
    unchanged: integer("files that were the same on both sides"),
    failed: integer("files and folders that failed"),
    skipped: integer("entries that were skipped"),
    bytes: bytes("size of the files transferred"),
    error: optional(ERROR),
  }),
};

/** The JSON records of `file ls`; the last one only when something is missing. */
export const LIST_RECORDS = {
  "entry": result("one per file and folder", {
    name: text("name"),
    type: oneOf(["file", "folder", "link", "other"]),
    size: optional(bytes("size of the file")),
    modified: optional(timestamp("modification time")),
    precision: optional(
      oneOf(
        ["minute", "day"],
        "accuracy of a time of FTP's LIST, which is in the time zone of the server, taken as UTC",
      ),
    ),
    mode: optional(text("permission bits of the file, octal")),
    etag: optional(text("entity tag of the file")),
    sha256: optional(text("SHA-256 of the file in hex, with --digest")),
    link: optional(boolean("whether it is a symbolic link")),
  }),
  "incomplete": event("when the folder has entries that are not listed", {
    unreadable: optional(
      integer("entries whose names are not valid UTF-8; lines of an FTP listing that are not understood"),
    ),
    truncated: optional(boolean("whether there are more entries than the server lists")),
  }),
};
