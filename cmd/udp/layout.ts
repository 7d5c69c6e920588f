import type { Layout } from "../../lib/cli/mod.ts";

const OUTPUT = ["hex", "raw", "json", "trace"];

const PORT = { why: "the address or port to listen on is an operand", operand: true } as const;

const ACCEPTED = {
  "-u": "datagrams are UDP",
  "--udp": "datagrams are UDP",
  "-b": "broadcast addresses need no option",
} as const;

const LISTENING = {
  ...ACCEPTED,
  "-l": PORT,
  "--listen": PORT,
  "-p": PORT,
  "--port": PORT,
  "-k": "datagrams of all peers are received",
} as const;

/** Help groups and accepted words of `udp send` and words of nc's, ncat's and socat's. */
export const SEND_LAYOUT: Layout = {
  everyday: ["data", "size", "count", "interval", "wait", "from", "hex", "json"],
  groups: {
    datagram: ["data", "size", "crlf", "trim", "count", "interval", "rate"],
    reply: ["wait", "replies"],
    output: OUTPUT,
    network: ["from", "timeout"],
  },
  aliases: { "from": ["-s", "--source"] },
  accepted: ACCEPTED,
};

/** The same for `udp listen`. */
export const LISTEN_LAYOUT: Layout = {
  everyday: ["reply", "to", "count", "join", "hex", "timeout", "json"],
  groups: {
    listening: ["join", "count", "timeout", "mode", "owner"],
    reply: ["reply", "to", "crlf", "trim"],
    output: [...OUTPUT, "stats"],
  },
  accepted: LISTENING,
};

/** The same for `udp echo`. */
export const ECHO_LAYOUT: Layout = {
  everyday: ["limit", "count", "timeout", "json"],
  groups: { listening: ["limit", "count", "timeout", "mode", "owner"], output: ["json", "trace"] },
  accepted: LISTENING,
};
