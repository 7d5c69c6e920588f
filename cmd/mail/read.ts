import { ANYWHERE, kind, PROXY_VARIABLES, verb } from "../../lib/cli/mod.ts";
import { parseMailSelection } from "../../lib/mail/internal.ts";
import { READ_HINTS } from "./hints.ts";
import { READ_LAYOUT } from "./layout.ts";
import { readOptions } from "./read/options.ts";
import { READ_RECORDS } from "./records.ts";
import { sourceUrlKind } from "./server_kind.ts";

/** `mail read`. */
export const read = verb({
  summary: "list, show and save the mail of a mailbox",
  hints: READ_HINTS,
  description:
    "Without MESSAGE the messages are listed. With MESSAGE they are shown as text, HTML as text, too; or saved with --save " +
    "and --attachments, which save all of them without MESSAGE. TLS is required unless --tls is opportunistic or none, " +
    "also for a server on this machine.\n\n" +
    "The numbers of POP3 are valid for one session; those of IMAP (UIDs) and of NNTP stay the same. Newsgroups are read without a user name unless the server requires one. With --delete a message is deleted on the server " +
    "only when its copy is on the disk; with POP3 all are deleted together at the end, and none when the connection is " +
    "lost before.",
  operands: [
    {
      metavar: "URL",
      help:
        "mailbox, folder or newsgroup: pop3://ada@mail.example.com, imap://HOST:PORT/FOLDER, nntp://HOST/GROUP; with pop3s, imaps and nntps, TLS starts with the first byte",
      kind: sourceUrlKind,
    },
    {
      metavar: "MESSAGE",
      help:
        "number of a message, a range such as 5-9 or 5-, last, or all; with NNTP also a message id in angle brackets",
      kind: kind.parsed("MESSAGE", "a number, a range such as 5-9 or 5-, last, or all", parseMailSelection),
      optional: true,
      many: true,
    },
  ],
  options: readOptions,
  records: READ_RECORDS,
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] },
  examples: [
    { line: "mail read pop3s://ada@mail.example.com", does: "list the messages of a mailbox" },
    { line: "mail read pop3s://ada@mail.example.com last", does: "show the newest message" },
    {
      line: "mail read pop3s://ada@mail.example.com --new --state seen.json --save Maildir --as maildir",
      does: "save new messages in a maildir",
    },
    {
      line: "mail read pop3s://ada@mail.example.com 3 --attachments files",
      does: "save the attachments of a message",
    },
    {
      line: "mail read pop3s://ada@mail.example.com all --save archive.mbox --as mbox --delete",
      does: "move all messages into an mbox file",
    },
    {
      line: "mail read imaps://ada@mail.example.com/Archive --search 'UNSEEN SINCE 1-Feb-2026'",
      does: "list the unread messages of a folder since a day",
    },
    {
      line: "mail read imaps://ada@mail.example.com --idle --json",
      does: "print a record for each message as it arrives",
    },
    {
      line: "mail read nntps://news.example.com/comp.lang.ada --limit 20",
      does: "list the newest articles of a newsgroup; without a group, all groups",
    },
    {
      line: "mail read pop3://ada@localhost:1110 --tls none --auth-without-tls",
      does: "list what a sink has received",
    },
  ],
  layout: READ_LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: () => ({ net: true, env: ["TOUCAN_*"] }),
  async run(call) {
    const { runRead } = await import("./read/run.ts");
    return await runRead(call);
  },
});
