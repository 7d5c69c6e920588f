import { ERROR_FIELDS, field, result } from "../../lib/cli/mod.ts";

const { boolean, integer, list, nullable, object, optional, text, oneOf } = field;

const answer = (parser: string) =>
  object({
    scheme: optional(nullable(text("scheme in lower case"))),
    host: optional(nullable(text("host in its normal form"))),
    port: optional(nullable(integer("port as given, or the scheme's default"))),
    path: optional(text("path that a client would request")),
    portError: optional(text("error of reading the port alone (Python)")),
    error: optional(text("reason of the rejection; no other field is present")),
  }, `result of ${parser}`);

/** The JSON records of `url`. */
export const RECORDS = {
  "url": result("one per URL", {
    input: text("text that was read"),
    url: text("the URL with every byte as given, after the edits that were asked for"),
    href: text("the URL in its normal form"),
    scheme: nullable(text("scheme in lower case")),
    user: nullable(text("user; null without an @")),
    password: nullable(text("password, masked as *** without --show-password")),
    host: nullable(text("host in its normal form")),
    port: nullable(integer("port as given, or the scheme's default")),
    portGiven: boolean("whether the port was given"),
    netloc: nullable(text("user, password, host and port as given")),
    path: text("path as given"),
    segments: list(text(), "path segments, decoded"),
    query: nullable(text("query as given; null without a ?")),
    params: list(list(text()), "key and value of each pair of the query, decoded"),
    fragment: nullable(text("fragment as given; null without a #")),
    origin: text('scheme, host and port; "null" where there is none'),
  }),
  "comparison": result("one per URL with --compare", {
    input: text("text that was read"),
    agree: boolean("whether all parsers mean the same"),
    differ: list(oneOf(["validity", "scheme", "host", "port", "path"]), "parts that the parsers read differently"),
    forms: list(
      oneOf(["validity", "scheme", "host", "port", "path"]),
      "parts that differ in form only, such as a host in punycode",
    ),
    whatwg: answer("the WHATWG URL standard"),
    rfc3986: answer("RFC 3986"),
    python: answer("Python's urlsplit (CPython 3.14)"),
    error: optional(object(ERROR_FIELDS, "code parsers-disagree, if a meaning differs", "error")),
  }),
  "invalid": result("one per text that is not a URL", {
    input: text("text that was read"),
    error: object({
      ...ERROR_FIELDS,
      offset: optional(integer("position of the fault in the input, in UTF-16 code units")),
    }, "reason why the text is not a URL"),
  }),
};
