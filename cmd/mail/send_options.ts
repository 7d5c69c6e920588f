import { CONNECT_TIMEOUT, FAMILY, flag, kind, list, option, pathNeeds, PROXY, TRUST, USER } from "../../lib/cli/mod.ts";
import { pathsOfSavedFile, UsageError } from "../../lib/core/mod.ts";
import { envelopeSender, isGroupName, mailboxesOf, mailboxOf, readMailDate } from "../../lib/mail/internal.ts";
import { mailOrNewsServerKind } from "./server_kind.ts";

const address = (help: string) =>
  list(kind.parsed("ADDRESS", "ada@example.com, Name <ada@example.com>, or several with commas", mailboxesOf), help);

const date = kind.parsed("DATE", "a date such as 2026-01-31T12:00:00Z or 31 Jan 2026 12:00:00 +0000", (text) => {
  const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const found = iso ? new Date(text) : readMailDate(text);
  // The 31st of February would be the 3rd of March.
  const exact = !iso || new Date(`${text.slice(0, 10)}T00:00Z`).toJSON()?.startsWith(text.slice(0, 10));
  if (!found || !exact || Number.isNaN(found.getTime())) throw new UsageError(`invalid date "${text}"`);
  return found;
});
const newsgroup = kind.parsed("GROUP", "a newsgroup such as misc.test", (text) => {
  if (!isGroupName(text)) throw new UsageError(`invalid newsgroup "${text}"`);
  return text;
});
/** Options that build a message; they cannot be combined with --eml-in. */
const MADE = [
  "text",
  "html",
  "attach",
  "header",
  "subject",
  "sender",
  "date",
  "message-id",
  "in-reply-to",
  "reply-to",
  "batch",
];

/** The options of `mail send`. */
export const sendOptions = {
  "from": option(
    kind.parsed("ADDRESS", "ada@example.com or Name <ada@example.com>", mailboxOf),
    "sender: value of the From field",
    {
      short: "f",
    },
  ),
  "to": address("recipients in the To field"),
  "cc": address("recipients in the Cc field"),
  "bcc": address("recipients that no field names (Bcc)"),
  "newsgroup": list(newsgroup, "post to these newsgroups; the server is nntp://HOST or nntps://HOST then", {
    without: [
      ...["to", "cc", "bcc", "eml-in", "batch", "mx", "spool", "account"],
      ...["notify", "return", "envelope-id", "chunking"],
    ],
  }),
  "reply-to": option(
    kind.parsed("ADDRESS", "an address, or several with commas", mailboxesOf),
    "value of the Reply-To field",
  ),
  "envelope-from": option(
    kind.parsed("ADDRESS", "an address, or <> for none", (text) => {
      envelopeSender(text);
      return text;
    }),
    "envelope sender, to which bounces go (default: the address of --from)",
    { short: "r" },
  ),
  "sender": option(kind.parsed("ADDRESS", "an address", mailboxOf), "value of the Sender field"),
  "date": option(date, "value of the Date field (default: now)"),
  "message-id": option(kind.text("ID", "<…@…>"), "value of the Message-ID field (default: a new one)"),
  "in-reply-to": option(kind.text("ID", "<…@…>"), "value of the In-Reply-To field; References has it, too"),
  "subject": option(kind.text(), "value of the Subject field", { short: "s" }),
  "text": option(kind.text(), "body as text (default: stdin)"),
  "html": option(kind.text("HTML"), "body as HTML"),
  "attach": list(kind.file, "file to attach", { reads: true, short: "a" }),
  "header": list(kind.text("NAME: VALUE"), "additional header field", { short: "H" }),
  "eml-in": option(
    kind.file,
    "send the message in this file as it is, without Bcc; recipients and envelope sender come from the options, or its header",
    { reads: true, without: MADE },
  ),
  "batch": flag("read messages from stdin, one JSON object per line, and send all over one connection", {
    without: ["dry-run", "eml"],
  }),
  "account": option(kind.text("NAME"), "server, user and sender of this account in the file of --accounts", {
    with: ["accounts"],
    without: ["server", "mx"],
  }),
  "accounts": option(kind.file, "file with accounts, in the form of msmtp's", { reads: true, with: ["account"] }),
  "server": option(
    mailOrNewsServerKind,
    "the mail server, its URL (smtp://, smtps://), or unix:/path; the port is 587 unless given, 465 with implicit TLS; or a news server: nntp://, nntps://",
    {
      short: "S",
      needs: pathNeeds,
    },
  ),
  "mx": flag(
    "deliver directly to the mail servers of the recipients (MX), port 25; DANE and MTA-STS are obeyed, without them TLS is " +
      "used where it is offered",
    { without: ["server", "user"] },
  ),
  "mx-port": option(kind.port, "port of the mail servers", { default: "25", with: ["mx"] }),
  "name-server": list(kind.text("SERVER"), "name server to ask for --mx (default: the system's)", { with: ["mx"] }),
  "tls": option(
    kind.choice("starttls", "implicit", "opportunistic", "none"),
    "security of the connection (default: starttls; with smtps:// and nntps:// implicit)",
  ),
  ...TRUST,
  ...USER,
  "auth": option(
    kind.choice("scram-sha-256", "plain", "login", "cram-md5", "oauthbearer", "xoauth2"),
    "authentication mechanism; for oauthbearer and xoauth2 the password is the token (default: the strongest one offered)",
  ),
  "auth-without-tls": flag("send the password over a connection without TLS"),
  "spool": option(
    kind.directory,
    "keep a message that cannot be sent now in this folder; what is there is sent first, each message once",
    { reads: true, writes: true, without: ["dry-run"] },
  ),
  "flush": flag("send only what is in the spool", { with: ["spool"], without: [...MADE, "eml-in", "eml"] }),
  "notify": list(
    kind.choice("success", "failure", "delay", "never"),
    "ask the server for a notification (DSN) of this event; never: of none",
  ),
  "return": option(
    kind.choice("full", "headers"),
    "ask that a notification of a failure contains the whole message, or its header",
  ),
  "envelope-id": option(kind.text("ID"), "identifier that notifications repeat"),
  "chunking": flag("send the message with BDAT in place of DATA"),
  "helo": option(kind.text("NAME"), "EHLO name (default: the local address)"),
  ...FAMILY,
  ...PROXY,
  "timeout": option(kind.duration, "limit for each phase: connecting, and each reply of the server", {
    default: "30s",
  }),
  ...CONNECT_TIMEOUT,
  "dkim-key": list(kind.file, "sign with this private key (PEM; RSA or Ed25519)", { reads: true }),
  "dkim-selector": list(kind.text("NAME"), "name of the key below _domainkey of the domain; one for each --dkim-key"),
  "dkim-domain": option(kind.text("DOMAIN"), "domain that signs (default: that of the sender in the header)"),
  "dry-run": flag("build the message and write it to stdout; nothing is sent"),
  "eml": option(
    kind.file,
    "write the message to this file as well; one that is there is replaced, its mode, owner and links are kept",
    {
      needs: (path) => {
        const paths = pathsOfSavedFile(String(path));
        return { startup: { read: paths, write: paths } };
      },
    },
  ),
  "json": flag("one JSON record per message"),
  "trace": flag("write the dialogue with the server to stderr, secrets masked"),
};
