import {
  announceStdin,
  ANYWHERE,
  type Call,
  CERTIFICATE,
  clientTls,
  type Command,
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
  HTTP_FRONT,
  inputs,
  kind,
  list,
  main,
  option,
  pathNeeds,
  PROXY,
  PROXY_VARIABLES,
  proxyOf,
  releasePaths,
  reportListening,
  SERVER_TLS,
  SERVER_USER,
  serverCredentialsOf,
  serverTls,
  stdinPieces,
  stdoutChunks,
  terminalSink,
  type Tour,
  TRUST,
  USER,
  verb,
} from "../lib/cli/mod.ts";
import { formatNetAddress, formatSize, isLoopback, parseAddress, showUntrusted, UsageError } from "../lib/core/mod.ts";
import {
  AUTH_MECHANISMS,
  buildMail,
  demonstrateMail,
  headerRecord,
  mailboxOf,
  MailClient,
  mailInbox,
  type MailMessage,
  mailsFromLines,
  mailSink,
  pathsOfSavedMail,
  readText,
  saveMail,
  sendAll,
  splitHeader,
  writeMail,
} from "../lib/mail/internal.ts";
import { SEND_HINTS } from "./hints/mail.ts";
import { SEND_RECORDS, SINK_RECORDS } from "./records/mail.ts";

const address = (help: string) =>
  list(kind.parsed("ADDRESS", "ada@example.com or Name <ada@example.com>", mailboxOf), help);

