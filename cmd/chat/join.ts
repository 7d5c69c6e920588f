import {
  addressNeeds,
  CLIENT_TLS,
  clientTls,
  CONNECT_TIMEOUT,
  dumbTerminal,
  errorRecord,
  type ExitCode,
  FAMILY,
  familyOf,
  flag,
  inputTexts,
  kind,
  option,
  OutputGuard,
  secretOf,
  style,
  type Values,
  verb,
} from "../../lib/cli/mod.ts";
import type { ChatEvent, InvitationLink } from "../../lib/chat/internal.ts";
import { parseAddress, parsePin, UsageError } from "../../lib/core/mod.ts";
import { JOIN_HINTS } from "./hints.ts";
import { JOIN_LAYOUT } from "./layout.ts";
import { JOIN_RECORDS } from "./records.ts";
import { passwordFile, PORT, TLS_PORT } from "./options.ts";

const joinOptions = {
  ...FAMILY,
  ...CLIENT_TLS,
  "password-file": passwordFile,
  "account": option(kind.text("NAME", "an account"), "log in to this account by SASL, with the password or --cert"),
  "backlog": option(kind.integer(0, 100), "number of history lines to request", {
    default: "20",
  }),
  "stay": flag("go on listening when stdin ends"),
  "timeout": option(kind.duration, "limit for an attempt to connect and register", { default: "15s" }),
  ...CONNECT_TIMEOUT,
  "trace": flag("write what crosses the wire to stderr"),
  "json": flag("one JSON record for each event"),
};

/** Ports of links without one. */
const LINK_PORTS = { http: 80, https: 443, irc: PORT, ircs: TLS_PORT } as const;

/** Returns the options for the server of an invitation: with TLS where its link says so, and verified by the pin in it. */
function withLink(options: Values<typeof joinOptions>, { scheme, pin }: InvitationLink): Values<typeof joinOptions> {
  const secure = scheme === "https" || scheme === "ircs";
  const trusted = options.pin !== undefined || options.cacert !== undefined || options.insecure;
  return {
    ...options,
    tls: options.tls || secure,
    pin: secure && pin !== undefined && !trusted ? parsePin(pin) : options.pin,
  };
}

/** `chat join`. */
export const join = verb({
  summary: "join a chat at an IRC server",
  hints: JOIN_HINTS,
  description: "On a terminal, messages scroll above an input line; /help lists the commands. Otherwise each line of " +
    "stdin is sent as a message, and each event is written to stdout as one line.",
  operands: [
    {
      metavar: "SERVER",
      help: "[NICK@]HOST[:PORT], or [NICK@]LINK of an invitation; without a nick you are a guest with a number",
    },
    { metavar: "CHANNEL", help: "the channel, #lobby unless given, perhaps with its key: '#den word'", optional: true },
  ],
  options: joinOptions,
  records: JOIN_RECORDS,
  examples: [
    { line: "chat join localhost", does: "join #lobby at the chat on this machine" },
    { line: "chat join --tls ann@irc.example.net '#deno'", does: "join a channel of an IRC network" },
    { line: "chat join --json --stay localhost < /dev/null", does: "follow a channel, for another program" },
  ],
  layout: JOIN_LAYOUT,
  exits: [1, 3, 4, 5],
  needs: ({ operands }) => {
    if (/^(?:[^@:]*@)?\w+:\/\//.test(operands[0] ?? "")) return { net: true, env: ["TOUCAN_*"] };
    const needs = addressNeeds(operands[0]?.replace(/^[^@:]*@/, ""), { port: PORT });
    return { ...needs, env: ["TOUCAN_*"] };
  },
  async run(call) {
    const { describeEvent, joinChat, readInvitationLink, sayLines } = await import("../../lib/chat/internal.ts");
    const { options, operands: [server = "", channel = "#lobby"], output, signal, trace } = call;
    const [, nick = `guest${Math.floor(1000 + Math.random() * 9000)}`, host = ""] =
      /^(?:([^@:]*)@)?(.*)$/s.exec(server) ?? [];
    const link = readInvitationLink(host);
    const tls = await clientTls(link ? withLink(options, link) : options, output);
    const port = link ? LINK_PORTS[link.scheme] : tls ? TLS_PORT : PORT;
    const address = parseAddress(link?.authority ?? host, { port });
    const password = link?.token ?? await secretOf(options["password-file"]);
    const { account, backlog, timeout } = options;
    if (account !== undefined && password === undefined && !tls?.clientCertificate) {
      throw new UsageError("--account requires a password", {
        hint: "use --password-file or --cert, or set TOUCAN_PASSWORD",
      });
    }
    if (
      password !== undefined && !tls && address.transport === "ip" && !/^localhost$|^127\.|^::1$/.test(address.host)
    ) {
      output.note("warning: the password is sent unencrypted; use --tls");
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
      const { ChatTerminal, nickNumber } = await import("../../lib/chat/internal.ts");
      const { Screen } = await import("../../lib/cli/mod.ts");
      const { one, dim, bad } = style(output.colour);
      const paint = { nick: (text: string, nick: string) => one(text, nickNumber(nick)), dim, bad };
      let code: ExitCode = 0;
      const desk = new ChatTerminal(member, place, (text) => screen.print(text), paint);
      using screen = new Screen({
        prompt: "> ",
        complete: (word, line) => desk.complete(word, line),
        entered: (line) => void desk.entered(line),
        closed: (interrupted) => {
          // In raw mode Ctrl-C sends no signal.
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
      // The channel is lost: nothing more can be sent or received.
      if (event.event === "server" && event.code === "UNJOINED") void member.leave();
      if (options.json) return output.record("error" in event ? { ...event, error: errorRecord(event.error) } : event);
      const text = describeEvent(event, { several: true });
      if (text === undefined) return;
      if (["connected", "disconnected", "server"].includes(event.event)) output.note(text);
      else output.line(text);
    };
    const said = sayLines(member, place, inputTexts()).then(
      () => options.stay ? member.finished : member.leave(),
      // The client sends QUIT first.
      (error) => signal.aborted ? member.finished : Promise.reject(error),
    );
    await Promise.race([member.finished, said]);
    guard.check();
    return problems > 0 ? 1 : 0;
  },
});
