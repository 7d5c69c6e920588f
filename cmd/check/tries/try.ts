import type { FindingData, Target } from "../../../lib/check/mod.ts";

/** Returns command lines to try, without `toucan`, such as `resolve --type MX example.com`. */
export type Try = (data: FindingData, target: Target) => readonly string[];

/** Schemes with TLS from the first byte, by those without. */
export const SECURE_SCHEMES: Readonly<Record<string, string>> = {
  http: "https",
  ws: "wss",
  smtp: "smtps",
  submission: "smtps",
  imap: "imaps",
  pop3: "pop3s",
  ftp: "ftps",
  nntp: "nntps",
  irc: "ircs",
};

/** Schemes by the names of protocols that a port was found to speak. */
export const SCHEME_OF: Readonly<Record<string, string | undefined>> = {
  HTTP: "http",
  TLS: "tls",
  SMTP: "smtp",
  IMAP: "imap",
  POP3: "pop3",
  FTP: "ftp",
  NNTP: "nntp",
  IRC: "irc",
};

/** Commands to try, by code. */
export type Tries = Readonly<Record<string, Try>>;
