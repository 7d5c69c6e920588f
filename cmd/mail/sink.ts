import {
  ANYWHERE,
  CERTIFICATE,
  flag,
  HTTP_FRONT,
  kind,
  option,
  reportListening,
  SERVER_TLS,
  SERVER_USER,
  serverCredentialsOf,
  serverTls,
  verb,
} from "../../lib/cli/mod.ts";
import { formatNetAddress, isLocalHost, UsageError } from "../../lib/core/mod.ts";
import { FAULT_OPTIONS } from "./fault_options.ts";
import { JUDGE_OPTIONS, judgeNeeds, judgeOf, linksOf } from "./judge_options.ts";
import { SINK_LAYOUT } from "./layout.ts";
import { SINK_RECORDS } from "./records.ts";
import { MAILBOX_PORTS, needsTls, requireLocalMailboxes, serveMailboxes, SMTP_PORT } from "./sink_mailboxes.ts";
import { RELAY_OPTIONS, relayOf } from "./relay_options.ts";
import { sinkReports } from "./sink_reports.ts";
import { WEBHOOK_OPTIONS, webhookOf } from "./webhook_options.ts";

const webAddress = kind.listenerAddress("0.0.0.0:8025");

const sinkOptions = {
  "host": option(kind.text("HOST"), "the address to listen on", { default: "127.0.0.1" }),
  "port": option(kind.integer(0, 65535, "PORT"), "the port for SMTP, 0 for a free one", {
    short: "p",
    default: `${SMTP_PORT}`,
  }),
  "web": option(webAddress, "listen here for the inbox and its API; without a host only this machine can connect", {
    default: "8025",
  }),
  "smtp-only": flag(
    "no inbox in the browser, and POP3, IMAP and NNTP only on ports that options name",
  ),
  ...HTTP_FRONT,
  "dir": option(kind.directory, "store mail in this maildir (default: in memory)", { reads: true, writes: true }),
  "mailboxes": flag("use a separate mailbox for each recipient (default: one for all users)"),
  "starttls": flag(
    "offer STARTTLS (default: only with --cert or --tls-dir; many clients require it to be trusted then)",
    {
      without: ["tls"],
    },
  ),
  "tls": flag("use implicit TLS: from the first byte"),
  "smtps": option(kind.integer(0, 65535, "PORT"), "also listen on this port, with implicit TLS", { without: ["tls"] }),
  ...MAILBOX_PORTS,
  ...CERTIFICATE,
  "client-ca": SERVER_TLS["client-ca"],
  ...SERVER_USER,
  "auth-without-tls": flag("accept passwords without TLS also from other machines (AUTH PLAIN, LOGIN, XOAUTH2)"),
  "anyone": flag("accept mail and requests from other machines without a password"),
  ...FAULT_OPTIONS,
  "max-size": option(kind.size, "bytes of a message", { default: "64M" }),
  "max-held": option(kind.size, "bytes of all messages; new ones are refused beyond it", { default: "1G" }),
  "max-messages": option(kind.integer(1, 10_000_000), "messages; new ones are refused beyond it", {
    default: "100000",
  }),
  "max-connections": option(kind.integer(1, 100_000), "clients at once", { default: "1000" }),
  "idle": option(kind.duration, "close the connection of a client after this long without a command", {
    default: "60s",
  }),
  ...RELAY_OPTIONS,
  ...WEBHOOK_OPTIONS,
  ...JUDGE_OPTIONS,
  "json": flag("one JSON record per message"),
  "trace": flag("write every dialogue to stderr, secrets masked"),
};