const sendOptions = {
  "from": option(kind.parsed("ADDRESS", "ada@example.com or Name <ada@example.com>", mailboxOf), "who sends it", {
    short: "f",
  }),
  "to": address("whom it is to"),
  "cc": address("who gets a copy"),
  "bcc": address("who gets a copy without being named"),
  "reply-to": option(kind.parsed("ADDRESS", "an address", mailboxOf), "whom answers go to"),
  "subject": option(kind.text(), "what it is about", { short: "s" }),
  "text": option(kind.text(), "the body (default: stdin)"),
  "html": option(kind.text("HTML"), "the body as HTML"),
  "attach": list(kind.file, "a file that goes with it", { reads: true, short: "a" }),
  "header": list(kind.text("NAME: VALUE"), "a further header field", { short: "H" }),
  "batch": flag("read messages from stdin, one JSON object per line, and send all over one connection", {
    without: ["dry-run", "eml"],
  }),
  "server": option(
    { ...kind.text("HOST[:PORT]"), complete: kind.UNIX },
    "the mail server, or unix:/path; the port is 587 unless given, 465 with --tls implicit",
    {
      short: "S",
      needs: pathNeeds,
    },
  ),
  "tls": option(kind.choice("starttls", "implicit", "opportunistic", "none"), "how the connection is secured", {
    default: "starttls",
  }),
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

const send = verb({
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
  needs: ({ options: { batch, "dry-run": dry } }) => ({ net: !dry, read: batch ? ["."] : [] }),
  async run(call) {
    const { options, output } = call;
    const { batch, eml, json } = options;
    // A prompt comes before the body: that takes what is left of stdin.
    const who = options["dry-run"] ? undefined : await credentialsOf(options);
    const message = await messageOf(call);
    const mail = batch ? undefined : await buildMail({ ...message, from: message.from ?? "" });
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

/** The message that the options make; without a body of its own, stdin is that. */
async function messageOf({ options, output }: Call<typeof sendOptions>): Promise<Partial<MailMessage>> {
  const { from, to, cc, bcc, subject, text, html, batch, "reply-to": replyTo, attach, header } = options;
  if (!batch && from === undefined) throw new UsageError("option --from is missing", { hint: "say who sends it" });
  const piped = !batch && text === undefined && html === undefined;
  if (piped) announceStdin(output, "the message body");
  const body = piped ? await readText(stdinPieces()) : text;
  const headers = headerRecord(header.map(splitHeader));
  const attachments = attach.map((path) => ({ path }));
  return { from, to, cc, bcc, replyTo, subject, text: body, html, headers, attachments };
}

async function clientOf(
  { options, output, signal, trace }: Call<typeof sendOptions>,
  who: Awaited<ReturnType<typeof credentialsOf>>,
): Promise<MailClient> {
  const { server, tls, helo, timeout, auth, "auth-without-tls": withoutTls } = options;
  if (server === undefined) {
    throw new UsageError("option --server is missing", { hint: "nothing is sent with --dry-run" });
  }
  const at = parseAddress(server, { port: tls === "implicit" ? 465 : 587 });
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

const refusable = kind.parsed("ADDRESS", "an address or @DOMAIN", (text) => {
  if (/^[^@]*@[^@\s]+$/.test(text) || /^"[^"]*"@[^@\s]+$/.test(text)) return text;
  throw new UsageError(`"${text}" is not an address`);
});

const sinkOptions = {
  "host": option(kind.text("HOST"), "the address to listen on", { default: "127.0.0.1" }),
  "port": option(kind.integer(0, 65535, "PORT"), "the port for SMTP, 0 for a free one", {
    short: "p",
    default: "1025",
  }),
  "web": option(
    kind.integer(0, 65535, "PORT"),
    "the port for the inbox in the browser, only on this machine; 0 for a free one",
    {
      default: "8025",
    },
  ),
  "smtp-only": flag("no inbox in the browser"),
  ...HTTP_FRONT,
  "dir": option(kind.directory, "keep mail in this maildir (default: in memory)", { reads: true, writes: true }),
  "tls": flag("speak TLS from the first byte (default: offer STARTTLS)"),
  ...CERTIFICATE,
  "client-ca": SERVER_TLS["client-ca"],
  ...SERVER_USER,
  "anyone": flag("let anybody send who can reach it, also beyond this machine"),
  "refuse": list(refusable, "refuse this recipient, or with @example.com all of a domain"),
  "max-size": option(kind.size, "bytes of a message", { default: "64M" }),
  "max-held": option(kind.size, "bytes of all messages; new ones are refused beyond it", { default: "1G" }),
  "max-messages": option(kind.integer(1, 10_000_000), "messages; new ones are refused beyond it", {
    default: "100000",
  }),
  "max-connections": option(kind.integer(1, 100_000), "clients at once", { default: "1000" }),
  "idle": option(kind.duration, "close the connection of a client after this long without a command", {
    default: "60s",
  }),
  "json": flag("one JSON record per message"),
  "trace": flag("write every dialogue to stderr, secrets masked"),
};

const sink = verb({
  summary: "take mail for anybody, keep it, and pass none on",
  description:
    "A mail server for development. What it acknowledges it has kept; with --dir, on the disk. A browser shows it " +
    "on port 8025, and programs read it there as JSON: /api/messages?wait=5s waits for a message.",
  operands: [],
  options: sinkOptions,
  records: SINK_RECORDS,
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"] },
  examples: [
    { line: "mail sink", does: "take mail on port 1025 of this machine" },
    {
      line: "mail sink --dir Maildir --refuse nobody@example.com",
      does: "keep it in a maildir, and refuse one recipient",
    },
  ],
  exits: [5],
  server: true,
  needs: () => ({ net: true }),
  async run({ options, output, signal, trace }) {
    const { host, port, dir, tls, user, refuse, json } = options;
    if (!isLoopback(host) && host !== "localhost" && user === undefined && !options.anyone) {
      throw new UsageError(`on ${host} anybody could send who can reach it`, { hint: "give --user, or --anyone" });
    }
    const credentials = await serverCredentialsOf(options);
    await using server = await mailSink({
      ...{ host, port, refuse, signal, trace, directory: dir, implicitTls: tls },
      keyPair: await serverTls({ ...options, tls: true }),
      credentials,
      limits: {
        messageSize: options["max-size"],
        heldBytes: options["max-held"],
        messages: options["max-messages"],
        connections: options["max-connections"],
        idleTime: options.idle,
      },
      onMail({ id, from, to, size }) {
        const line = `${from || "<>"} → ${to.join(", ")}  ${formatSize(size)}  ${id}`;
        if (json) output.record({ event: "mail", id, from, to, size });
        else output.line(showUntrusted(line, { limit: 1000 }));
      },
      onFault({ peer, error }) {
        if (json) output.record({ event: "fault", peer, error: errorRecord(error) });
        else output.note(showUntrusted(error.message));
      },
    });
    await using inbox = options["smtp-only"] ? undefined : mailInbox(server.store, {
      port: options.web,
      allowHost: options["allow-host"],
      trustProxy: options["trust-proxy"],
      signal,
    });
    const address = formatNetAddress(server.addr);
    reportListening(output, [
      { scheme: tls ? "smtps" : "smtp", addr: address, pin: options.cert === undefined ? server.pin : undefined },
      ...(inbox ? [{ scheme: "http", addr: formatNetAddress(inbox.addr), path: "/" }] : []),
    ]);
    if (!json) {
      output.note(
        `hint: toucan mail send -S ${address} --tls ${tls ? "implicit" : "starttls"} --pin ${server.pin} …`,
      );
    }
    await server.finished;
    await inbox?.shutdown();
  },
});

const tour: Tour = {
  title: "send a mail",
  async walk(stage) {
    stage.say("A sink takes mail for anybody. A client sends one: to one recipient, and hidden to another.");
    stage.command("mail sink                                                      (one terminal)");
    stage.command("mail send -S localhost:1025 --pin … --from … --to … --bcc …    (another)");
    const { report, kept, source } = await demonstrateMail((event) => {
      if (event.direction === "*") stage.say(event.text);
      else stage.crossed(event);
    }, stage.signal);
    stage.check(
      report.accepted === 2 && kept.length === 1,
      "both recipients were accepted, and the sink has one message",
    );
    stage.check(report.tls === "pin", "it went over TLS, to the server with the pinned key");
    stage.check(kept[0]?.to.includes("eve@example.com") === true, "the hidden recipient is in the envelope");
    stage.check(!/^bcc:/im.test(source), "and not in the message");
    stage.check(source.includes("dot.\r\n.\r\nIt did"), "a dot on a line by itself did not end it");
  },
};

/** `toucan mail`. */
export const command: Command = {
  name: "mail",
  summary: "send mail, or catch it",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] },
  verbs: { send, sink },
  tour,
};

if (import.meta.main) await main(command);
