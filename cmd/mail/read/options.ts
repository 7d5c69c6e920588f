import { CONNECT_TIMEOUT, FAMILY, flag, kind, option, PROXY, TRUST, USER } from "../../../lib/cli/mod.ts";
import { pathsOfSavedFile } from "../../../lib/core/mod.ts";
import { SAVE_FORMATS } from "../../../lib/mail/internal.ts";

/** Needs of a file that is written beside itself first. */
const written = (path: unknown) => {
  const paths = [String(path), ...pathsOfSavedFile(String(path))];
  return { read: paths, write: paths };
};

/** The options of `mail read`. */
export const readOptions = {
  "folder": option(kind.text("NAME"), "folder of an IMAP server (default: INBOX, or that of the URL)"),
  "search": option(kind.text("KEYS"), "only messages that an IMAP search finds", {
    more:
      "KEYS are those of RFC 3501, section 6.4.4, such as UNSEEN FROM ada; texts of several words stand in double quotes.",
  }),
  "idle": flag("wait for messages, and list, show or save each as it arrives", {
    more:
      "With IMAP only. Messages that are there already are left out, but for those that --new finds. A connection that is " +
      "lost is opened again, after a second and up to a minute.",
  }),
  "count": option(kind.integer(1, 1_000_000), "end after this many messages", { short: "c", with: ["idle"] }),
  "mark-seen": flag("mark messages that are shown or saved as read on the server", { without: ["delete"] }),
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
    "security of the connection (default: starttls; with pop3s:// and imaps:// implicit)",
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
