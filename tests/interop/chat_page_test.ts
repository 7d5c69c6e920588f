import { Buffer } from "node:buffer";
import type { BrowserContext, Page } from "playwright-core";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ChatServerOptions, serveChatPage } from "../../lib/chat/mod.ts";
import { withPage } from "../kit/browser.ts";
import { withFolder } from "../kit/folder.ts";
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
      relay.cut();
      await ann.hears(/^:web\d*!\S+ JOIN #keyed$/);
      await web.locator("#rooms button", { hasText: "#lobby" }).click();
      await shows(web, /was kicked by ann \(out you go\)/);
      await say(web, "are you there?");
      await shows(web, "you are not in this channel", "#outbox p");
      await web.click("#again");
      await ann.hears(/^:web\d*!\S+ JOIN #lobby$/);
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
  // A file of another server is a link and nothing else.
  const elsewhere = `http://127.0.0.1:9/files/${"0".repeat(32)}/a.png`;
  await ann.say(`PRIVMSG #lobby :${elsewhere}`);
  await shows(web, elsewhere, "#log a:not(.file)");
  assertEquals(await web.locator("#log img").count(), 1);
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

peerTest("chat page: who is not let in is told why", ["chromium"], async () => {
  await using chat = chatServer({ password: "sesame" });
  await using page = serveChatPage(chat, ANY_PORT, { password: true });
  await withPage({}, async (web) => {
    await web.goto(page.url);
    await web.fill("#password", "barley");
    await enter(web, "web");
    await shows(web, /password/i, "#refused");
    await web.fill("#password", "sesame");
    await enter(web, "no nick");
    await shows(web, /nick/i, "#refused");
    await enter(web, "web");
    await web.locator("#people li", { hasText: "web" }).waitFor();
    assertEquals(await web.locator("#refused").innerText(), "");
  });
});
