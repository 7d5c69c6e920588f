import { kind, list, option } from "../../lib/cli/mod.ts";
import { addressPattern, parseFault } from "../../lib/mail/internal.ts";

const refusable = kind.parsed("ADDRESS", "an address, @DOMAIN, or a pattern such as bob@*", (text) => {
  addressPattern(text);
  return text;
});
const failure = kind.parsed("STAGE:CODE[:PATTERN]", "a failure such as rcpt:451:bob@* or pop3-pass:err", (text) => {
  parseFault(text);
  return text;
});
/** Options of `mail sink` for what it refuses, and for the failures that it simulates. */
export const FAULT_OPTIONS = {
  "refuse": list(refusable, "refuse this recipient; @example.com: all of a domain, bob@* and *: all that match"),
  "fail": list(
    failure,
    "simulate a failure, such as rcpt:451:bob@*, data:close or pop3-pass:err; stages of SMTP: connect, ehlo, starttls, auth, mail, " +
      "rcpt, data, message",
  ),
  "delay": option(kind.duration, "wait this long before each reply, up to 10m"),
};
