import { Buffer } from "node:buffer";
import type { BrowserContext, Page } from "playwright-core";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ChatServerOptions, serveChatPage } from "../../lib/chat/mod.ts";
import { withPage } from "../kit/browser.ts";
import { withFolder } from "../kit/folder.ts";
import { accessible, accessibleAnywhere } from "../kit/axe.ts";
import { ANY_PORT, chatServer, RawIrc } from "../kit/irc.ts";
import { peerTest } from "../kit/peer.ts";
import { Relay } from "../kit/relay.ts";
import { until } from "../kit/wait.ts";

/** A page that is in `#lobby` as `web`, where `ann` is operator. */
async function inLobby(
  use: (web: Page, ann: RawIrc, relay: Relay, chat: string) => Promise<void>,
  options: ChatServerOptions = {},
): Promise<void> {
  await using chat = chatServer(options);
  await using page = serveChatPage(chat, ANY_PORT);
  using relay = new Relay(`${page.address}`);
  using ann = await RawIrc.in(chat.address, "ann");
  await ann.say("JOIN #lobby");
  await ann.upToNow();
  await withPage({ viewport: { width: 900, height: 640 } }, async (web) => {
    await web.goto(`http://${relay.addr}/`);
    await enter(web, "web");
    await ann.hears(/^:web!\S+ JOIN/);
    await use(web, ann, relay, chat.address);
  });
}

async function enter(web: Page, nick: string): Promise<void> {
  await web.fill("#nick", nick);
  await web.press("#nick", "Enter");
}

async function say(web: Page, text: string): Promise<void> {
  await web.fill("#text", text);
  await web.press("#text", "Enter");
}

/** Waits for a line, or for the error of an own message. */
function shows(web: Page, hasText: string | RegExp, where = "#log p"): Promise<void> {
  return web.locator(where, { hasText }).first().waitFor();
}

/** The numbers of the lines "line N" that are in the page. */
async function numbers(web: Page): Promise<number[]> {
  const texts = await web.locator("#log li:not(.note) p").allInnerTexts();
  return texts.flatMap((text) => /line (\d+)$/.exec(text)?.[1] ?? []).map(Number);
}

/** Waits until something that the page says is true. */
function comes(web: Page, expression: string): Promise<unknown> {
  return until(expression, () => web.evaluate<boolean>(expression));
}

const LINES = 3000;

peerTest(
  "chat page: thousands of lines in a bounded page, which scrolls back without gaps",
  ["chromium"],
  () =>
    withFolder((folder) =>
      inLobby(async (web, ann) => {
        for (let i = 0; i < LINES; i += 500) {
          await ann.say(...Array.from({ length: 500 }, (_, n) => `PRIVMSG #lobby :line ${i + n}`));
        }
        await shows(web, `line ${LINES - 1}`);
        await comes(web, "document.querySelectorAll('#log li').length <= 400");
        // Back to the first: whatever is in the page at any time is one piece, and never too much.
        for (let first = NaN; first !== 0;) {
          await web.evaluate("document.getElementById('scroll').scrollTop = 0");
          await until("more lines", async () => {
            const found = await numbers(web);
            assert(found.length <= 400, `${found.length}`);
            const [begin = NaN] = found;
            assertEquals(found, found.map((_, i) => begin + i));
            if (begin === first) return false;
            first = begin;
            return true;
          });
        }
        // What is said meanwhile is counted, and is there for the asking.
        await ann.say("PRIVMSG #lobby :web: line 3000");
        await shows(web, "1 new ↓", "#latest.for-me");
        assertMatch(await web.title(), /^\(1!\) /);
        await web.click("#latest");
        await shows(web, "line 3000", "#log li.for-me p");
        const found = await numbers(web);
        const [begin = NaN] = found;
        assertEquals(found, found.map((_, i) => begin + i));
        await comes(web, "document.getElementById('latest').hidden");
        await find(web);
      }, { history: `${folder}/chat.db` })
    ),
);

