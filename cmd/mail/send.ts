import {
  announceStdin,
  type Call,
  clientTls,
  CONNECT_TIMEOUT,
  credentialsOf,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  FAMILY,
  familyOf,
  flag,
  inputs,
  kind,
  list,
  option,
  pathNeeds,
  PROXY,
  proxyOf,
  releasePaths,
  stdinPieces,
  stdoutChunks,
  terminalSink,
  TRUST,
  USER,
  verb,
} from "../../lib/cli/mod.ts";
import { showUntrusted, UsageError } from "../../lib/core/mod.ts";
import {
  AUTH_MECHANISMS,
  buildMail,
  type BuiltMail,
  envelopeSender,
  headerRecord,
  mailboxesOf,
  mailboxOf,
  MailClient,
  type MailMessage,
  mailsFromLines,
  parseMailServer,
  pathsOfSavedMail,
  readMailDate,
  readMessageFile,
  readText,
  readyMail,
  saveMail,
  sendAll,
  splitHeader,
  writeMail,
} from "../../lib/mail/internal.ts";
import { SEND_HINTS } from "../hints/mail.ts";
import { SEND_RECORDS } from "../records/mail.ts";

const address = (help: string) =>
  list(kind.parsed("ADDRESS", "ada@example.com, Name <ada@example.com>, or several with commas", mailboxesOf), help);

const serverKind = kind.parsed("HOST[:PORT]", "a host with or without a port, or smtp://HOST[:PORT]", (text) => {
  // The port is another one with --tls implicit.
  const { address, user } = parseMailServer(text);
  return { text, user, ...(address.transport === "unix" && { path: address.path }) };
});

const date = kind.parsed("DATE", "a date such as 2026-01-31T12:00:00Z or 31 Jan 2026 12:00:00 +0000", (text) => {
  const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const found = iso ? new Date(text) : readMailDate(text);
  // The 31st of February would be the 3rd of March.
  const exact = !iso || new Date(`${text.slice(0, 10)}T00:00Z`).toJSON()?.startsWith(text.slice(0, 10));
  if (!found || !exact || Number.isNaN(found.getTime())) throw new UsageError(`invalid date "${text}"`);
  return found;
});
/** Options that make a message, which one that is ready does not need. */
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

const sendOptions = {
  "from": option(kind.parsed("ADDRESS", "ada@example.com or Name <ada@example.com>", mailboxOf), "who sends it", {
    short: "f",
  }),
  "to": address("whom it is to"),
  "cc": address("who gets a copy"),
  "bcc": address("who gets a copy without being named"),
  "reply-to": option(kind.parsed("ADDRESS", "an address, or several with commas", mailboxesOf), "whom answers go to"),
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
  "subject": option(kind.text(), "what it is about", { short: "s" }),
  "text": option(kind.text(), "the body (default: stdin)"),
  "html": option(kind.text("HTML"), "the body as HTML"),
  "attach": list(kind.file, "a file that goes with it", { reads: true, short: "a" }),
  "header": list(kind.text("NAME: VALUE"), "a further header field", { short: "H" }),
  "eml-in": option(
    kind.file,
    "send the message in this file as it is, without Bcc; recipients and envelope sender come from the options, or its header",
    { reads: true, without: MADE },
  ),
  "batch": flag("read messages from stdin, one JSON object per line, and send all over one connection", {
    without: ["dry-run", "eml"],
  }),
  "server": option(
    { ...serverKind, complete: kind.UNIX },
    "the mail server, its URL (smtp://, smtps://), or unix:/path; the port is 587 unless given, 465 with implicit TLS",
    {
      short: "S",
      needs: pathNeeds,
    },
  ),
  "tls": option(
    kind.choice("starttls", "implicit", "opportunistic", "none"),
    "how the connection is secured (default: starttls; with smtps:// implicit)",
  ),
  ...TRUST,
  ...USER,
  "auth": option(
    kind.choice("plain", "login", "cram-md5", "xoauth2"),
    "how to prove it; for xoauth2 the password is the token (default: the best that the server offers)",
  ),
  "auth-without-tls": flag("send the password over a connection without TLS"),
  "helo": option(kind.text("NAME"), "what to call ourselves (default: our address)"),
  ...FAMILY,
  ...PROXY,
  "timeout": option(kind.duration, "limit for each phase: connecting, and each reply of the server", {
    default: "30s",
  }),
  ...CONNECT_TIMEOUT,
  "dry-run": flag("build the message and write it to stdout; nothing is sent"),
  "eml": option(
    kind.file,
    "write the message to this file as well; one that is there is replaced, its mode, owner and links are kept",
    {
      needs: (path) => {
        const paths = pathsOfSavedMail(String(path));
        return { startup: { read: paths, write: paths } };
      },
    },
  ),
  "json": flag("one JSON record per message"),
  "trace": flag("write the dialogue with the server to stderr, secrets masked"),
};

