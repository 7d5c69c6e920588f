import type { Layout } from "../../lib/cli/mod.ts";

/** Help groups and accepted words of `chat serve`. */
export const SERVE_LAYOUT: Layout = {
  everyday: ["host", "port", "web", "password-file", "history", "tls", "json"],
  groups: {
    listening: ["host", "port", "web", "one-port", "irc-only", "allow-host", "trust-proxy"],
    chat: ["name", "motd", "replay"],
    history: ["history", "history-lines", "history-days", "history-size"],
    files: ["files", "files-size", "files-total", "files-days", "files-types", "files-url"],
    network: ["nats", "nats-creds", "nats-network", "nats-replicas", "nats-days", "nats-size"],
    authentication: [
      "password-file",
      "require-account",
      "registration",
      "sasl-external",
      "plaintext-login",
      "oper-file",
      "always-on",
      "always-on-days",
      "oper",
      "invite",
      "invite-once",
      "open",
    ],
    limits: ["max-connections", "per-address", "burst", "rate"],
    TLS: [],
    output: ["json", "trace"],
  },
};

/** Help groups of `chat account`. */
export const ACCOUNT_LAYOUT: Layout = {
  everyday: ["password-file", "for", "reason", "json"],
  groups: {
    account: ["for", "reason"],
    authentication: ["password-file"],
    network: ["nats", "nats-creds", "nats-network", "nats-replicas"],
    output: ["json"],
  },
};

/** Help groups of `chat invitation`. */
export const INVITATIONS_LAYOUT: Layout = {
  everyday: ["for", "once", "json"],
  groups: {
    authentication: ["for", "once"],
    network: ["nats", "nats-creds", "nats-network", "nats-replicas"],
    output: ["json"],
  },
};

/** Help groups and accepted words of `chat join` and words of irssi's and weechat's. */
export const JOIN_LAYOUT: Layout = {
  everyday: ["tls", "password-file", "account", "backlog", "json"],
  groups: {
    session: ["backlog", "stay", "commands", "plain", "bell"],
    authentication: ["password-file", "account"],
    TLS: [],
    output: ["json", "trace"],
    network: ["timeout"],
  },
  accepted: {
    "-c": { why: "the server and the channel are operands", operand: true },
    "--connect": { why: "the server and the channel are operands", operand: true },
  },
};

/** Help groups of `chat export`. */
export const EXPORT_LAYOUT: Layout = {
  everyday: ["text", "html", "json", "channel"],
  groups: { selection: ["channel", "private"], output: ["text", "html", "json"] },
};

/** Help groups of `chat import`. */
export const IMPORT_LAYOUT: Layout = {
  everyday: ["channel", "json"],
  groups: { import: ["channel"], output: ["json"] },
};