/** `mail sink`. */
export const sink = verb({
  summary: "accept and store all mail; deliver none",
  description:
    "A mail server for development. Acknowledged messages are stored; with --dir, on the disk. The inbox on port 8025 shows " +
    "them in a browser, and as JSON to programs.\n\n" +
    "GET /api/messages lists messages, the newest first. q=WORDS, to=ADDRESS, from=ADDRESS, subject=TEXT, has=attachment, " +
    "before=TIME, limit=N and offset=N choose some; wait=5s waits for one, with count=N for as many. DELETE /api/messages " +
    "with the same parameters deletes those. GET /api/messages/ID has headers, text, html and attachments; below it are " +
    "/raw, /html and /attachments/N. A parameter that is unknown, empty or repeated is an error (400). /api/openapi.json " +
    "describes all of it, /livez and /readyz answer probes, and /messages/ID is the page of a message.\n\n" +
    "For tests that run at the same time, use a different address in each: wait with " +
    "curl 'localhost:8025/api/messages?to=t1@example.com&wait=5s', and clean up with " +
    "curl -X DELETE 'localhost:8025/api/messages?to=t1@example.com'.\n\n" +
    "To test how a client handles failures: --fail data:552 fails DATA for all, --fail rcpt:451:bob@* a recipient that matches, " +
    "and --fail message:close closes the connection in place of a reply to the message; message:drop does so after the message " +
    "was stored. Commands of other protocols have their replies as codes: pop3-pass:err, imap-fetch:no (or bad, bye), nntp-group:411, " +
    "and close and drop as well. " +
    "For mail, the pattern applies to the sender, for data and message (the end of the data) to any recipient; of several, " +
    "the first that matches applies, and 421 closes the connection. While it runs, PUT /api/faults replaces all of them with " +
    'those of its body, such as {"fail": ["rcpt:451:bob@*"], "delay": "2s"}; GET shows them, DELETE switches them off.\n\n' +
    "With --relay-to, messages can be delivered after all, one by one: by the button Release on the page, or by POST " +
    '/api/messages/ID/release, whose body may name other recipients, such as {"to": ["bob@example.com"]}.\n\n' +
    "By POP3, IMAP and NNTP mail clients and newsreaders can read what was received, with any user name and password, or those of " +
    "--user. Messages that they delete are deleted from the inbox, too. With IMAP they can also search, mark messages, move them to " +
    "folders and wait for new ones. If no option names a port for mail, the sink also listens for these protocols on 1110, 1143 and 1119 " +
    "(with --tls on 1995, 1993 and 1563), where these ports are free.\n\n" +
    "With --judge, the results of SPF, DKIM and DMARC are stored on top of each message (Authentication-Results), and shown on the page: " +
    "what a receiver on the internet would find, with --judge-as for a client at that address. With --check-links, the button Check links " +
    'and POST /api/messages/ID/links request the links of a message. PATCH /api/messages/ID with {"seen": true} marks it as read.\n\n' +
    "With --webhook, each message is reported by a POST request, with the JSON that the list of messages has for it.\n\n" +
    "A maildir of --dir is read again every second: mail that other programs deliver, move to cur or delete is followed. " +
    "With --mailboxes, each recipient has a maildir in its folder mailboxes, with links to the same files and flags of its own; " +
    "a message that is deleted there stays in the inbox, one that is deleted in the inbox is deleted there too.\n\n" +
    "STARTTLS is offered with --starttls, --cert or --tls-dir only, since most clients use it where it is offered, and reject " +
    "a certificate that was made here. In a container: --host 0.0.0.0 --web 0.0.0.0:8025 --anyone.",
  operands: [],
  options: sinkOptions,
  records: SINK_RECORDS,
  permissions: {
    net: true,
    read: [...ANYWHERE, "/etc/resolv.conf"],
    write: ANYWHERE,
    env: ["TOUCAN_*", "LOCALDOMAIN", "RES_OPTIONS"],
  },
  examples: [
    {
      line: "mail sink",
      does: "accept mail on port 1025 of this machine, and show it by POP3, IMAP, NNTP and in a browser",
    },
    {
      line: "mail sink --host 0.0.0.0 --web 0.0.0.0:8025 --allow-host sink --anyone",
      does: "accept mail and requests from other containers",
    },
    {
      line: "mail sink --dir Maildir --refuse bob@example.com",
      does: "store mail in a maildir, and refuse one recipient",
    },
    { line: "mail sink --port 0 --imap 0 --smtp-only", does: "use free ports, for SMTP and IMAP only" },
    {
      line: "mail sink --fail 'rcpt:451:bob@*' --fail mail:550:spam@example.com --delay 2s",
      does: "test retries: simulate failures, and slow replies",
    },
  ],
  layout: SINK_LAYOUT,
  exits: [5],
  server: true,
  needs: ({ options }) => ({ net: true, ...judgeNeeds(options) }),
  async run({ options, output, signal, trace }) {
    const { mailInbox, MailRelay, mailSink, MailWebhook } = await import("../../lib/mail/internal.ts");
    const { host, port, smtps, web, dir, tls, user, refuse, fail, delay, json } = options;
    if (user === undefined && !options.anyone) {
      const hint = "require a password with --user, or accept all clients with --anyone";
      if (!isLocalHost(host)) throw new UsageError(`listening on ${host} requires authentication`, { hint });
      requireLocalMailboxes(options, hint);
      if (!isLocalHost(web.host)) throw new UsageError(`inbox on ${web.host} requires authentication`, { hint });
    }
    const startTls = options.starttls || !tls && (options.cert ?? options["tls-dir"]) !== undefined;
    const credentials = await serverCredentialsOf(options);
    const relay = await relayOf(options);
    const hook = await webhookOf(options);
    const { onReleased, onFailure, ...reports } = sinkReports(output);
    await using server = await mailSink({
      ...{ host, port, smtpsPort: smtps, refuse, fail, delay, signal, trace },
      ...{ directory: dir, mailboxes: options.mailboxes, startTls, implicitTls: tls, judge: judgeOf(options) },
      keyPair: await serverTls({ ...options, tls: tls || startTls || smtps !== undefined || needsTls(options) }, {
        output,
        signal,
      }),
      authWithoutTls: options["auth-without-tls"] || undefined,
      credentials,
      limits: {
        messageSize: options["max-size"],
        heldBytes: options["max-held"],
        messages: options["max-messages"],
        connections: options["max-connections"],
        idleTime: options.idle,
      },
      ...reports,
    });
    const mailboxes = await serveMailboxes(
      server,
      options,
      (protocol, port) => output.note(`note: no ${protocol}: port ${port} is in use`),
    );
    await using _webhook = hook && new MailWebhook(server.store, hook.url, { ...hook.options, onFailure, trace });
    await using inbox = options["smtp-only"] ? undefined : mailInbox(server.store, {
      ...{ host: web.host, port: web.port },
      // On loopback the inbox requires no password.
      credentials: isLocalHost(web.host) ? undefined : credentials,
      allowHost: options["allow-host"],
      ...{ faults: server.faults, links: linksOf(options) },
      relay: relay && new MailRelay(server.store, relay.server, { ...relay.options, onReleased, signal, trace }),
      onRefused: reports.onFault,
      trustProxy: options["trust-proxy"],
      signal,
    });
    if (inbox && credentials && !isLocalHost(web.host)) {
      output.note("warning: the inbox password is sent over the network without encryption");
    }
    const pin = options.cert === undefined ? server.pin : undefined;
    reportListening(output, [
      { scheme: tls ? "smtps" : "smtp", addr: formatNetAddress(server.addr), pin: tls || startTls ? pin : undefined },
      ...(server.smtps ? [{ scheme: "smtps", addr: formatNetAddress(server.smtps.addr), pin }] : []),
      ...mailboxes.map(({ scheme, addr, secure }) => ({ scheme, addr, pin: secure ? pin : undefined })),
      ...(inbox ? [{ scheme: "http", addr: formatNetAddress(inbox.addr), path: "/" }] : []),
    ]);
    if (!json) {
      output.note(
        `hint: toucan mail send -S ${server.address} --tls ${tls ? "implicit" : startTls ? "starttls" : "none"}${
          server.pin !== undefined && (tls || startTls) ? ` --pin ${server.pin}` : ""
        } …`,
      );
    }
    await server.finished;
    await inbox?.shutdown();
  },
});
