import type { Layout } from "../../lib/cli/mod.ts";

/** Help groups and accepted words of `mail send` and words of swaks', sendmail's and mailx's. */
export const SEND_LAYOUT: Layout = {
  everyday: ["from", "to", "subject", "text", "attach", "server", "dry-run"],
  groups: {
    recipients: ["from", "to", "cc", "bcc", "newsgroup", "reply-to", "envelope-from", "sender"],
    message: ["subject", "text", "html", "attach", "header", "date", "message-id", "in-reply-to", "eml-in", "batch"],
    delivery: [
      "server",
      "account",
      "accounts",
      "mx",
      "mx-port",
      "name-server",
      "spool",
      "flush",
      "helo",
      "notify",
      "return",
      "envelope-id",
      "chunking",
      "dry-run",
      "eml",
      "timeout",
    ],
    authentication: ["user", "password-file", "auth", "auth-without-tls"],
    signature: ["dkim-key", "dkim-selector", "dkim-domain"],
    TLS: ["tls"],
    output: ["json", "trace"],
  },
  aliases: {
    "from": ["--h-From"],
    "to": ["-t"],
    "cc": ["-c"],
    "bcc": ["-b"],
    "subject": ["--h-Subject"],
    "text": [{ written: "--body", only: /^(?![@-])/ }],
    "attach": ["-A"],
    "in-reply-to": ["--reply-to-id"],
    "header": ["--add-header"],
    "server": [{ written: "--socket", prefix: "unix:" }],
    "helo": ["--ehlo"],
    "dry-run": ["--dump-mail"],
    "user": ["--auth-user"],
    "tls": [
      { written: "--tls-on-connect", value: "implicit" },
      { written: "-tlsc", value: "implicit" },
      { written: "--tls-optional", value: "opportunistic" },
    ],
    "cacert": ["--tls-ca-path"],
    "cert": ["--tls-cert"],
    "key": ["--tls-key"],
    "sni": ["--tls-sni"],
    "trace": ["-v"],
  },
  accepted: {
    "-i": "a line with a single dot does not end the body",
    "-tls": { why: "STARTTLS is required by default; see --tls", without: ["tls"] },
    "--tls-verify": { why: "certificates are always verified", without: ["insecure"] },
  },
  exits: { 1: "the server rejected the message or a recipient" },
};

/** Help groups and accepted words of `mail read`, and words of curl, fetchmail and mpop. */
export const READ_LAYOUT: Layout = {
  everyday: ["user", "password-file", "search", "save", "as", "attachments", "new", "state", "delete", "json"],
  groups: {
    messages: ["folder", "search", "new", "state", "idle", "count", "limit", "max-size"],
    output: ["save", "as", "attachments", "raw", "delete", "mark-seen", "json", "trace"],
    authentication: ["user", "password-file", "auth-without-tls"],
    TLS: ["tls"],
    network: ["timeout"],
  },
  aliases: {
    "trace": ["-v"],
  },
  accepted: {
    "--ssl-reqd": { why: "TLS is required by default; see --tls", without: ["tls"] },
    "--keep": { why: "messages are not deleted without --delete", without: ["delete"] },
  },
  exits: { 1: "the server rejected the login, or there is no such message" },
};

/** Help groups and accepted words of `mail sink`. */
export const SINK_LAYOUT: Layout = {
  everyday: ["host", "port", "web", "dir", "fail", "json"],
  groups: {
    listening: [
      "host",
      "port",
      "pop3",
      "pop3s",
      "imap",
      "imaps",
      "nntp",
      "nntps",
      "smtps",
      "web",
      "smtp-only",
      "allow-host",
      "trust-proxy",
    ],
    storage: ["dir", "mailboxes", "max-size", "max-held", "max-messages"],
    authentication: ["user", "password-file", "auth-without-tls", "anyone"],
    faults: ["refuse", "fail", "delay"],
    relay: ["relay-to", "relay-recipient"],
    webhook: ["webhook"],
    limits: ["max-connections", "idle"],
    TLS: ["starttls", "tls"],
    output: ["json", "trace"],
  },
};
