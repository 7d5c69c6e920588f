import { assert, assertEquals, assertMatch } from "@std/assert";
import { withPage } from "../kit/browser.ts";
import { withFolder } from "../kit/folder.ts";
import { RawIrc } from "../kit/irc.ts";
import { startNgircd } from "../kit/ngircd.ts";
import { peerTest } from "../kit/peer.ts";
import { Relay } from "../kit/relay.ts";
import { Terminal } from "../kit/tmux.ts";
import { type RunningTool, runTool, startTool, toolArgs } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

/** Starts `chat serve` on free ports, and says where it and its page are. */
async function serve(...args: readonly string[]) {
  const web = args.includes("--one-port") ? [] : ["--web", "0"];
  const tool = await startTool("chat", ["serve", "--port", "0", ...web, ...args]);
  const [, address = "", port = ""] = await tool.stderrMatch(/irc:\/\/(127\.0\.0\.1:(\d+))\n/);
  const [, page = ""] = await tool.stderrMatch(/listening on (http:\S+)\n/);
  return { tool, address, port, page };
}

/** A `chat join` whose lines are kept. */
function listen(tool: RunningTool) {
  const reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = tool.process.stdin.getWriter();
  let text = "";
  return {
    say: (line: string) => writer.write(new TextEncoder().encode(`${line}\n`)),
    async hears(pattern: RegExp): Promise<string> {
      while (!pattern.test(text)) {
        const { value } = await reader.read();
        if (value === undefined) throw new Error(`not heard: ${pattern} in ${text}, ${tool.stderr()}`);
        text += value;
      }
      return text;
    },
    async [Symbol.asyncDispose]() {
      await writer.close().catch(() => {});
      await tool[Symbol.asyncDispose]();
      await reader.cancel().catch(() => {});
    },
  };
}

/** Returns the messages in order: nick and number of each line `…: N`. */
function said(text: string): string[] {
  return [...text.matchAll(/(irssi|web|ours)>?\s+says (\d+)/g)].map(([, nick, number]) => `${nick} ${number}`);
}

/** Resolves when a page has such a title; there is no event for that which would not need script in the page. */
async function untilTitle(page: { title(): Promise<string> }, pattern: RegExp): Promise<void> {
  await until(`a title like ${pattern}`, async () => pattern.test(await page.title()));
}

/** Returns a pattern for a number of lines that are said; it fits in one way only, and so fails fast. */
const saidAtLeast = (count: number) => new RegExp(`(?:says \\d+(?:(?!says \\d)[^])*){${count}}`);

