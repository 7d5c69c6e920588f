import {
  errorRecord,
  type Output,
  releasePaths,
  reportListening,
  serverSecretOf,
  serverTls,
  verb,
} from "../../lib/cli/mod.ts";
import { isLocalHost, UsageError } from "../../lib/core/mod.ts";
import { type InvitedTo, reportInvitation } from "./invitation.ts";
import { SERVE_RECORDS } from "./records.ts";
import { SERVE_LAYOUT } from "./layout.ts";
import { filesOf } from "./files_options.ts";
import { networkOf } from "./network.ts";
import { PORT, TLS_PORT, WEB_PORT } from "./options.ts";
import { SERVE_OPTIONS } from "./serve_options.ts";

const DAY_MS = 86_400_000;
/** Ports of IRC, which browsers refuse (Fetch standard, section 2.9). */
const BLOCKED_PORTS = [6665, 6666, 6667, 6668, 6669, 6679, 6697];

/** `chat serve`. */
export const serve = verb({
  summary: "serve a chat, over IRC and as a web page",
  description:
    "Needs no configuration: any IRC client or browser can join. Messages are kept in memory or in a file and sent to " +
    "clients that join later; private ones are kept for users who are logged in. Remote clients need a password or an " +
    "account, unless --open is given.\n\n" +
    "Clients can register their nicknames as accounts (IRCv3 account-registration, or /msg NickServ HELP) and log in by " +
    "SASL or NickServ; a registered nickname is reserved to its account. Accounts are kept in the history file, without " +
    "one until the server ends; see chat account. Three wrong passwords close a connection, and 30 for one account lock it for a minute.\n\n" +
    "With --history, topics, modes and lists of channels are kept over restarts, too; operators are recognised by their " +
    "account, without one by nick, user name and address. After 10 wrong passwords from one address (IPv6: /64), one attempt every 6s is accepted.",
  operands: [],
  options: SERVE_OPTIONS,
  records: SERVE_RECORDS,
  examples: [
    { line: "chat serve", does: "serve a chat to this machine, to be joined with toucan chat join localhost" },
    { line: "chat serve --history chat.db", does: "keep the history over restarts" },
    { line: "chat serve --nats nats://127.0.0.1:4222", does: "serve one chat with other servers that do the same" },
    {
      line: "chat serve --host 0.0.0.0 --one-port --tls --password-file secret.txt",
      does: "serve it to others, over TLS, on port 8067 for clients and browsers",
    },
    { line: "chat serve --files shared", does: "let browsers share files, which are stored in the folder shared" },
  ],
  layout: SERVE_LAYOUT,
  exits: [3, 5],
  server: true,
  needs: () => ({ net: true, env: ["TOUCAN_*"] }),
  async run({ options, output, signal, trace }) {
    const { serveChat, serveChatPage } = await import("../../lib/chat/internal.ts");
    const days = options["history-days"];
    const retention = {
      lines: options["history-lines"],
      bytes: options["history-size"],
      age: days === undefined ? undefined : days * DAY_MS,
    };
    const { host, web, json, invite, history, replay, name, motd, burst, rate } = options;
    const pair = await serverTls(options, { output, signal });
    const tls = pair && options["sasl-external"] ? { ...pair, clientCertificates: "optional" as const } : pair;
    const password = await serverSecretOf(options["password-file"]);
    const onePort = options["one-port"];
    const apart = !onePort && !options["irc-only"];
    const remote = [host, ...(apart ? [web.host] : [])].find((name) => !isLocalHost(name));
    if (
      remote !== undefined && password === undefined && !options.open && !options["require-account"] &&
      invite === undefined
    ) {
      throw new UsageError(`cannot listen on ${remote} without a password`, {
        hint: "use --password-file FILE, --require-account, --invite DURATION, or --open",
      });
    }
    const operators = await operatorsOf(options["oper-file"], output);
    const at = (host: string, port: number) => ({ transport: "ip", host, port }) as const;
    const usualPort = onePort ? WEB_PORT : tls ? TLS_PORT : PORT;
    const address = at(host, options.port ?? usualPort);
    const names = options["allow-host"];
    const trustProxy = options["trust-proxy"];
    const [connections, perAddress] = [options["max-connections"], options["per-address"]];
    const cluster = await networkOf(options, (state, text, error) => {
      if (json) output.record({ event: "network", state, error: error && errorRecord(error) });
      else if (state !== "entered") output.note(`toucan chat: ${text}`);
    });
    const limits = { connections, perAddress, burst, rate };
    await using chat = serveChat(address, {
      ...{ tls, password, operators, name, motd, history, retention, cluster, replay, signal, limits },
      page: onePort ? { names, trustProxy } : undefined,
      files: filesOf(options),
      requireAccount: options["require-account"],
      inviteOnly: invite !== undefined,
      registration: options.registration,
      plaintextLogin: options["plaintext-login"],
      onHistory: (error) => {
        if (json) output.record(error ? { event: "paused", error: errorRecord(error) } : { event: "resumed" });
        else if (error) {
          const until = options.nats === undefined
            ? "messages to channels are rejected until the history can be written"
            : "until it can be written, it lacks what the network has; then that is added";
          output.note(`toucan chat: ${error.message}; ${until}`);
        } else output.note("toucan chat: the history can be written again");
      },
      operatorAccounts: options.oper,
      alwaysOn: options["always-on"],
      alwaysOnDays: options["always-on-days"],
      onModerated: (moderation) => {
        const { action, by, channel, target, reason } = moderation;
        trace?.({ direction: "*", peer: by, text: [action, channel, target, reason].filter(Boolean).join(" ") });
        if (json) output.record({ event: "moderated", ...moderation });
      },
      onFile: (file) => {
        const { action, id, size, name, peer = "", nick } = file;
        trace?.({
          direction: "*",
          peer,
          text: ["file", action, id, `${size} bytes`, nick, name].filter(Boolean).join(" "),
        });
        if (json) output.record({ event: "file", ...file });
      },
      onEvent: ({ event, peer, nick, reason, error }) => {
        const text = [event, nick, reason ?? error?.message].filter(Boolean).join(" ");
        trace?.({ direction: "*", peer, text });
        if (json) output.record({ event, peer, nick, reason, error: error && errorRecord(error) });
      },
    });
    // On loopback the page needs no TLS, and browsers would not trust a self-signed certificate.
    const pageTls = tls && !isLocalHost(web.host)
      ? { ...tls, clientCa: undefined, clientCertificates: undefined }
      : undefined;
    await using page = apart
      ? serveChatPage(chat, web, {
        tls: pageTls,
        password: password !== undefined || invite !== undefined,
        requireAccount: options["require-account"],
        names,
        trustProxy,
        signal,
      })
      : undefined;
    const pin = options.cert === undefined ? tls?.pin : undefined;
    reportListening(output, [
      { scheme: tls ? "ircs" : "irc", addr: chat.address, pin },
      ...(page ? [{ scheme: pageTls ? "https" : "http", addr: page.address, path: "/" }] : []),
      ...(onePort ? [{ scheme: tls && !isLocalHost(host) ? "https" : "http", addr: chat.address, path: "/" }] : []),
    ]);
    if (onePort && BLOCKED_PORTS.includes(chat.port ?? 0)) {
      output.note(`warning: browsers do not connect to port ${chat.port}`);
    }
    if (!json) {
      const usual = chat.port === (tls ? TLS_PORT : PORT);
      const trust = tls ? `--tls ${pin ? `--pin ${pin} ` : ""}` : "";
      output.note(`join with: toucan chat join ${trust}localhost${usual ? "" : `:${chat.port}`}, or any IRC client`);
    }
    if (invite !== undefined) {
      const listeners: InvitedTo[] = [
        ...(page ? [{ scheme: pageTls ? "https" as const : "http" as const, port: page.addr.port }] : []),
        ...(onePort
          ? [{ scheme: tls && !isLocalHost(host) ? "https" as const : "http" as const, port: chat.addr.port }]
          : []),
        ...(onePort ? [] : [{ scheme: tls ? "ircs" as const : "irc" as const, port: chat.addr.port }]),
      ];
      const once = options["invite-once"];
      await reportInvitation(output, chat, listeners, { valid: invite, once, host, names, pin });
      output.flush();
    }
    await chat.finished;
  },
});

/** Reads a file of IRC operators and drops its path from the permissions. */
async function operatorsOf(path: string | undefined, output: Output): Promise<ReadonlyMap<string, string> | undefined> {
  if (path === undefined) return undefined;
  const { readOperators } = await import("../../lib/chat/internal.ts");
  const { operators, exposed } = await readOperators(path);
  releasePaths(path);
  if (exposed) output.note(`warning: ${path} is readable by other users (use chmod 600)`);
  return operators;
}
