import type { Layout } from "../../lib/cli/mod.ts";

const OUTPUT = ["hex", "dump", "raw", "json", "verbose", "trace"];

const ALIASES = {
  "receive-only": ["-d", "--recv-only"],
  "dump": ["--hex-dump"],
} as const;

/** Help groups and accepted words of `tcp connect` and words of nc's, ncat's and openssl's. */
export const CONNECT_LAYOUT: Layout = {
  everyday: ["tls", "crlf", "hex", "wait", "send-only", "proxy", "verbose"],
  groups: {
    stream: ["crlf", "send-only", "receive-only", "end-with-peer", "quit-after", "rate"],
    output: OUTPUT,
    timeout: ["timeout", "wait", "idle"],
    TLS: [],
    network: ["from"],
  },
  aliases: { ...ALIASES, "from": ["--source", { written: "--source-port", prefix: ":" }] },
  accepted: {
    "-N": "the end of stdin always ends the sending side of the connection",
    "--ssl-verify": { why: "certificates are always verified", without: ["insecure"] },
  },
};

/** The same for `tcp listen`. */
export const LISTEN_LAYOUT: Layout = {
  everyday: ["keep", "broadcast", "tls", "crlf", "hex", "max-connections", "timeout", "verbose"],
  groups: {
    listening: ["keep", "broadcast", "max-connections", "mode", "owner"],
    stream: ["crlf", "send-only", "receive-only", "end-with-peer", "quit-after", "rate"],
    output: OUTPUT,
    timeout: ["timeout", "wait", "idle"],
    TLS: [],
  },
  aliases: { ...ALIASES, "keep": ["--keep-open"], "max-connections": ["-m", "--max-conns"] },
  accepted: {
    "-l": { why: "the address or port to listen on is an operand", operand: true },
    "--listen": { why: "the address or port to listen on is an operand", operand: true },
    "-p": { why: "the address or port to listen on is an operand", operand: true },
    "--port": { why: "the address or port to listen on is an operand", operand: true },
    "-n": "the names of clients are not looked up",
    "-N": "the end of stdin always ends the sending side of the connection",
  },
};

/** The same for `tcp check`, also of nmap's. */
export const CHECK_LAYOUT: Layout = {
  everyday: ["timeout", "concurrency", "open", "json"],
  groups: { output: ["open", "json"], "timeout and concurrency": ["timeout", "concurrency"] },
  aliases: { "open": ["--open-only"] },
  accepted: {
    "-z": "no data is sent",
    "-v": "every port is listed with its state",
    "-n": "addresses are not looked up",
    "-sT": "ports are checked by connecting",
    "-Pn": "hosts are not probed before their ports",
  },
  exits: { 1: "every port of some target refused, was filtered or unreachable" },
};
