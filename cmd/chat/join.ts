import {
  CLIENT_TLS,
  CONNECT_TIMEOUT,
  dumbTerminal,
  FAMILY,
  familyOf,
  flag,
  kind,
  list,
  option,
  terminalSize,
  verb,
} from "../../lib/cli/mod.ts";
import type { ChatEvent } from "../../lib/chat/internal.ts";
import { parseAddress } from "../../lib/core/mod.ts";
import { JOIN_HINTS } from "./hints.ts";
import type { JoinNetwork } from "./join_network.ts";
import { isLink, networkName, readTargets, targetValue } from "./join_targets.ts";
import { JOIN_LAYOUT } from "./layout.ts";
import { PORT } from "./options.ts";
import { JOIN_RECORDS } from "./records.ts";

const joinOptions = {
  ...FAMILY,
  ...CLIENT_TLS,
  "password-file": list(kind.file, "the file whose first line is the password (else: TOUCAN_PASSWORD)", {
    more:
      "SERVER=FILE is for one of several servers, which is named by its host, or as it is written; without SERVER it " +
      "is for the first, and so is the variable.",
    // Which part of the value is the path depends on the servers: see `needs` of the verb.
    needs: () => ({}),
  }),
  "account": list(
    kind.text("NAME", "an account"),
    "log in to this account by SASL, with the password or --cert",
    {
      more: 'SERVER=NAME is for one of several servers: "--account ann --account two.example=ben --password-file pw1 ' +
        '--password-file two.example=pw2". On a terminal a missing password is asked for.',
    },
  ),
  "backlog": option(kind.integer(0, 100), "number of history lines to request", {
    default: "20",
  }),
  "plain": flag("on a terminal, print lines above a prompt instead of using the whole screen", {
    more:
      'With several servers each line begins with the network, and "/network NAME" chooses the one that the input is for.',
  }),
  "bell": flag("on the full screen, ring the bell at messages that name you"),
  "commands": flag("without a terminal, read JSON commands from stdin, one per line, instead of text", {
    more: '{"send":"#x","text":"hello"} sends a message ("kind": message, notice or action; LF separates lines), ' +
      '{"join":"#x","key":"word"}, {"part":"#x","reason":"lunch"}, {"nick":"ann"}, ' +
      '{"raw":["MODE","#x","+m"]} and {"quit":"bye"} run the command of that name. With several servers each has a "network". ' +
      "A line that is not valid is reported, and the others are run.",
  }),
  "stay": flag("go on listening when stdin ends"),
  "timeout": option(kind.duration, "limit for an attempt to connect and register", { default: "15s" }),
  ...CONNECT_TIMEOUT,
  "trace": flag("write what crosses the wire to stderr"),
  "json": flag("one JSON record for each event"),
};

/** `chat join`. */
export const join = verb({
  summary: "join a chat at an IRC server",
  hints: JOIN_HINTS,
  description: "On a terminal, messages scroll above an input line; /help lists the commands. Otherwise each line of " +
    "stdin is sent as a message, and each event is written to stdout as one line.",
  operands: [
    {
      metavar: "SERVER",
      help: "[NICK@]HOST[:PORT], [NICK@]ircs://HOST, or [NICK@]LINK of an invitation; without a nick you are a guest",
    },
    {
      metavar: "CHANNEL",
      help: "channels, #lobby unless given, perhaps with a key: '#den word'; further servers, with theirs",
      optional: true,
      many: true,
      more:
        "Channels belong to the servers directly before them: \"ann@one.example ben@two.example '#x'\" joins #x in " +
        "two networks, \"one.example '#a' two.example '#b'\" one channel in each. A server after the first is written " +
        "with a nickname, a port, a domain or a scheme. --cert, --pin and --sni are for the first server only, and " +
        "--account and --password-file too unless they name another; --tls is for all, and ircs:// for one.",
    },
  ],
  options: joinOptions,
  records: JOIN_RECORDS,
  examples: [
    { line: "chat join localhost", does: "join #lobby at the chat on this machine" },
    { line: "chat join --tls ann@irc.example.net '#deno'", does: "join a channel of an IRC network" },
    { line: "chat join ann@one.example ben@two.example '#x'", does: "join a channel in two networks" },
    { line: "chat join --json --stay localhost < /dev/null", does: "follow a channel, for another program" },
  ],
  layout: JOIN_LAYOUT,
  exits: [1, 3, 4, 5],
  needs: ({ operands, options }) => {
    const targets = readTargets(operands);
    const paths = targets.flatMap((target) => {
      if (isLink(target)) return [];
      const address = parseAddress(target.server, { port: PORT });
      return address.transport === "ip" ? [] : [address.path];
    });
    const secrets = options["password-file"].map((text) => targetValue(text, targets).value);
    return { net: true, read: paths, write: paths, env: ["TOUCAN_*"], startup: { read: secrets } };
  },
  async run(call) {
    const { joinChat, MIN_COLUMNS, MIN_ROWS } = await import("../../lib/chat/internal.ts");
    const { options, operands, output, signal, trace } = call;
    const { networkReader } = await import("./join_network.ts");
    const targets = readTargets(operands);
    const network = await networkReader(targets, options, output);
    const { backlog, timeout, bell } = options;
    const start = (found: JoinNetwork, onEvent: (event: ChatEvent) => void) =>
      joinChat(found.address, {
        connectTimeout: options["connect-timeout"],
        ...{ backlog, timeout, trace, signal, family: familyOf(options), onEvent },
        ...found,
      });
    const first = targets.map((target, i) => network(target, i));
    if (output.terminal && Deno.stdin.isTerminal() && !dumbTerminal()) {
      const { columns, rows } = terminalSize();
      if (options.plain || columns < MIN_COLUMNS || rows < MIN_ROWS) {
        const { runPlainScreen } = await import("./join_plain.ts");
        return await runPlainScreen(first, start, output);
      }
      const { runFullScreen } = await import("./join_screen.ts");
      const interrupted = await runFullScreen({
        start(add) {
          const names = new Set<string>();
          for (const found of first) {
            const name = networkName(found.address, (taken) => names.has(taken));
            names.add(name);
            add(name, (take) => start(found, take));
          }
        },
        connect: (words, add, taken) => {
          for (const target of readTargets(words)) {
            const found = network(target);
            add(networkName(found.address, taken), (take) => start(found, take));
          }
          return Promise.resolve();
        },
      }, { colours: output.colour, bell, signal });
      return interrupted ? 130 : 0;
    }
    const { runPipe } = await import("./join_pipe.ts");
    return await runPipe(first, start, call);
  },
});