/** `mail send`. */
export const send = verb({
  summary: "send a mail, or many",
  hints: SEND_HINTS,
  description:
    "The body is --text, --html or both, otherwise stdin. TLS is required unless --tls opportunistic or none is " +
    "said, also for a server on this machine; with opportunistic, a server that offers STARTTLS has to be trusted all the same.\n\n" +
    "With --batch each line of stdin is a JSON object with from, to, cc, bcc, replyTo, subject, text, html, attach (paths " +
    "below this folder), headers, date; what it leaves out comes from the options.",
  operands: [],
  options: sendOptions,
  records: SEND_RECORDS,
  examples: [
    {
      line:
        "mail send -S smtp.example.com -u ada --password-file pw -f ada@example.com --to bob@example.com -s hello --text hi",
      does: "send through a server that wants to know who it is",
    },
    {
      line: "mail send -S localhost:1025 --tls none -f a@example.com --to b@example.com < body.txt",
      does: "send to a sink",
    },
  ],
  exits: [1, 3, 4, 5, 6],
  needs: ({ options: { batch, server, "dry-run": dry } }) => ({
    net: !dry,
    read: batch ? ["."] : [],
    env: server?.user === undefined ? [] : ["TOUCAN_*"],
  }),
  async run(call) {
    const { options, output } = call;
    const { batch, eml, json } = options;
    // A prompt comes before the body: that takes what is left of stdin.
    const who = options["dry-run"] ? undefined : await credentialsOf({
      ...options,
      user: options.user ?? options.server?.user,
    });
    const ready = await readyOf(call);
    const message = ready ? {} : await messageOf(call);
    const mail = ready ?? (batch ? undefined : await buildMail({ ...message, from: message.from ?? "" }));
    if (mail && eml !== undefined) {
      await saveMail(mail, eml, { signal: call.signal });
      releasePaths(...pathsOfSavedMail(eml));
    }
    if (mail && options["dry-run"]) {
      const { messageId, from, to, size } = mail;
      if (json) return output.record({ messageId, from, to, size });
      return await writeMail(mail, output.terminal ? terminalSink(stdoutChunks()) : stdoutChunks());
    }
    await using client = await clientOf(call, who);
    const codes: ExitCode[] = [];
    if (batch) announceStdin(output, "messages, one JSON object per line,");
    const messages = mail
      ? (async function* () {
        yield mail;
      })()
      : mailsFromLines(inputs(["-"], "JSON"), message);
    for await (const { report, error } of sendAll(client, messages)) {
      if (error && mail) throw error;
      if (error && json) output.record({ error: errorRecord(error) });
      else if (error) errorLines("toucan mail", error).forEach((line) => output.note(line));
      else if (json) output.record(report);
      else {for (const { address, accepted, reply } of report.recipients) {
          output.line(`${accepted ? "accepted" : "refused "}  ${showUntrusted(`${address}  ${reply.text}`)}`);
        }}
      const accepted = report?.accepted ?? 0;
      codes.push(error ? exitCodeOf(error) : accepted === report?.recipients.length ? 0 : accepted > 0 ? 6 : 1);
    }
    return exitCodeOfAll(codes);
  },
});

/** The message that is ready in a file, where one is named. */
async function readyOf({ options }: Call<typeof sendOptions>): Promise<BuiltMail | undefined> {
  const { from, to, cc, bcc, "eml-in": file, "envelope-from": envelopeFrom } = options;
  if (file === undefined) return undefined;
  const recipients = [...to, ...cc, ...bcc];
  const source = await readMessageFile(file);
  releasePaths(file);
  return readyMail(source, { from: envelopeFrom ?? from, to: recipients.length > 0 ? recipients : undefined });
}

/** The message that the options make; without a body of its own, stdin is that. */
async function messageOf({ options, output }: Call<typeof sendOptions>): Promise<Partial<MailMessage>> {
  const { from, to, cc, bcc, subject, text, html, batch, "reply-to": replyTo, attach, header } = options;
  if (!batch && from === undefined) throw new UsageError("option --from is missing", { hint: "say who sends it" });
  const piped = !batch && text === undefined && html === undefined;
  if (piped) announceStdin(output, "the message body");
  const body = piped ? await readText(stdinPieces()) : text;
  const headers = headerRecord(header.map(splitHeader));
  const attachments = attach.map((path) => ({ path }));
  const inReplyTo = options["in-reply-to"];
  return {
    ...{ from, to, cc, bcc, replyTo, subject, text: body, html, headers, attachments },
    ...{ inReplyTo, references: inReplyTo, sender: options.sender, date: options.date },
    ...{ messageId: options["message-id"], envelopeFrom: options["envelope-from"] },
  };
}

async function clientOf(
  { options, output, signal, trace }: Call<typeof sendOptions>,
  who: Awaited<ReturnType<typeof credentialsOf>>,
): Promise<MailClient> {
  const { server, helo, timeout, auth, "auth-without-tls": withoutTls } = options;
  if (server === undefined) {
    throw new UsageError("option --server is missing", { hint: "nothing is sent with --dry-run" });
  }
  const { address: at, implicitTls } = parseMailServer(server.text, options.tls);
  const tls = options.tls ?? (implicitTls ? "implicit" : "starttls");
  const trust = await clientTls({ ...options, tls: tls !== "none" }, output, "leave --tls none away");
  return new MailClient(at, {
    connectTimeout: options["connect-timeout"],
    ...{ tls, trust, helo, timeout, signal, trace, proxy: proxyOf(options, at), family: familyOf(options) },
    auth: who && {
      user: who.user,
      secret: who.password,
      mechanism: AUTH_MECHANISMS.find((name) => name.toLowerCase() === auth),
      withoutTls,
    },
  });
}
