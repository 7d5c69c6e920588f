import { assertEquals, assertMatch } from "@std/assert";
import { joinChat, serveChat } from "../../lib/chat/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { RawIrc } from "../kit/irc.ts";
import { startNgircd } from "../kit/ngircd.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort } from "../kit/port.ts";
import { Terminal } from "../kit/tmux.ts";
import { toolArgs } from "../kit/tool.ts";

/** Returns the lines of a screen without the blanks at their ends. */
const lines = (screen: string) => screen.split("\n").map((line) => line.trimEnd());

peerTest("chat join: two networks on the whole terminal, with editing, scrolling, ^Z, resizing and kill", [
  "tmux",
  "ngircd",
], async () => {
  await using ours = serveChat("127.0.0.1:0");
  if (ours.addr.transport !== "tcp") throw new Error("not TCP");
  await using other = await startNgircd();
  const first = `127.0.0.1:${ours.addr.port}`;
  const second = `localhost:${other.port}`;
  const { program, args } = await toolArgs("chat", ["join", `ann@${first}`, `amy@${second}`, "#x"]);
  const command = [program, ...args].map((word) => `'${word}'`).join(" ");
  await using terminal = await Terminal.open(["bash", "--norc"], { TERM: "screen" });
  await terminal.resize(80, 24);
  await terminal.enter(`${command}`);
  await terminal.shows(/1:127\.0\.0\.1.* 2:127\.0\.0\.1\/#x.*3:localhost.*4:localhost\/#x/);
  using ben = await RawIrc.in(first, "ben");
  await ben.say("JOIN #x");
  using bob = await RawIrc.in(second, "bob");
  await bob.say("JOIN #x");
  await terminal.press("M-2");
  await terminal.shows(/ben has joined #x/);
  // Unread marks and mentions of the other network, and its window by keys.
  await bob.say("PRIVMSG #x :hello ann, amy");
  await terminal.shows(/4:localhost\/#x\(1!\)/);
  await terminal.press("M-4");
  await terminal.shows(/<bob> hello ann, amy/);
  await terminal.enter("wide 日本語");
  await bob.hears(/PRIVMSG #x :wide 日本語$/);
  // The cursor moves by what is seen, and text of others cannot act on the terminal.
  await terminal.press("M-2");
  await terminal.type("日👍本");
  await terminal.press("Left");
  await terminal.press("BSpace");
  await terminal.enter("é");
  await ben.hears(/PRIVMSG #x :日é本$/);
  await ben.say("PRIVMSG #x :\x02bold\x02 \x1b]0;title\x07 \u202egnp");
  await terminal.shows(/<ben> bold \\x1b\]0;title\\x07 \\u202egnp/);
  // Pasted lines are sent at Enter, many of them only after a question.
  await terminal.paste("one\ntwo");
  await terminal.shows(/one↵two/);
  await terminal.press("Enter");
  await ben.hears(/PRIVMSG #x :two$/);
  await terminal.paste(Array.from({ length: 40 }, (_, i) => `row ${i}`).join("\n"));
  await terminal.press("Enter");
  await terminal.shows(/send 40 lines\? \(y\/n\)/);
  await terminal.type("y");
  await ben.hears(/PRIVMSG #x :row 39$/);
  // Not the one that is still in the line of input.
  await terminal.shows(/^ +row 39\n/m);
  await terminal.press("PageUp");
  assertMatch(await terminal.shows(/\(scrolled\)/), /row 19\n/);
  await terminal.press("PageDown");
  // Waited for: ^Z discards the keys that a terminal has not delivered yet.
  await terminal.shows(/^ +row 39\n/m);
  // ^Z gives the terminal back, fg takes it again.
  await terminal.press("C-z");
  await terminal.shows(/Stopped/);
  await ben.say("PRIVMSG #x :meanwhile");
  await terminal.enter("fg");
  await terminal.shows(/<ben> meanwhile/);
  for (const [columns, rows] of [[40, 10], [200, 50], [80, 24]] as const) {
    await terminal.resize(columns, rows);
    await terminal.type("x");
    const frame = `^ 127\\.0\\.0\\.1/#x[^\\n]*\\n(?:[^\\n]*\\n){${rows - 3}} 1:.*\\n\\[ann\\] x+\\s*$`;
    const screen = lines(await terminal.shows(new RegExp(frame)));
    assertMatch(screen[rows - 3] ?? "", /<ben> meanwhile$/);
  }
  await terminal.press("C-u");
  await terminal.enter("/disconnect localhost");
  await bob.hears(/QUIT/);
  await terminal.enter("/mentions");
  await terminal.shows(/localhost\/#x <bob> hello ann, amy/);
  // The terminal is restored at the end, also at SIGTERM.
  await terminal.press("C-c");
  await terminal.shows(/# fg\n[^]*\n\S+# \s*$/);
  await terminal.enter("echo code $?");
  await terminal.shows(/^code 130$/m);
  await terminal.enter(`clear; ${command}; echo ended $?`);
  await terminal.shows(/2:127\.0\.0\.1\/#x/);
  const [process = 0] = await terminal.children();
  Deno.kill(process, "SIGTERM");
  await terminal.shows(/^ended 143$/m);
  await terminal.enter("stty -a");
  assertMatch(await terminal.shows(/ echo /), / icanon /);
});

peerTest(
  "chat join: a small terminal, odd text, the bell, and a server that restarts",
  ["tmux"],
  () =>
    withFolder(async (folder) => {
      const history = `${folder}/chat.db`;
      const port = freePort();
      const start = () => serveChat(`127.0.0.1:${port}`, { history, limits: { burst: 10_000, rate: 10_000 } });
      const nick = "n".repeat(30);
      let server = start();
      const { program, args } = await toolArgs("chat", ["join", "--bell", `${nick}@127.0.0.1:${port}`]);
      await using terminal = await Terminal.open([program, ...args], { TERM: "screen" });
      await terminal.shows(/\[nnnn/);
      await terminal.resize(20, 8);
      {
        await using ben = joinChat(server.addr, { nick: "ben" });
        await ben.ready;
        const zalgo = `z${"\u0301".repeat(200)}algo`;
        const odd = ["日本語のテキスト", "👨‍👩‍👧 🇫🇷 family", "שלום עולם", zalgo, "\x1b[2J\x9b31m\u202e", "x".repeat(400)];
        for (let i = 0; i < 600; i++) void ben.say("#lobby", `${i} ${odd[i % odd.length]}`);
        await ben.say("#lobby", `end ${nick}: hello`);
        // Title, five rows, the bar of the windows, and the input line.
        await terminal.shows(/^ #lobby[^\n]*\n(?:[^\n]*\n){5}[^\n]*\[2:#lobby\][^\n]*\n\[n+…?\]\s*$/);
        await terminal.shows(/end\b/);
        await terminal.resize(120, 40);
        await terminal.shows(new RegExp(`<ben> end ${nick}: hello`));
      }
      await server.shutdown();
      await terminal.shows(/reconnecting in/);
      server = start();
      await using _last = server;
      await using eve = joinChat(server.addr, { nick: "eve", backlog: 0 });
      await eve.ready;
      await eve.say("#lobby", "while you were away");
      const screen = await terminal.shows(/<eve> while you were away/);
      assertEquals(screen.split(`end ${nick}: hello`).length, 2);
      await terminal.enter("//slash");
      await terminal.shows(/\d\d:\d\d <n+> \/slash/);
      await terminal.enter("/disconnect");
      await terminal.shows(/-- disconnected/);
      await terminal.enter(`/connect amy@127.0.0.1:${port} #x`);
      await terminal.shows(/\[amy\]/);
    }),
);
