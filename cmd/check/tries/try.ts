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

/** Commands to try, by code. */
export type Tries = Readonly<Record<string, Try>>;
