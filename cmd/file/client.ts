import {
  ANYWHERE,
  CONNECT_TIMEOUT,
  FAMILY,
  flag,
  kind,
  option,
  PROXY,
  PROXY_VARIABLES,
  TRUST,
  USER,
} from "../../lib/cli/mod.ts";
import { readServerUrl } from "./server_url.ts";

/** The options of all clients. */
export const CLIENT = {
  ...USER,
  ...TRUST,
  "ftp-tls": flag("require TLS on ftp: connections (AUTH TLS)", {
    group: "TLS",
    more: "An ftps: URL uses TLS from the first byte. A server that offers no TLS is an error.",
    alias: ["--ssl-reqd", "--ftp-ssl-reqd"],
  }),
  ...FAMILY,
  ...PROXY,
  "timeout": option(kind.duration, "limit for each response of the server, connecting included", {
    default: "30s",
  }),
  ...CONNECT_TIMEOUT,
  "json": flag("print one JSON record per file, and one with the totals"),
  "trace": flag("write what crosses the wire to stderr"),
};
/** The permissions of a client that writes no files. */
export const READING = { net: true, read: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] };

/** Number of simultaneous transfers. */
export const PARALLEL = option(kind.integer(1, 64), "number of simultaneous transfers", { short: "P", default: "8" });
/** Number of retries of a file. */
export const RETRIES = option(kind.integer(0, 100), "number of retries of a file after a transient failure", {
  default: "3",
});

/** The URL on the server. */
export const SERVER_URL = {
  metavar: "URL",
  help: "URL on the file server",
  kind: kind.parsed("URL", "an http, https, ftp or ftps URL", readServerUrl),
};
