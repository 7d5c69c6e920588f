import { CONNECT_TIMEOUT, FAMILY, flag, kind, option, PROXY, TRUST, USER } from "../../../lib/cli/mod.ts";
import { pathsOfSavedMail, SAVE_FORMATS } from "../../../lib/mail/internal.ts";

/** Needs of a file that is written beside itself first. */
const written = (path: unknown) => {
  const paths = [String(path), ...pathsOfSavedMail(String(path))];
  return { read: paths, write: paths };
};

/** The options of `mail read`. */
export const readOptions = {
  "save": option(kind.file, "save messages: a file, or with a / at the end a folder (see --as)", { needs: written }),
  "as": option(kind.choice(...SAVE_FORMATS), "format of --save", {
    default: "eml",
    more:
      "eml: a file, or a file per message in a folder, named by the message's lasting id. maildir: a maildir. mbox: " +
      "messages are appended to a file. Each message is on the disk, whole, before the next is read.",
  }),
  "attachments": option(kind.directory, "save attachments in this folder", {
    reads: true,
    writes: true,
    more: "Names are made safe, and nothing is replaced: a number is added to a name that another file has.",
  }),
  "raw": flag("write messages to stdout as they are", { without: ["json"] }),
  "new": flag("only messages that --state does not have yet", {
    with: ["state"],
    more: "Messages that are shown or saved are added to it, those that are only listed are not.",
  }),
  "state": option(kind.file, "file that remembers which messages were read", { needs: written, with: ["new"] }),
  "delete": flag("delete messages on the server once they are saved", { with: ["save"] }),
  "limit": option(kind.integer(1, 1_000_000), "at most this many messages: the newest; with --new the oldest", {
    short: "n",
  }),
  "max-size": option(kind.size, "maximum size of a message", { default: "64M" }),
  "tls": option(
    kind.choice("starttls", "implicit", "opportunistic", "none"),
    "security of the connection (default: starttls; with pop3s:// implicit)",
  ),
  ...TRUST,
  ...USER,
  // The user may stand in the URL.
  "password-file": { ...USER["password-file"], with: undefined },
  "auth-without-tls": flag("send the password over a connection without TLS"),
  ...FAMILY,
  ...PROXY,
  "timeout": option(kind.duration, "limit for each phase: connecting, and each reply of the server", {
    default: "30s",
  }),
  ...CONNECT_TIMEOUT,
  "json": flag("one JSON record per message"),
  "trace": flag("write the dialogue with the server to stderr, secrets masked"),
};