peerTest(
  "chat page: what could not be sent says so, and can be sent again or discarded",
  ["chromium"],
  () =>
    inLobby(async (web, ann, relay) => {
      await say(web, "one");
      await shows(web, "one");
      relay.mute();
      await say(web, "two");
      await ann.hears(/PRIVMSG #lobby :two$/);
      await shows(web, "two", "#outbox p");
      relay.cut();
      await shows(web, /Connection lost/, "#state");
      // The server has it: the history says so when the page is back.
      await shows(web, "two");
      assertEquals(await web.locator("#outbox li").count(), 0);
      await ann.hears(/^:web\d*!\S+ JOIN/);
      await ann.say("MODE #lobby +m", "MODE #lobby -v web");
      await shows(web, /sets \+m/);
      await say(web, "three");
      await shows(web, /not sent: /, "#outbox .failed p");
      await say(web, "four");
      await web.locator("#outbox .failed").nth(1).getByText("Discard").click();
      await ann.say("MODE #lobby -m");
      await shows(web, /sets -m/);
      await web.locator("#outbox .failed").getByText("Send again").click();
      await ann.hears(/PRIVMSG #lobby :three$/);
      await comes(web, "document.querySelectorAll('#outbox li').length === 0");
    }),
);

peerTest(
  "chat page: who was removed stays away until asked to join; a key is kept",
  ["chromium"],
  () =>
    inLobby(async (web, ann, relay) => {
      await ann.say("JOIN #keyed", "MODE #keyed +k sesame");
      await ann.upToNow();
      await say(web, "/join #keyed");
      await shows(web, /Cannot join channel \(\+k\)/);
      await web.locator("#outside").waitFor();
      await say(web, "/join #keyed sesame");
      await ann.hears(/^:web!\S+ JOIN #keyed$/);
      await ann.say("KICK #lobby web :out \u202eyou go");
      await ann.hears(/KICK #lobby web/);
      await ann.say("PRIVMSG #lobby :quiet now", "TOPIC #lobby :meanwhile");
      relay.cut();
      await ann.hears(/^:web\d*!\S+ JOIN #keyed$/);
      await web.locator("#rooms button", { hasText: "#lobby" }).click();
      await shows(web, /was kicked by ann \(out you go\)/);
      await say(web, "are you there?");
      await shows(web, "you are not in this channel", "#outbox p");
      await web.click("#again");
      await ann.hears(/^:web\d*!\S+ JOIN #lobby$/);
      // What has happened meanwhile is shown, once.
      await shows(web, /ann sets the topic: meanwhile/);
      assertEquals(await web.locator("#log .note", { hasText: "was kicked by ann" }).count(), 1);
      await ann.hears(/PRIVMSG #lobby :are you there\?$/);
      // A reload knows the nick, the channels and the one that was shown.
      for (const shown of ["#keyed", "#lobby"]) {
        await web.locator("#rooms button", { hasText: shown }).click();
        await web.reload();
        await ann.hears(/^:web\d*!\S+ JOIN #(?:lobby|keyed)$/);
        await ann.hears(/^:web\d*!\S+ JOIN #(?:lobby|keyed)$/);
        await shows(web, shown, "#rooms [aria-current]");
      }
    }),
);

/** Completes a command and a nick, and searches for a line of long ago. */
async function find(web: Page): Promise<void> {
  await web.focus("#text");
  await web.keyboard.type("an");
  await web.keyboard.press("Tab");
  assertEquals(await web.inputValue("#text"), "ann: ");
  await web.fill("#text", "");
  await web.keyboard.type("/n");
  assertEquals(await web.locator("#completions li").allInnerTexts(), [
    "/nick NICK change the nick",
    "/names show the members",
  ]);
  await web.keyboard.press("ArrowDown");
  await accessible(web, "completions");
  await web.keyboard.press("Enter");
  assertEquals(await web.inputValue("#text"), "/nick ");
  await say(web, "/search from:ann 17");
  await shows(web, "1 message", "#search-state");
  await shows(web, /^#lobby [^]*ann line 17$/, "#results li");
  await accessibleAnywhere(web, "the search");
  await web.click("#results button");
  await comes(
    web,
    "document.activeElement.matches('#log li.found') && /line 17$/.test(document.activeElement.innerText)",
  );
  const found = await numbers(web);
  const [begin = NaN] = found;
  assertEquals(found, found.map((_, i) => begin + i));
  await web.click("#latest");
  await shows(web, "line 3000", "#log li.for-me p");
}

const FAMILY = "👩‍👩‍👧‍👦";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAABlBMVEX///+/v7+jQ3Y5AAAADklEQVQI12P4AIX8EAgALgAD/aNpbtEAAAAASUVORK5CYII=";

/** Shares files by choosing, dropping and pasting, and shows them. */
async function sharesFiles(web: Page, ann: RawIrc): Promise<void> {
  const image = { name: "a <b> ü.png", mimeType: "image/png", buffer: Buffer.from(PNG, "base64") };
  const text = { name: "notes.txt", mimeType: "text/html", buffer: Buffer.from("<script>") };
  await web.setInputFiles("#files", [image, { ...text, name: "page.html" }, text]);
  await ann.hears(/PRIVMSG #lobby :http:\S+\/files\/[0-9a-f]{32}\/a%20_b_%20%C3%BC\.png$/);
  await shows(web, "page.html was not shared: .html files are not accepted", "#log .bad p");
  await ann.hears(/PRIVMSG #lobby :http:\S+\/files\/[0-9a-f]{32}\/notes\.txt$/);
  await comes(web, "document.querySelector('#log a.file img')?.naturalWidth === 8");
  await shows(web, /txt\s*notes\.txt/, "#log a.file");
  await comes(web, "document.querySelectorAll('#uploads li').length === 0");
  for (const type of ["drop", "paste"]) {
    await web.evaluate(`{
      const data = new DataTransfer();
      data.items.add(new File(["${type}"], "${type}.txt"));
      const event = new ${type === "drop" ? "DragEvent" : "ClipboardEvent"}("${type}", {
        ${type === "drop" ? "dataTransfer" : "clipboardData"}: data, bubbles: true, cancelable: true,
      });
      document.getElementById("text").dispatchEvent(event);
    }`);
    await ann.hears(new RegExp(`/${type}\\.txt$`));
  }
  // A file that is deleted, from the list of one's own and from the menu of its message.
  await say(web, "/files");
  await shows(web, "4 files", "#own-files-state");
  await accessibleAnywhere(web, "own files");
  await web.locator("#own-files-list li", { hasText: "png" }).getByText("Delete").click();
  await shows(web, "3 files", "#own-files-state");
  await web.keyboard.press("Escape");
  await web.focus("#scroll");
  await web.keyboard.press("ArrowUp");
  await web.keyboard.press("Enter");
  await web.locator("#menu button", { hasText: "Delete the file paste.txt" }).click();
  await shows(web, /deleted/, "#log a.file small");
  await shows(web, "The file was deleted", "#log .note p");
  await comes(web, "!document.querySelector('#log img')");
  await say(web, `/files ${"0".repeat(32)}`);
  await shows(web, "There is no such file", "#log .bad p");
  // A file of another server is a link and nothing else.
  const elsewhere = `http://127.0.0.1:9/files/${"0".repeat(32)}/a.png`;
  await ann.say(`PRIVMSG #lobby :${elsewhere}`);
  await shows(web, elsewhere, "#log a:not(.file)");
  assertEquals(await web.locator("#log img").count(), 0);
}

/** Shows what is unread and mentions the user in other channels, and keeps drafts and channels. */
async function marksUnread(web: Page, ann: RawIrc): Promise<void> {
  const channel = (name: string) => web.locator("#rooms button", { hasText: name });
  const icon = (name: string) => comes(web, `document.getElementById("icon").getAttribute("href") === "${name}"`);
  await ann.say("JOIN #other");
  await say(web, "/join #other");
  await ann.hears(/^:web!\S+ JOIN #other$/);
  await ann.say(...Array.from({ length: 300 }, (_, i) => `PRIVMSG #lobby :new ${i}`));
  await shows(web, "300", "#rooms b:not(.for-me)");
  await icon("icon-unread.svg");
  // One that mentions the user is in the list of all channels, and leads to its place.
  await ann.say("PRIVMSG #lobby :look here, web!", "PRIVMSG #lobby :new 301");
  await shows(web, "@ 302", "#rooms b.for-me");
  await icon("icon-mention.svg");
  assertMatch(await web.title(), /^\(302!\) #other/);
  await web.fill("#text", "a draft");
  await web.click("#show-mentions");
  await accessibleAnywhere(web, "mentions and channels with unread messages");
  await web.locator("#mention-list button.for-me", { hasText: "look here, web!" }).click();
  await shows(web, "look here, web!", "#log li.found p");
  assertEquals(await web.inputValue("#text"), "");
  await icon("icon.svg");
  // The first of them is further up.
  await web.click("#first-unread");
  await shows(web, "new 0", "#log li.new p");
  await comes(web, "document.getElementById('first-unread').hidden");
  await ann.say("PRIVMSG #other :one more");
  await shows(web, "1", "#rooms b");
  await web.click("#all-read");
  await comes(web, "document.title === '#lobby – Toucan chat' && !document.querySelector('#rooms b')");
  await channel("#other").click();
  assertEquals(await web.inputValue("#text"), "a draft");
  await comes(web, "localStorage.getItem('chat-drafts')?.includes('a draft')");
}

/** Keeps what another client of the account has read, and tells what was read here. */
async function sharesMarkers(web: Page, ann: RawIrc, chat: string): Promise<void> {
  await say(web, "/msg NickServ REGISTER correct-horse");
  await shows(web, /registered/i);
  using phone = await RawIrc.in(chat, "phone", "draft/read-marker", "server-time");
  await phone.say("PRIVMSG NickServ :IDENTIFY web correct-horse", "JOIN #lobby");
  await phone.hears(/ 366 phone #lobby /);
  await web.locator("#rooms button", { hasText: "#other" }).click();
  await ann.say("PRIVMSG #lobby :read by the phone");
  const [, time] = /time=([^;\s]+)/.exec(await phone.hears(/read by the phone$/)) ?? [];
  await shows(web, "1", "#rooms b");
  await phone.say(`MARKREAD #lobby timestamp=${time}`);
  await comes(web, "!document.querySelector('#rooms b')");
  await ann.say("PRIVMSG #other :read here");
  const [, seen = ""] = / MARKREAD #other timestamp=(\S+)/.exec(await phone.hears(/ MARKREAD #other /)) ?? [];
  assertEquals(Number.isNaN(Date.parse(seen)), false);
}

/** Notifies of mentions once the user has asked for it, while the page is hidden. */
async function notifies(web: Page, ann: RawIrc): Promise<void> {
  await web.evaluate(`{
    globalThis.notices = [];
    globalThis.asked = 0;
    globalThis.Notification = class {
      static permission = "default";
      static async requestPermission() {
        asked++;
        return this.permission = "granted";
      }
      constructor(title, { body }) {
        notices.push([title, body]);
        globalThis.notice = this;
      }
      close() {}
    };
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
  }`);
  await web.locator("#rooms button", { hasText: "#other" }).click();
  await ann.say("PRIVMSG #lobby :web: nobody asked");
  await shows(web, "@ 1", "#rooms b");
  assertEquals(await web.evaluate("[asked, notices]"), [0, []]);
  await web.selectOption("#notices", "text");
  await ann.say("PRIVMSG #lobby :not for you", "PRIVMSG #lobby :\x02web\x02: look");
  await comes(web, "notices.length === 1");
  assertEquals(await web.evaluate("[asked, notices[0]]"), [1, ["ann in #lobby", "web: look"]]);
  await web.evaluate("notice.onclick()");
  await shows(web, "#lobby", "#rooms [aria-current]");
  await web.evaluate("delete document.hidden, document.dispatchEvent(new Event('visibilitychange'))");
  await web.selectOption("#notices", "off");
}

/** A new tab knows the nick and the channels, and what was read. */
async function remembers(context: BrowserContext, ann: RawIrc, url: string): Promise<void> {
  const tab = await context.newPage();
  await tab.goto(url);
  assertEquals(await tab.inputValue("#nick"), "web");
  await tab.press("#nick", "Enter");
  for (const _ of [1, 2]) await ann.hears(/^:web\d+!\S+ JOIN #(?:lobby|other)$/);
  await tab.locator("#rooms button", { hasText: "#other" }).click();
  assertEquals(await tab.inputValue("#text"), "a draft");
  await say(tab, "/quit");
  await tab.locator("#enter").waitFor();
  assertEquals(await tab.evaluate("Object.keys(localStorage)"), ["chat-nick"]);
  await tab.close();
}

peerTest(
  "chat page: what is unread, mentions, read markers, notifications, and what is remembered",
  ["chromium"],
  () =>
    inLobby(async (web, ann, relay, chat) => {
      await marksUnread(web, ann);
      await remembers(web.context(), ann, `http://${relay.addr}/`);
      await notifies(web, ann);
      await sharesMarkers(web, ann, chat);
    }),
);

peerTest("chat page: long actions and emoji arrive whole, links are links, files are shared, programs are answered", [
  "chromium",
], () =>
  withFolder((folder) =>
    inLobby(async (web, ann) => {
      await sharesFiles(web, ann);
      await say(web, `/me ${FAMILY.repeat(40)}`);
      let heard = "";
      while (heard.length < FAMILY.length * 40) {
        const line = await ann.hears(/PRIVMSG #lobby /);
        // An action ends with the mark that it begins with, and has nothing but whole emoji.
        const [, text = ""] = / :\WACTION (.+)$/.exec(line) ?? [];
        assertEquals(text.replaceAll(FAMILY, ""), "\x01");
        assert(text.length > 0, line);
        heard += text;
      }
      await ann.say("PRIVMSG #lobby :\x02see\x02 (https://a.example/b_(c)?d=<e>), web");
      const link = web.locator("#log li.for-me a");
      assertEquals(await link.getAttribute("href"), "https://a.example/b_(c)?d=");
      assertEquals(await link.getAttribute("rel"), "noopener noreferrer");
      assertEquals(await link.getAttribute("target"), "_blank");
      assertEquals(await web.locator("#log .bold").innerText(), "see");
      await ann.say("PRIVMSG #lobby :javascript://a.example/%0aalert(1) data:text/html,x");
      await shows(web, "javascript://a.example");
      assertEquals(await web.locator("#log li.for-me a").count(), 1);
      await ann.say("PRIVMSG web :\x01VERSION\x01");
      await ann.hears(/^:web!\S+ NOTICE ann :\WVERSION Toucan/);
    }, { files: { folder } })
  ));

const SECRET = "correct horse battery";

peerTest("chat page: accounts are registered and logged in to, and who is not let in is told why", [
  "chromium",
], async () => {
  await using chat = chatServer({ password: "sesame" });
  await using page = serveChatPage(chat, ANY_PORT, { password: true });
  await using members = chatServer({ requireAccount: true });
  await using membersPage = serveChatPage(members, ANY_PORT, { requireAccount: true });
  await withPage({}, async (web) => {
    const sent: string[] = [];
    web.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(`${payload}`)));
    await web.goto(page.url);
    await accessibleAnywhere(web, "the form");
    await web.fill("#password", "barley");
    await enter(web, "web");
    await shows(web, /password/i, "#refused");
    await web.fill("#password", "sesame");
    await enter(web, "no nick");
    await shows(web, /nick/i, "#refused");
    await enter(web, "web");
    await web.locator("#people li", { hasText: "web" }).waitFor();
    assertEquals(await web.locator("#refused").innerText(), "");
    // An account.
    await web.click("#me");
    await web.fill("#own-password", "short");
    await web.click("#register");
    await shows(web, /password/i, "#account-error");
    await web.fill("#own-password", SECRET);
    await web.click("#register");
    await shows(web, "You are web, logged in as web.", "#account-state");
    await accessibleAnywhere(web, "the account");
    sent.length = 0;
    await web.click("#log-out");
    // The page goes on without the account, under another nick.
    await shows(web, / not logged in/, "#account-state");
    await comes(
      web,
      "!document.getElementById('me').textContent.startsWith('web ') && !/reload/.test(performance.getEntriesByType('navigation')[0].type)",
    );
    await web.keyboard.press("Escape");
    await comes(web, "document.activeElement.id === 'me'");
    // This server has no files.
    await say(web, "/files");
    await shows(web, /./, "#own-files-error");
    assertEquals(await web.locator("#own-files-state").innerText(), "");
    await web.keyboard.press("Escape");
    await say(web, "/quit");
    await web.locator("#enter").waitFor();
    // The nick is reserved now.
    await web.fill("#password", "sesame");
    await enter(web, "web");
    await shows(web, "web is registered", "#refused");
    for (
      const [secret, seen, where] of [["wrong", "Wrong account or password.", "#refused"], [
        SECRET,
        "web",
        "#me small",
      ]] as const
    ) {
      await web.fill("#account-password", secret);
      await web.press("#account-password", "Enter");
      await shows(web, seen, where);
    }
    assertEquals(sent.filter((line) => line.includes("horse") || line.startsWith("AUTHENTICATE PLAIN")), []);
    assert(sent.includes("AUTHENTICATE SCRAM-SHA-256"), sent.join("\n"));
    const stored = await web.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])");
    assert(!stored.includes("horse") && !stored.includes("sesame"), stored);
    // A reload asks for the password again.
    await web.reload();
    await comes(web, "document.activeElement.id === 'account-password'");
    assertEquals(await web.inputValue("#account"), "web");
    // A chat of members asks for an account at once.
    await web.goto(membersPage.url);
    await comes(web, "document.activeElement.id === 'account-password'");
    await enter(web, "web");
    await shows(web, /only users with an account/, "#refused");
  });
});

peerTest(
  "chat page: members and messages have menus, channels have settings, all by keyboard",
  ["chromium"],
  async () => {
    await using chat = chatServer();
    await using page = serveChatPage(chat, ANY_PORT);
    await withPage({ viewport: { width: 900, height: 640 } }, async (web) => {
      await web.goto(page.url);
      await web.fill("#channel", "#own");
      await enter(web, "web");
      await web.locator("#people button", { hasText: "@web" }).waitFor();
      using ann = await RawIrc.in(chat.address, "ann", "message-tags", "draft/message-redaction");
      using ben = await RawIrc.in(chat.address, "ben");
      await ann.say("JOIN #own", "PRIVMSG #own :see <b>this</b>");
      await ben.say("JOIN #own");
      await shows(web, "see <b>this</b>");
      const menu = web.locator("#menu button");
      const keys = async (...names: readonly string[]) => {
        for (const name of names) await web.keyboard.press(name);
      };
      const choose = async (name: string | RegExp) => {
        await menu.filter({ hasText: name }).focus();
        await keys("Enter");
      };
      // A message: its reply, a reaction to it, and its end.
      await web.focus("#scroll");
      await comes(web, "document.querySelectorAll('#people button').length === 3");
      await keys("ArrowUp");
      while (!await web.evaluate<boolean>("document.activeElement.textContent.includes('see <b>')")) {
        await keys("ArrowUp");
      }
      await keys("Enter");
      await accessible(web, "the menu of a message");
      await keys("Enter");
      await comes(web, "document.activeElement.id === 'text'");
      await web.keyboard.type("I see");
      await keys("Enter");
      await ann.hears(/^@\S*\+draft\/reply=\S+ :web!\S+ PRIVMSG #own :I see$/);
      await shows(web, "Reply to ann: see <b>this</b>", "#log .quote");
      const hears = await ann.lines.findLast((line) => line.includes(":I see"));
      const [, id = ""] = /msgid=([^; ]+)/.exec(hears ?? "") ?? [];
      await ann.say(`@+draft/reply=${id};+draft/react=\u{1f389} TAGMSG #own`);
      await shows(web, "\u{1f389} 1", "#log .reactions");
      await web.focus("#scroll");
      await keys("ArrowUp", "Shift+F10");
      await choose("Delete");
      await web.fill("#reason", "wrong channel");
      await keys("Enter");
      await ann.hears(/ :web!\S+ REDACT #own \S+ :wrong channel$/);
      await shows(web, "(deleted)", "#log .deleted bdi");
      // A member: from Tab by arrows, and what the rank allows.
      await web.locator("#people button", { hasText: "ann" }).focus();
      await keys("Enter");
      await accessible(web, "the menu of a member");
      await choose("Add voice");
      await ann.hears(/MODE #own \+v ann$/);
      await web.locator("#people button", { hasText: "+ann" }).focus();
      await keys("ContextMenu");
      await choose("About");
      await shows(web, /^ann is ann@\S+ \(ann\) .* not logged in/);
      await web.locator("#people button", { hasText: "ben" }).click();
      await choose("Mute");
      await web.locator("#moderation-list label").nth(1).waitFor();
      await accessible(web, "muting a member");
      await keys("Enter");
      await ben.hears(/MODE #own \+b ~q:ben!\*@\*$/);
      // The settings, and the errors of the server beside them.
      await web.click("#show-settings");
      await shows(web, "~q:ben!*@*", "#bans li");
      await accessibleAnywhere(web, "the settings");
      await web.fill("#mode-k", "two words");
      await web.press("#mode-k", "Enter");
      await shows(web, /must not contain spaces/, "#settings-error");
      await web.fill("#mode-k", "");
      await web.fill("#new-topic", "tea");
      await web.check("#mode-m");
      await web.press("#new-topic", "Enter");
      await ann.hears(/MODE #own \+m/);
      await ann.hears(/TOPIC #own :tea$/);
      await web.getByLabel("Remove ~q:ben!*@*").click();
      await ann.hears(/MODE #own -b ~q:ben!\*@\*$/);
      await comes(web, "document.querySelectorAll('#bans li').length === 0");
      await web.fill("#mode-l", "many");
      await keys("Enter");
      await shows(web, /Invalid mode parameter/, "#settings-error");
      await keys("Escape");
      await web.locator("#people button", { hasText: "ben" }).click();
      await choose("Ban");
      await web.locator("#moderation-list label").nth(1).waitFor();
      await keys("Enter");
      await ben.hears(/^:web!\S+ KICK #own ben/);
      // Without a rank there is less.
      await ann.say("JOIN #other", "JOIN #other");
      await ann.upToNow();
      await say(web, "/join #other");
      await web.locator("#people button", { hasText: "@ann" }).click();
      assertEquals(await menu.allInnerTexts(), ["Send a private message", "About the user"]);
      await keys("Escape");
      await web.click("#show-settings");
      await comes(web, "document.getElementById('mode-i').disabled");
    });
  },
);