peerTest("chat serve --one-port --invite: irssi, Chromium and our client in one channel, all in the same order", [
  "irssi",
  "tmux",
  "chromium",
], () =>
  withFolder(async (home) => {
    const { tool, address, port, page } = await serve("--one-port", "--invite", "1h");
    await using _server = tool;
    const [, link = "", token = ""] = await tool.stderrMatch(/invite with: (http:\S+#invite=(\S+))\n/);
    assertEquals(page, `http://${address}/`);
    await using ours = listen(await startTool("chat", ["join", "--stay", `ours@${link}`]));
    await ours.hears(/members of #lobby: ours/);
    await using terminal = await Terminal.open(["irssi", "--home", home, "-n", "irssi"], { TERM: "screen" });
    await terminal.shows(/\[\(status\)\]/);
    // Lines that come fast would be taken for pasted ones, and asked about.
    await terminal.enter("/set paste_verify_line_count 0");
    // It lets two seconds pass between commands, whatever the server takes.
    await terminal.enter("/set cmd_queue_speed 10msec");
    await terminal.enter(`/connect 127.0.0.1 ${port} ${token}`);
    await terminal.shows(/Welcome to the Toucan/);
    await terminal.enter("/join #lobby");
    await ours.hears(/irssi has joined #lobby/);
    await terminal.shows(/Irssi: #lobby: Total of 2 nicks/);
    await withPage({}, async (web) => {
      await web.goto(link);
      // The token is neither shown nor left in the address.
      assertEquals([web.url(), await web.isVisible("#password")], [page, false]);
      await web.fill("#nick", "web");
      await web.click("#enter button");
      await ours.hears(/web has joined #lobby/);
      await web.locator("#people li", { hasText: "irssi" }).waitFor();
      const saying = [
        async (n: number) => await ours.say(`says ${n}`),
        async (n: number) => await terminal.enter(`says ${n}`),
        async (n: number) => {
          await web.fill("#text", `says ${n}`);
          await web.press("#text", "Enter");
        },
      ];
      const all = async (count: number) => {
        let text = "";
        while (said(text).length < count) {
          text = await ours.hears(saidAtLeast(said(text).length + 1));
        }
        await web.locator("#log p", { hasText: /says/ }).nth(count - 1).waitFor();
        const onPage = said((await web.locator("#log li:not(.note) p").allInnerTexts()).join("\n"));
        const screen = await terminal.shows(saidAtLeast(count));
        return { ours: said(text), onPage, onTerminal: said(screen.replaceAll("@", "").replaceAll("< ", "<")) };
      };
      // All three at once: which comes first is the server's to say. irssi shows its own lines before the server has them.
      await Promise.all(saying.map(async (say, who) => {
        for (let n = 0; n < 2; n++) await say(who * 2 + n);
      }));
      const others = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("irssi"));
      const first = await all(6);
      assertEquals(first.onPage, first.ours);
      assertEquals(others(first.onTerminal), others(first.ours));
      assertEquals(first.onTerminal.toSorted(), first.ours.toSorted());
      // In turn: now all have to agree on all.
      for (let n = 6; n < 15; n++) {
        await saying[n % 3]?.(n);
        const heard = await all(n + 1);
        assertEquals(heard.onPage.slice(6), heard.ours.slice(6));
        assertEquals(heard.onTerminal.slice(6), heard.ours.slice(6));
      }
      // What irssi shows of who is there, and what it can do.
      await terminal.enter("/whois web");
      await terminal.shows(/web \[web@127\.0\.0\.1\]/);
      await terminal.enter("/topic tin cans");
      await terminal.shows(/You're not channel operator|Only operators|not an? channel/i);
    });
  }));

const LONG = "a topic that is far longer than a phone is wide, ".repeat(5).trim();

peerTest("chat page: hostile text is text, the history scrolls back, unread channels are marked, keys work", [
  "chromium",
], async () => {
  const { tool, address, page } = await serve("--burst", "500");
  await using _server = tool;
  using raw = await RawIrc.in(address, "evil");
  await raw.say("JOIN #lobby");
  for (let i = 0; i < 10; i++) {
    await raw.say(...Array.from({ length: 14 }, (_, n) => `PRIVMSG #lobby :line ${i * 14 + n}`));
    await raw.upToNow();
  }
  await raw.say(
    "PRIVMSG #lobby :<img src=x onerror=alert(1)><script>alert(2)</script>",
    `TOPIC #lobby :<b>bold</b> ${LONG}`,
  );
  await raw.upToNow();
  await withPage({ viewport: { width: 390, height: 780 } }, async (web) => {
    const problems: string[] = [];
    web.on("dialog", (dialog) => problems.push(dialog.message()));
    const received: string[] = [];
    web.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => received.push(String(payload))));
    // A link that is broken must not break the page.
    await web.goto(`${page}#%`);
    assertEquals(await web.inputValue("#channel"), "#%");
    await web.fill("#channel", "#lobby");
    await web.fill("#nick", "web");
    await web.press("#nick", "Enter");
    await web.locator("#log p", { hasText: "<img src=x onerror=alert(1)>" }).waitFor();
    // What is beside the lines is drawn less often than they are.
    await web.locator("#topic", { hasText: `<b>bold</b> ${LONG}` }).waitFor();
    assertEquals(await web.locator("#log img, #log script, #topic b").count(), 0);
    // Nothing is wider than the phone.
    assertEquals(await web.evaluate<number>("document.documentElement.scrollWidth"), 390);
    for (const part of ["header", "#show-members", "main", "#compose button:not(#attach)"]) {
      const { x = 0, width = 0 } = await web.locator(part).boundingBox() ?? {};
      assert(width > 0 && x + width <= 390, `${part} ends at ${x + width}`);
    }
    const first = () => web.locator("#log li:not(.note):not(.day) p").first().innerText();
    // The last hundred, of which three are the topic, the line with markup and the own JOIN.
    assertMatch(await first(), /line 43$/);
    await web.hover("#scroll");
    await web.mouse.wheel(0, -20_000);
    await web.locator("#log p", { hasText: /line 0$/ }).waitFor();
    assertMatch(await first(), /line 0$/);
    await web.fill("#text", "/join #other");
    await web.press("#text", "Enter");
    await web.locator("#name", { hasText: "#other" }).waitFor();
    await raw.say("PRIVMSG #lobby :are you there?");
    await untilTitle(web, /^\(1\) /);
    assertEquals(await web.locator("#elsewhere").innerText(), "1");
    await web.press("#text", "Alt+ArrowUp");
    await web.locator("#log li.new p", { hasText: "are you there?" }).waitFor();
    await untilTitle(web, /^[^(]/);
    await web.fill("#text", "ev");
    await web.press("#text", "Tab");
    assertEquals(await web.inputValue("#text"), "evil: ");
    await web.press("#text", "Enter");
    await raw.hears(/^:web!\S+ PRIVMSG #lobby :evil: $/);
    // What was said before a crowd came and went is requested without scrolling.
    await raw.say("JOIN #busy", "PRIVMSG #busy :before the crowd");
    using crowd = await RawIrc.in(address, "crowd");
    for (let i = 0; i < 130; i++) await crowd.say("JOIN #busy", "PART #busy");
    await crowd.upToNow();
    await web.fill("#text", "/join #busy");
    await web.press("#text", "Enter");
    await until("the line before the crowd", () => received.some((frame) => frame.includes(":before the crowd")));
    await web.fill("#text", "/join #lobby");
    await web.press("#text", "Enter");
    await web.locator("#name", { hasText: "#lobby" }).waitFor();
    await web.click("#show-members");
    assert(await web.locator("#people li", { hasText: "@evil" }).isVisible());
    await web.press("body", "Escape");
    assertEquals(await web.locator("#people li").first().isVisible(), false);
    assertEquals(problems, []);
  });
});

peerTest(
  "chat page: after a lost connection it comes back, and shows what was said meanwhile, once",
  ["chromium"],
  async () => {
    const { tool, address, page } = await serve();
    await using _server = tool;
    using relay = new Relay(new URL(page).host);
    using raw = await RawIrc.in(address, "ann");
    await raw.say("JOIN #lobby", "PRIVMSG #lobby :before");
    await withPage({}, async (web) => {
      await web.goto(`http://${relay.addr}/`);
      await web.fill("#nick", "web");
      await web.press("#nick", "Enter");
      await web.locator("#log p", { hasText: "before" }).waitFor();
      relay.cut();
      await raw.hears(/web!.* QUIT/);
      await raw.say("PRIVMSG #lobby :meanwhile");
      await raw.hears(/web!.* JOIN/);
      await raw.say("PRIVMSG #lobby :after");
      await web.locator("#log p", { hasText: "after" }).waitFor();
      const lines = await web.locator("#log li:not(.note):not(.day) p").allInnerTexts();
      assertEquals(lines.map((line) => line.trim()), ["ann before", "ann meanwhile", "ann after"]);
    });
  },
);

peerTest("chat join --plain: a terminal with an input line, completion and commands", ["tmux"], async () => {
  const { tool, address } = await serve();
  await using _server = tool;
  const { program, args } = await toolArgs("chat", ["join", "--plain", `ann@${address}`]);
  await using ann = await Terminal.open([program, ...args], { TERM: "screen", NO_COLOR: "1" });
  await ann.shows(/members of #lobby: ann/);
  using ben = await RawIrc.in(address, "bennie");
  await ben.say("JOIN #lobby");
  await ann.shows(/bennie has joined/);
  await ann.enter("hello there");
  await ben.hears(/PRIVMSG #lobby :hello there$/);
  await ann.type("be");
  await ann.shows(/> be$/m);
  await ann.press("Tab");
  await ann.shows(/> bennie: $/m);
  await ben.say("PRIVMSG #lobby :\x1b[2Jwhile you type");
  const screen = await ann.shows(/while you type/);
  assertMatch(screen, /\d\d:\d\d <ann> hello there\n\d\d:\d\d <bennie> \\x1b\[2Jwhile you type\n> bennie:/);
  await ann.enter("yes");
  await ben.hears(/PRIVMSG #lobby :bennie: yes$/);
  await ann.enter("/me waves");
  await ben.hears(/ACTION waves/);
  await ann.enter("/topic tin cans");
  await ben.hears(/TOPIC #lobby :tin cans$/);
  await ann.enter("/nick anna");
  await ann.shows(/ann is now known as anna/);
  await ann.enter("/msg bennie psst");
  await ben.hears(/^:anna!\S+ PRIVMSG bennie :psst$/);
  await ann.enter("/nonsense");
  await ann.shows(/unknown command \/nonsense \(see \/help\)/);
  await ann.enter("/quit so long");
  await ben.hears(/QUIT :Quit: so long$/);
});

peerTest("chat join --plain: two networks, pasted lines, and the terminal at SIGHUP", ["tmux"], async () => {
  const [first, second] = await Promise.all([serve(), serve()]);
  await using _first = first.tool;
  await using _second = second.tool;
  const two = second.address.replace("127.0.0.1", "localhost");
  const { program, args } = await toolArgs("chat", ["join", "--plain", `ann@${first.address}`, `amy@${two}`]);
  await using terminal = await Terminal.open(["bash", "--norc"], { TERM: "screen", NO_COLOR: "1", PS1: "shell " });
  const command = [program, ...args].map((word) => `'${word}'`).join(" ");
  await terminal.enter(`clear; ${command}; echo ended $?`);
  await terminal.shows(/localhost \d\d:\d\d -- members of #lobby: amy/);
  await terminal.shows(/127\.0\.0\.1 \d\d:\d\d -- members of #lobby: ann/);
  using ben = await RawIrc.in(second.address, "ben");
  await ben.say("JOIN #lobby");
  await terminal.enter("/network localhost");
  await terminal.shows(/-- localhost as amy, for which the input is/);
  await terminal.paste("one\ntwo\n");
  await terminal.shows(/^localhost \d\d:\d\d <amy> one\n {6}two\n/m);
  await ben.hears(/PRIVMSG #lobby :two$/);
  const [process = 0] = await terminal.children();
  Deno.kill(process, "SIGHUP");
  await terminal.shows(/^ended 129$/m);
  await terminal.enter("clear; stty -a");
  assertMatch(await terminal.shows(/ echo /), / icanon /);
});

peerTest(
  "chat join: in a channel of ngircd, which keeps no history and has its own capabilities",
  ["ngircd"],
  async () => {
    await using server = await startNgircd();
    await using ann = listen(await startTool("chat", ["join", "--stay", `ann@127.0.0.1:${server.port}`, "#test"]));
    await ann.hears(/members of #test: ann/);
    const ben = await runTool("chat", ["join", "--json", `ben@127.0.0.1:${server.port}`, "#test"], {
      stdin: "one\ntwo\nthree\nfour\n",
    });
    assertEquals(ben.code, 0, ben.stderr);
    const text = await ann.hears(/four/);
    assertEquals([...text.matchAll(/<ben> (\w+)/g)].map(([, word]) => word), ["one", "two", "three", "four"]);
    await ann.say("and back");
    await ann.hears(/<ann> and back/);
    using raw = await RawIrc.open(`127.0.0.1:${server.port}`);
    await raw.say("NICK raw", "USER r 0 * :r");
    await raw.hears(/ 376 | 422 /);
    await raw.say("JOIN #test");
    await ann.hears(/raw has joined/);
    await ann.say("hello raw");
    await raw.hears(/^:ann!\S+ PRIVMSG #test :hello raw/);
  },
);

peerTest("chat join: a server password at ngircd, right and wrong", ["ngircd"], () =>
  withFolder(async (folder) => {
    await using server = await startNgircd({ password: "sesame" });
    await Deno.writeTextFile(`${folder}/right`, "sesame\n");
    await Deno.writeTextFile(`${folder}/wrong`, "barley\n");
    const join = (file: string) =>
      runTool("chat", ["join", "--password-file", `${folder}/${file}`, `ann@127.0.0.1:${server.port}`, "#test"], {
        stdin: "hi\n",
      });
    assertEquals((await join("right")).code, 0);
    const wrong = await join("wrong");
    assertEquals(wrong.code, 3, wrong.stderr);
  }));
