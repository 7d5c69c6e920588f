import { assertEquals } from "@std/assert";
import { type ChatServer, connectChatNetwork, serveChatPage } from "../../lib/chat/mod.ts";
import { withPage } from "../kit/browser.ts";
import { chatMember } from "../kit/chat_member.ts";
import { withFolder } from "../kit/folder.ts";
import { ANY_PORT, chatServer, RawIrc } from "../kit/irc.ts";
import { type IrcEvent, IrcFramework } from "../kit/irc_framework.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { Terminal } from "../kit/tmux.ts";
import { until, within } from "../kit/wait.ts";

/** A client in the channel. */
interface Speaker {
  say(text: string): Promise<unknown>;
  /** Returns what it shows. */
  shown(): Promise<string>;
  /** Whether it shows its own lines before the server has them. */
  readonly early?: boolean;
}

/** Lines of each client that are sent at once. */
const AT_ONCE = 2;

/** Returns the numbers of the lines that a client shows, in their order. */
const numbers = (text: string) => [...text.matchAll(/says (\d\d)/g)].map(([, number]) => number ?? "");

async function member(url: string): Promise<ChatServer> {
  return chatServer({ cluster: await connectChatNetwork([url]) });
}

/** A client in a terminal. */
async function inTerminal(
  stack: AsyncDisposableStack,
  { port = 0 }: ChatServer,
  home: string,
  name: string,
): Promise<Speaker> {
  const args: Readonly<Record<string, string[]>> = {
    irssi: ["--home", home, "-n", "irssi"],
    epic5: ["epic5", `127.0.0.1:${port}`],
    tinyirc: ["tinyirc", "127.0.0.1", `${port}`],
  };
  const env = { TERM: "screen", HOME: home };
  const terminal = stack.use(await Terminal.open([name, ...args[name] ?? []], env, home));
  if (name === "irssi") {
    await terminal.shows(/\[\(status\)\]/);
    // Lines that come fast would be taken for pasted ones, or be delayed.
    for (const set of ["paste_verify_line_count 0", "cmd_queue_speed 10msec"]) await terminal.enter(`/set ${set}`);
    await terminal.enter(`/connect 127.0.0.1 ${port}`);
  }
  await terminal.shows(/Welcome to the Toucan|MOTD/);
  await terminal.enter("/join #a");
  return { say: (text) => terminal.enter(text), shown: () => terminal.screen(), early: true };
}

function weechat(stack: AsyncDisposableStack, { port }: ChatServer, home: string): Speaker {
  const commands = [
    `/set fifo.file.path ${home}/fifo`,
    "/set logger.file.flush_delay 0",
    `/server add t 127.0.0.1/${port} -autojoin=#a`,
    "/set irc.server.t.ssl off",
    "/set irc.server.t.nicks weechat",
    "/connect t",
  ];
  const args = ["-d", home, ...commands.flatMap((command) => ["-r", command])];
  const process = new Deno.Command("weechat-headless", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  stack.defer(async () => {
    process.kill("SIGTERM");
    await process.status;
  });
  const shown = () => Deno.readTextFile(`${home}/logs/irc.t.#a.weechatlog`).catch(() => "");
  return { say: (text) => Deno.writeTextFile(`${home}/fifo`, `irc.t.#a *${text}\n`), shown, early: true };
}

async function framework({ port = 0 }: ChatServer): Promise<Speaker & { quit(): Promise<unknown> }> {
  const client = new IrcFramework();
  const next = (kind: string) => new Promise<IrcEvent>((resolve) => client.on(kind, resolve));
  const texts: string[] = [];
  client.on("privmsg", ({ message = "" }) => texts.push(message));
  const registered = next("registered");
  client.connect({ host: "127.0.0.1", port, nick: "kiwi", auto_reconnect: false, enable_echomessage: true });
  await registered;
  const joined = next("join");
  client.join("#a");
  await joined;
  const closed = next("socket close");
  return {
    say: (text) => Promise.resolve(client.say("#a", text)),
    shown: () => Promise.resolve(texts.join("\n")),
    quit: () => {
      client.quit();
      return closed;
    },
  };
}

peerTest("chat over NATS: seven clients of others and ours on three servers show one conversation in one order", [
  ...["nats-server", "irssi", "weechat-headless", "epic5", "tinyirc", "tmux", "chromium"],
], () =>
  withFolder(async (folder) => {
    await using stack = new AsyncDisposableStack();
    const nats = stack.use(await startNats({ folder: `${folder}/nats` }));
    const [a, b, c] = await Promise.all([member(nats.url), member(nats.url), member(nats.url)]);
    for (const server of [a, b, c]) stack.use(server);
    const page = stack.use(serveChatPage(c, ANY_PORT));
    const watcher = stack.use(await RawIrc.in(a.address, "watcher"));
    await watcher.say("JOIN #a");
    const ours = stack.use(chatMember(b.address, "ours"));
    const home = async (name: string) => {
      await Deno.mkdir(`${folder}/${name}`);
      return `${folder}/${name}`;
    };
    const [kiwi, ...others] = await Promise.all([
      framework(c),
      weechat(stack, a, await home("weechat")),
      ...([[a, "irssi"], [b, "epic5"], [c, "tinyirc"]] as const).map(async ([server, name]) =>
        inTerminal(stack, server, await home(name), name)
      ),
    ]);
    stack.defer(async () => void await kiwi.quit());
    await withPage({}, async (web) => {
      await web.goto(`http://${page.address}/#a`);
      await web.fill("#nick", "web");
      await web.press("#nick", "Enter");
      const absent = new Set(["ours", "kiwi", "weechat", "irssi", "epic5", "tinyirc", "web"]);
      while (absent.size > 0) {
        const line = await within(`entries of ${[...absent]}`, watcher.hears(/ JOIN /));
        absent.delete(/^\S*:(\w+)!\S+ JOIN/.exec(line)?.[1] ?? "");
      }
      const speakers: readonly Speaker[] = [
        {
          say: (text) => ours.member.say("#a", text),
          shown: () => Promise.resolve(ours.texts().join("\n")),
        },
        {
          async say(text) {
            await web.fill("#text", text);
            await web.press("#text", "Enter");
          },
          shown: async () => (await web.locator("#log p").allInnerTexts()).join("\n"),
        },
        kiwi,
        ...others,
      ];
      const shown = (who: number, count: number) =>
        until(`${count} lines at client ${who}`, async () => {
          const found = numbers(await speakers[who]?.shown() ?? "");
          return found.length >= count && found;
        });
      const all = (count: number) => Promise.all(speakers.map((_, who) => shown(who, count)));
      await Promise.all(speakers.map(async ({ say }, who) => {
        for (let n = 0; n < AT_ONCE; n++) await say(`says ${who}${n}`);
      }));
      let count = speakers.length * AT_ONCE;
      const first = await all(count);
      // What a client shows before the server has it may be anywhere.
      const [order = []] = first;
      for (const [who, lines] of first.entries()) {
        const ordered = (one: string) => !speakers[who]?.early || !one.startsWith(`${who}`);
        assertEquals(lines.filter(ordered), order.filter(ordered));
        assertEquals(lines.toSorted(), order.toSorted());
      }
      // Each client answers the one before, when it has read it.
      for (const [who, { say }] of speakers.entries()) {
        await shown(who, count++);
        await say(`says ${who}${AT_ONCE}`);
      }
      const expected = speakers.map((_, who) => `${who}${AT_ONCE}`);
      for (const lines of await all(count)) assertEquals(lines.slice(order.length), expected);
    });
  }));
