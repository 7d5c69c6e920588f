import type { Layout } from "../../lib/cli/mod.ts";

/** Help groups and accepted words of `file serve` and words of miniserve's and Python's http.server's. */
export const SERVE_LAYOUT: Layout = {
  everyday: ["host", "port", "upload", "user", "password-file", "tls", "quiet", "json"],
  groups: {
    listening: ["host", "port", "allow-host", "trust-proxy", "max-connections"],
    FTP: ["ftp", "ftps", "ftp-passive-ports", "ftp-host"],
    content: ["dot-files", "no-index"],
    upload: ["upload", "overwrite", "max-size", "allow-anonymous-upload"],
    authentication: [],
    TLS: [],
    output: ["quiet", "json", "trace"],
  },
  aliases: {
    "host": ["-b", "--bind", "-i", "--interfaces"],
    "user": [{ written: "-a", only: /^(?!.*:sha(?:256|512):)/ }, {
      written: "--auth",
      only: /^(?!.*:sha(?:256|512):)/,
    }],
    "upload": ["--upload-files", "--writable"],
    "overwrite": ["-o", "--overwrite-files"],
    "dot-files": ["-H", "--hidden"],
  },
  accepted: {
    "-d": { why: "the folder is an operand", operand: true },
    "--directory": { why: "the folder is an operand", operand: true },
    "--readonly": { why: "nothing is written without --upload", without: ["upload"] },
  },
};

const OUTPUT = { output: ["json", "trace"] };

const TIMEOUT = { "retry and timeout": ["timeout", "connect-timeout"] };

const ALIASES = {
  "insecure": ["-k"],
  "proxy": ["-x"],
  "timeout": ["-m", "--max-time"],
} as const;

const TREE_ALIASES = { ...ALIASES, "parallel": ["--transfers"], "follow": ["-L", "--copy-links"] } as const;

const WHOLE = {
  "-r": "folders are copied with everything in them",
  "-R": "folders are copied with everything in them",
  "--recursive": "folders are copied with everything in them",
  "-a": "folders are copied with everything in them",
  "-c": "files are compared by their SHA-256",
  "--checksum": "files are compared by their SHA-256",
} as const;

/** Help groups and accepted words of `file get` and words of cp's, rsync's, rclone's and curl's. */
export const GET_LAYOUT: Layout = {
  everyday: ["user", "password-file", "parallel", "follow", "json"],
  groups: {
    transfer: ["parallel", "follow", "sync"],
    ...OUTPUT,
    "retry and timeout": ["retries", "timeout", "connect-timeout"],
  },
  aliases: { ...TREE_ALIASES, "retries": ["--retry"] },
  accepted: WHOLE,
  exits: { 1: "the server answered with status 400 or above" },
};

/** The same for `file put`. */
export const PUT_LAYOUT: Layout = {
  everyday: ["user", "password-file", "parallel", "follow", "json"],
  groups: { transfer: ["parallel", "follow"], ...OUTPUT, ...TIMEOUT },
  aliases: TREE_ALIASES,
  accepted: WHOLE,
  exits: { 1: "the server answered with status 400 or above" },
};

/** The same for `file ls`. */
export const LS_LAYOUT: Layout = {
  everyday: ["user", "password-file", "digest", "json"],
  groups: { output: ["digest", "json", "trace"], ...TIMEOUT },
  aliases: ALIASES,
  exits: { 1: "the server answered with status 400 or above" },
};
