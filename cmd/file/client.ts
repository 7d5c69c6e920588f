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
import { readUrl } from "../../lib/http/internal.ts";

/** The options of all clients. */
export const CLIENT = {
  ...USER,
  ...TRUST,
  ...FAMILY,
  ...PROXY,
  "timeout": option(kind.duration, "limit for each answer of the server (phase first-byte), connecting included", {
    default: "30s",
  }),
  ...CONNECT_TIMEOUT,
  "json": flag("one JSON record per file, and one with the sum"),
  "trace": flag("write what crosses the wire to stderr"),
};
/** The permissions of a client that writes no files. */
export const READING = { net: true, read: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] };

/** How many files are transferred at once. */
export const PARALLEL = option(kind.integer(1, 64), "how many files at once", { short: "P", default: "8" });
/** How often a file is tried again. */
export const RETRIES = option(kind.integer(0, 100), "how often to try a file again", { default: "3" });

/** The URL on the server. */
export const SERVER_URL = {
  metavar: "URL",
  help: "URL on the file server",
  kind: kind.parsed("URL", "an http or https URL", readUrl),
};
