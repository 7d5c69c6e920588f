import { ERROR, field, result } from "../../lib/cli/mod.ts";

const { bytes, integer, list, milliseconds, object, oneOf, optional, text, timestamp } = field;

const ENTRY = object({
  name: text("name"),
  type: oneOf(["file", "folder", "link", "other"], "type"),
  size: optional(bytes("size")),
  modified: optional(timestamp("time of the last change")),
  target: optional(text("target of a link")),
});

/** The JSON records of `get`. */
export const RECORDS = {
  "download": result("one per URL, with --images one per image, with --page also one for each omission", {
    url: text("URL as given, without its password"),
    kind: optional(text("with --page, what the page refers to an omission as: image, style, frame and the like")),
    finalUrl: optional(text("URL that answered, after redirects")),
    httpVersion: optional(text("HTTP version of the response")),
    status: optional(integer("status code of the last response")),
    location: optional(text("URL that a redirect leads to, where it was not followed; user and password masked")),
    file: optional(text("path of the file that was written")),
    bytes: bytes("bytes of the body that were written"),
    sha256: optional(text("SHA-256 of the complete body, in hex")),
    contentType: optional(text("media type as received")),
    etag: optional(text("entity tag as received")),
    size: optional(bytes("size of the file on an FTP server")),
    modified: optional(timestamp("time of the last change of the file on an FTP server")),
    entries: optional(list(ENTRY, "entries of a folder on an FTP server")),
    unreadable: optional(integer("lines of its listing that could not be read")),
    resumedFrom: bytes("bytes kept from an earlier run"),
    tries: integer("number of attempts"),
    ms: milliseconds("duration of all attempts"),
    error: optional(ERROR),
  }),
};
