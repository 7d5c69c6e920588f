import {
  addressNeeds,
  ANYWHERE,
  CLIENT_TLS,
  clientTls,
  type Command,
  CONNECT_TIMEOUT,
  dumbTerminal,
  errorRecord,
  type ExitCode,
  FAMILY,
  familyOf,
  flag,
  HTTP_FRONT,
  inputTexts,
  kind,
  main,
  option,
  OutputGuard,
  reportListening,
  Screen,
  secretOf,
  SERVER_TLS,
  serverSecretOf,
  serverTls,
  style,
  type Tour,
  verb,
} from "../lib/cli/mod.ts";
import {
  type ChatEvent,
  ChatTerminal,
  demonstrateChat,
  describeEvent,
  joinChat,
  nickNumber,
  pathsOfHistory,
  sayLines,
  serveChat,
  serveChatPage,
} from "../lib/chat/internal.ts";
import { JOIN_HINTS } from "./hints/chat.ts";
import { JOIN_RECORDS, SERVE_RECORDS } from "./records/chat.ts";
import { isLoopback, parseAddress, UsageError } from "../lib/core/mod.ts";

const [PORT, TLS_PORT, WEB_PORT] = [6667, 6697, 8067];
const anyPort = kind.integer(0, 65_535, "PORT");
const passwordHelp = "the file whose first line is the password (else: TOUCAN_PASSWORD)";
const passwordFile = option(kind.file, passwordHelp, { reads: true, startup: true });
const lines = kind.integer(1, 1_000_000);

const serve = verb({
  summary: "serve a chat, over IRC and as a web page",
  description:
    "Needs no configuration. Any IRC client can join, and any browser. What was said is kept in memory, or " +
    "in a file, and told to those who come later. Beyond this machine a password is asked for, unless --open. " +
    "After 10 wrong passwords from one address (IPv6: /64), one attempt every 6s is accepted.",
  operands: [],
  options: {
    ...SERVER_TLS,
    "host": option(kind.text("HOST", "an address"), "the address to listen on", { default: "127.0.0.1" }),
    "port": option(anyPort, `the port for IRC, 0 for a free one (default: ${PORT}, with TLS ${TLS_PORT})`),
    "web": option(anyPort, "the port of the web page, on this machine only", { default: `${WEB_PORT}` }),
    "irc-only": flag("serve no web page"),
    ...HTTP_FRONT,
    "password-file": passwordFile,
    "open": flag("let anybody in, also from other machines"),
    "history": option(kind.file, "keep what is said in this file, the last 10,000 lines of a channel, 1 GiB at most", {
      needs: (path) => ({ read: pathsOfHistory(String(path)), write: pathsOfHistory(String(path)) }),
    }),
    "replay": option(kind.integer(0, 100), "how many of the last lines one sees on joining", { default: "20" }),
    "name": option(kind.text("NAME", "a host name"), "the server's name", { default: "toucan.local" }),
    "motd": option(kind.text(), "the message of the day"),
    "max-connections": option(kind.integer(1, 100_000), "how many clients at once", { default: "10000" }),
    "per-address": option(kind.integer(1, 100_000), "how many of them from one other machine", { default: "100" }),
    "burst": option(lines, "lines that a client may send at once", { default: "60" }),
    "rate": option(lines, "lines per second after that; more have to wait", { default: "10" }),
    "trace": flag("write who comes and goes to stderr"),
    "json": flag("one JSON record when it listens, and for all who come and go"),
  },
  records: SERVE_RECORDS,
  examples: [
    { line: "chat serve", does: "serve a chat to this machine, to be joined with toucan chat join localhost" },
    { line: "chat serve --history chat.db", does: "keep what is said over restarts" },
    { line: "chat serve --host 0.0.0.0 --tls --password-file secret.txt", does: "serve it to others, over TLS" },
  ],
  exits: [5],
  server: true,
  needs: () => ({ net: true, env: ["TOUCAN_*"] }),
  async run({ options, output, signal, trace }) {
    const { host, json, history, replay, name, motd, burst, rate } = options;
    const tls = await serverTls(options);
    const password = await serverSecretOf(options["password-file"]);
    if (!isLoopback(host) && host !== "localhost" && password === undefined && !options.open) {
      throw new UsageError(`on ${host} anybody could join`, { hint: "give --password-file FILE, or --open" });
    }
    const at = (host: string, port: number) => ({ transport: "ip", host, port }) as const;
    const address = at(host, options.port ?? (tls ? TLS_PORT : PORT));
    const [connections, perAddress] = [options["max-connections"], options["per-address"]];
    const limits = { connections, perAddress, burst, rate };
    await using chat = serveChat(address, {
      ...{ tls, password, name, motd, history, replay, signal, limits },
      onHistory: (error) => {
        if (json) output.record(error ? { event: "paused", error: errorRecord(error) } : { event: "resumed" });
        else if (error) {
          output.note(`toucan chat: ${error.message}: until that is over, what is said in channels is refused`);
        } else output.note("toucan chat: the history is kept again");
      },
      onEvent: ({ event, peer, nick, reason, error }) => {
        const text = [event, nick, reason ?? error?.message].filter(Boolean).join(" ");
        trace?.({ direction: "*", peer, text });
        if (json) output.record({ event, peer, nick, reason, error: error && errorRecord(error) });
      },
    });
    await using page = options["irc-only"] ? undefined : serveChatPage(chat, at("127.0.0.1", options.web), {
      password: password !== undefined,
      names: options["allow-host"],
      trustProxy: options["trust-proxy"],
      signal,
    });
    const pin = options.cert === undefined ? tls?.pin : undefined;
    reportListening(output, [
      { scheme: tls ? "ircs" : "irc", addr: chat.address, pin },
      ...(page ? [{ scheme: "http", addr: page.address, path: "/" }] : []),
    ]);
    if (!json) {
      const usual = chat.port === (tls ? TLS_PORT : PORT);
      const trust = tls ? `--tls ${pin ? `--pin ${pin} ` : ""}` : "";
      output.note(`join with: toucan chat join ${trust}localhost${usual ? "" : `:${chat.port}`}, or any IRC client`);
    }
    await chat.finished;
  },
});

