import { flag, kind, list, option } from "../../lib/cli/mod.ts";

/** Kind of the values of `--get`. */
export const TEMPLATE = kind.text("TEMPLATE", "a template such as {host}:{port:-80}");

/** The options of `url`. */
export const OPTIONS = {
  "get": option(TEMPLATE, "print this instead, with the parts in braces", { short: "g", without: ["json"] }),
  "set": list(
    kind.text("PART=VALUE", "PART=VALUE"),
    "set a part: scheme, user, password, host, port, path, query, fragment",
    {
      short: "s",
    },
  ),
  "remove": list(
    kind.text("query=PATTERN", "query=PATTERN or a part"),
    "remove the pairs whose keys match (* and ? are wildcards, \\* and \\? the characters; query= is the empty key), or a whole part: user (and its password), password, port, query, fragment",
    { short: "r" },
  ),
  "add": list(
    kind.text("PART=VALUE", "path=SEGMENT or query=KEY=VALUE"),
    "add a segment (path=SEGMENT) or a pair (query=KEY=VALUE) at the end",
    { short: "a" },
  ),
  "sort-query": flag("sort the query parameters by key"),
  "resolve": option(kind.text("REF", "a URL or a reference"), "follow this reference from each URL"),
  "base": option(kind.text("URL", "a URL with a scheme"), "base URL that the inputs are resolved against"),
  "rules": option(kind.choice("whatwg", "rfc3986"), "read them as browsers do, or by RFC 3986", { default: "whatwg" }),
  "normal": flag("use the normal form under the rules"),
  "idn": option(kind.choice("ascii", "unicode"), "write the host in punycode, or in letters"),
  "encode": flag("percent-encode what may not stand in a URL, and show pieces encoded"),
  "decode": flag("show the parts decoded; in the URL itself, decode what means the same either way", {
    without: ["encode"],
  }),
  "compare": flag(
    "report where WHATWG, RFC 3986 and Python's urlsplit (3.14) differ; exit with 1 if a meaning does",
    {
      without: ["get", "set", "remove", "add", "sort-query", "resolve", "base", "normal", "idn", "encode", "decode"],
      because: "--compare takes URLs as they are",
    },
  ),
  "show-password": flag("show the password among the parts"),
  "json": flag("one JSON object per URL"),
};