const joinOptions = {
  ...FAMILY,
  ...CLIENT_TLS,
  "password-file": passwordFile,
  "account": option(kind.text("NAME", "an account"), "log in to this account (SASL PLAIN); the password is its"),
  "backlog": option(kind.integer(0, 100), "how many of the last lines to show, where the server keeps them", {
    default: "20",
  }),
  "stay": flag("go on listening when stdin ends"),
  "timeout": option(kind.duration, "limit for an attempt to connect and register", { default: "15s" }),
  ...CONNECT_TIMEOUT,
  "trace": flag("write what crosses the wire to stderr"),
  "json": flag("one JSON record for each event"),
};

const join = verb({
  summary: "join a chat at an IRC server",
  hints: JOIN_HINTS,
  description: "On a terminal what is said scrolls above a line to type in; /help there shows what can be typed. " +
    "Otherwise the lines of stdin are said, and what happens is written to stdout, one line each.",
  operands: [
    { metavar: "SERVER", help: "[NICK@]HOST[:PORT]; without a nick you are a guest with a number" },
    { metavar: "CHANNEL", help: "the channel, #lobby unless given, perhaps with its key: '#den word'", optional: true },
  ],
  options: joinOptions,
  records: JOIN_RECORDS,
  examples: [
    { line: "chat join localhost", does: "join #lobby at the chat on this machine" },
    { line: "chat join --tls ann@irc.example.net '#deno'", does: "join a channel of an IRC network" },
    { line: "chat join --json --stay localhost < /dev/null", does: "follow a channel, for another program" },
  ],
  exits: [1, 3, 4, 5],
  needs: ({ operands }) => {
    const needs = addressNeeds(operands[0]?.replace(/^[^@:]*@/, ""), { port: PORT });
    return { ...needs, env: ["TOUCAN_*"] };
  },
  async run(call) {
    const { options, operands: [server = "", channel = "#lobby"], output, signal, trace } = call;
    const [, nick = `guest${Math.floor(1000 + Math.random() * 9000)}`, host = ""] =
      /^(?:([^@:]*)@)?(.*)$/s.exec(server) ?? [];
    const tls = await clientTls(options, output);
    const address = parseAddress(host, { port: tls ? TLS_PORT : PORT });
    const password = await secretOf(options["password-file"]);
    const { account, backlog, timeout } = options;
    if (account !== undefined && password === undefined) {
      throw new UsageError("an account needs a password", { hint: "give --password-file, or set TOUCAN_PASSWORD" });
    }
    if (
      password !== undefined && !tls && address.transport === "ip" && !/^localhost$|^127\.|^::1$/.test(address.host)
    ) {
      output.note("warning: the password crosses the network for all to read; add --tls");
    }
    let show = (_: ChatEvent): void => {};
    const guard = new OutputGuard(() => void member.leave());
    const place = channel.split(" ")[0] ?? "";
    const member = joinChat(address, {
      connectTimeout: options["connect-timeout"],
      ...{ nick, password, account, backlog, timeout, tls, signal, trace, family: familyOf(options) },
      channels: [channel],
      onEvent: (event) => guard.do(() => show(event)),
    });
    if (output.terminal && Deno.stdin.isTerminal() && !dumbTerminal()) {
      const { one, dim, bad } = style(output.colour);
      const paint = { nick: (text: string, nick: string) => one(text, nickNumber(nick)), dim, bad };
      let code: ExitCode = 0;
      const desk = new ChatTerminal(member, place, (text) => screen.print(text), paint);
      using screen = new Screen({
        prompt: "> ",
        complete: (word, line) => desk.complete(word, line),
        entered: (line) => void desk.entered(line),
        closed: (interrupted) => {
          // A raw terminal makes no signal of Ctrl-C.
          if (interrupted) code = 130;
          void member.leave();
        },
      });
      show = (event) => desk.show(event);
      await member.finished;
      return code;
    }
    let problems = 0;
    show = (event) => {
      if (event.event === "server" && event.problem) problems++;
      if (options.json) return output.record("error" in event ? { ...event, error: errorRecord(event.error) } : event);
      const text = describeEvent(event, { several: true });
      if (text === undefined) return;
      if (["connected", "disconnected", "server"].includes(event.event)) output.note(text);
      else output.line(text);
    };
    const said = sayLines(member, place, inputTexts()).then(
      () => options.stay ? member.finished : member.leave(),
      // The member says good-bye to its server first.
      (error) => signal.aborted ? member.finished : Promise.reject(error),
    );
    await Promise.race([member.finished, said]);
    guard.check();
    return problems > 0 ? 1 : 0;
  },
});

const tour: Tour = {
  title: "a two-way chat, and somebody who comes late",
  async walk(stage) {
    stage.say("A server, and two who join it. What crosses the wire between ann and the server is IRC:");
    stage.command("chat serve             (one terminal)");
    stage.command("chat join localhost    (two others)");
    const { ann, ben, cleo } = await demonstrateChat({
      did: (what) => stage.say(what),
      crossed: (from, to, line) => stage.wire(from, to, line),
      signal: stage.signal,
    });
    stage.show(ben.join("\n"));
    stage.check(ann.length === 2 && `${ann}` === `${ben}`, "both have seen the same lines, in the same order");
    stage.check(`${cleo}` === `${ann}`, "who comes late is told what was said");
  },
};

/** `toucan chat`. */
export const command: Command = {
  name: "chat",
  summary: "talk with others over IRC, or serve a chat",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"] },
  verbs: { serve, join },
  tour,
};

if (import.meta.main) await main(command);
