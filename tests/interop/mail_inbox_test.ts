import { assert, assertEquals, assertMatch } from "@std/assert";
import { chromium } from "playwright-core";
import { mailInbox, type MailSink, mailSink, sendMail } from "../../lib/mail/mod.ts";
import { withPage } from "../kit/browser.ts";
import { hostileMail } from "../kit/hostile_mail.ts";
import { peerTest } from "../kit/peer.ts";
import { rawSmtp } from "../kit/raw_smtp.ts";
import { until } from "../kit/wait.ts";

const CHROMIUM = "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Where pictures of the page go, for people to look at. */
const PICTURES = Deno.env.get("TOUCAN_TEST_PICTURES");

/** Counts incoming connections. */
function beacon() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let connections = 0;
  const accept = async () => {
    for await (const conn of listener) {
      connections++;
      conn.close();
    }
  };
  const accepted = accept().catch(() => {});
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepted;
    },
  };
}

async function deliver(sink: MailSink, source: string): Promise<void> {
  using client = await rawSmtp(sink.port);
  await client.say("EHLO me\r\nMAIL FROM:<eve@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n");
  for (let i = 0; i < 4; i++) await client.reply();
  await client.conn.write(new TextEncoder().encode(`${source}\r\n.\r\n`));
  assertMatch(await client.reply(), /^250/);
}

peerTest(
  "mail inbox in Chromium: live, by keyboard, on a phone, and a hostile message does nothing",
  ["chromium"],
  async () => {
    const policy = (name: string) => Promise.resolve(name === "example.com" ? ["v=spf1 ip4:192.0.2.7 -all"] : []);
    await using sink = await mailSink({ judge: { lookup: policy, ip: "192.0.2.7" } });
    await using inbox = mailInbox(sink.store, { links: { refuse: [] } });
    await using remote = beacon();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS, headless: true });
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("dialog", (dialog) => dialog.accept());
      await page.goto(inbox.url);
      await page.waitForSelector("#empty:not([hidden])");

      // Live: it shows up by itself.
      const attachments = [{ filename: "report.pdf", content: "%PDF" }, { filename: "übersicht.csv", content: "a,b" }];
      await sendMail(sink.address, {
        from: "Ada Lovelace <ada@example.com>",
        to: ["bob@example.com"],
        subject: "Grüße aus dem Sink",
        text: "Hello Bob,\n\nthis is <b>text</b>.\n",
        html: `<h1>Hello Bob</h1><p>this is <em>HTML</em>.</p><a href="${remote.url}/a">a</a>`,
        attachments,
      }, { tls: "none" });
      await page.waitForSelector("#list li");
      await deliver(sink, hostileMail(remote.url));
      await page.waitForSelector("#list li:nth-child(2)");
      assertEquals(await page.textContent("#count"), "2 messages");
      assertEquals(await page.locator("#list li.unread").count(), 2);

      // The hostile one, by keyboard, with everything in it pressed.
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      const frame = await (await page.waitForSelector("#body iframe")).contentFrame();
      assert(frame);
      await frame.waitForSelector("#inline");
      assertEquals(await page.textContent("#subject"), "<script>top.pwned=1</script><b>bold</b>");
      assertEquals(await page.$eval("#list", (list) => list.querySelectorAll("b b, script, img").length), 0);
      assertEquals(await frame.evaluate("document.querySelector('#inline').naturalWidth"), 1);
      for (const id of ["#js", "#send"]) await frame.click(id, { timeout: 2000 }).catch(() => {});
      // What they would have asked for is under way before this, which is answered.
      await page.evaluate("fetch('/api/messages').then((response) => response.text())");
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/hostile.png` });
      assertEquals(page.url(), `${inbox.url}messages/${sink.store.messages[1]?.id}`);
      assertEquals(await page.evaluate(() => "pwned" in globalThis), false);
      assertEquals(remote.connections, 0);
      // A link opens a new tab, which learns nothing of this one; the message stays.
      for (const id of ["#link", "#self"]) {
        const [tab] = await Promise.all([page.waitForEvent("popup"), frame.click(id)]);
        await until("a connection", () => remote.connections > 0);
        assertEquals(await tab.evaluate("opener"), null);
        await tab.close();
        assertEquals(page.url(), `${inbox.url}messages/${sink.store.messages[1]?.id}`);
      }
      const source = page.waitForResponse((response) => response.url().endsWith("/raw"));
      await page.click("#tabs button:text('Source')");
      await source;
      await page.click("#tabs button:text('Headers')");
      assertMatch(await page.textContent("#body pre") ?? "", /^Return-Path: <eve@example.com>\n/);

      // An attachment is saved under a safe name, not shown.
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("#attachments a")]);
      assertEquals(download.suggestedFilename(), "evillmth.html");

      // Next message, text and HTML, both colours.
      await page.keyboard.press("ArrowDown");
      await page.waitForSelector("#subject:text-is('Grüße aus dem Sink')");
      await page.click("#tabs button:text('Text')");
      assertMatch(await page.textContent("#body pre") ?? "", /this is <b>text<\/b>/);
      for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/desktop-${scheme}.png` });
      }

      // What was found out about it, and that it was read.
      assertMatch(
        await page.innerText("#verdicts"),
        /^SPF: pass\s*192\.0\.2\.7 matches ip4:192\.0\.2\.7 of example\.com\s*DKIM: none/,
      );
      await page.waitForSelector("#read:disabled");
      assertEquals(await page.locator("#list li.unread").count(), 0);
      await page.click("#tabs button:text('Checks')");
      await page.click("button:text('Check links')");
      await page.waitForSelector(".checks p:text-is('1 of 1 broken.')");
      for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/checks-${scheme}.png` });
      }
      await page.click("#tabs button:text('Text')");

      // On a phone.
      await page.setViewportSize({ width: 390, height: 780 });
      const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
      assert(wide <= 390, `it is ${wide} wide`);
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/phone-mail.png` });
      await page.click("#back");
      assertEquals(await page.isVisible("#list li"), true);
      assertEquals(await page.isVisible("#mail"), false);
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/phone-list.png` });

      // Search, and delete.
      await page.setViewportSize({ width: 1200, height: 760 });
      await page.keyboard.press("/");
      await page.keyboard.type("lovelace");
      await page.waitForSelector("#count:text-is('1 of 2')");
      await page.keyboard.press("Enter");
      await page.keyboard.press("j");
      await page.keyboard.press("Delete");
      await page.waitForSelector("#count:text-is('0 of 1')");
      assertEquals(sink.store.messages.map(({ from }) => from), ["eve@example.com"]);
      await page.fill("#search", "");
      await page.click("#clear");
      await page.waitForSelector("#empty:not([hidden])");
      assertEquals([sink.store.count, problems], [0, []]);
    } finally {
      await browser.close();
    }
  },
);

peerTest("mail inbox in Chromium: what comes in moves nothing, and a sink that was gone is found again", [
  "chromium",
], async () => {
  await using sink = await mailSink();
  const first = mailInbox(sink.store);
  const add = (subject: string) => {
    return sink.store.add({ from: "a@example.com", to: ["b@example.com"] }, [
      new TextEncoder().encode(`From: a@example.com\r\nSubject: ${subject}\r\n\r\nx\r\n`),
    ]);
  };
  for (let i = 0; i < 100; i++) await add(`number ${i}`);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS, headless: true });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(first.url);
    await page.waitForSelector("#count:text-is('100 messages')");
    await page.keyboard.press("j");
    await page.waitForSelector("#list li[aria-selected=true]");
    await page.$eval("#list", (list) => list.scrollTop = list.scrollHeight);
    // Where the reader has scrolled to stays where it is in the window.
    const placeOf = (subject: string) =>
      page.$eval(`#list li:has(span:text-is('${subject}'))`, (item) => item.getBoundingClientRect().top);
    const before = await placeOf("number 0");
    assert(before > 0);
    await add("one more");
    await page.waitForSelector("#count:text-is('101 messages')");
    const moved = await placeOf("number 0") - before;
    assert(Math.abs(moved) < 2, `it moved by ${moved}`);
    assertEquals(await page.textContent("#list li[aria-selected=true] span"), "number 99");

    await first.shutdown();
    await page.waitForSelector("#count:text-is('The sink is gone; trying again')");
    await using second = mailInbox(sink.store, { port: first.port });
    await page.waitForSelector("#count:text-is('101 messages')");
    await add("after that");
    await page.waitForSelector("#count:text-is('102 messages')");
    assertEquals([problems, second.port], [[], first.port]);
  } finally {
    await browser.close();
  }
});

peerTest(
  "mail inbox in Chromium: an address for each message, links in text, remote images on demand, the whole list",
  [
    "chromium",
  ],
  async () => {
    await using sink = await mailSink();
    await using inbox = mailInbox(sink.store);
    await using remote = beacon();
    const add = (source: string) =>
      sink.store.add({ from: "a@x.test", to: ["b@x.test"] }, [new TextEncoder().encode(source)]);
    for (let i = 0; i < 1100; i++) await add(`From: a@x.test\r\nSubject: number ${i}\r\n\r\nx\r\n`);
    const text = await add(`Subject: links\r\n\r\nreset (${remote.url}/a?b=1&c=2), or <${remote.url}/d>.\r\n`);
    const html = await add(
      `Subject: pictures\r\nContent-Type: text/html\r\n\r\n<style>td > a { color: rgb(1, 2, 3) }</style>` +
        `<table><tr><td><a id=a href="${remote.url}/link">x</a></td></tr></table><img src="${remote.url}/p.png">\r\n`,
    );
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS, headless: true });
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));

      await page.goto(`${inbox.url}messages/${text.id}`);
      await page.waitForSelector("#subject:text-is('links')");
      const links = await page.$$eval(
        "#body pre a",
        (all) => all.map((link) => ["href", "target", "rel"].map((name) => link.getAttribute(name))),
      );
      assertEquals(
        links,
        [`${remote.url}/a?b=1&c=2`, `${remote.url}/d`].map((url) => [url, "_blank", "noopener noreferrer"]),
      );
      await page.reload();
      await page.waitForSelector("#subject:text-is('links')");

      await page.click("#list li:has-text('pictures')");
      await page.waitForSelector("#subject:text-is('pictures')");
      assertEquals(page.url(), `${inbox.url}messages/${html.id}`);
      const frame = await (await page.waitForSelector("#body iframe")).contentFrame();
      assert(frame);
      assertEquals(await frame.evaluate("getComputedStyle(document.querySelector('#a')).color"), "rgb(1, 2, 3)");
      assertEquals(remote.connections, 0);
      await page.click("#remote button");
      await until("a request for the picture", () => remote.connections > 0);
      await page.goBack();
      await page.waitForSelector("#subject:text-is('links')");

      // The list grows while it is scrolled, also when it is drawn again and waits for changes before the rest is there.
      await page.route(/offset=200&/, async (route) => {
        const polls: string[] = [];
        page.on("request", (request) => polls.push(new URL(request.url()).searchParams.get("since") ?? ""));
        await add("Subject: meanwhile\r\n\r\nx\r\n");
        const { version } = await (await fetch(`${inbox.url}api/messages?limit=1`)).json();
        await until("the page waits for the next change", () => polls.includes(`${version}`));
        await route.continue();
      }, { times: 1 });
      for (let shown = 200; shown < 1103;) {
        await page.$eval("#list", (list) => list.scrollTop = list.scrollHeight);
        await page.waitForSelector(`#list li:nth-child(${Math.min(shown + 2, 1103)})`, { state: "attached" });
        shown = await page.$$eval("#list li", (items) => items.length);
      }
      await page.waitForSelector("#list li:last-child span:text-is('number 0')", { state: "attached" });
      // What comes in takes nothing of it away.
      await add("Subject: one more\r\n\r\nx\r\n");
      await page.waitForSelector("#list li:first-child span:text-is('one more')", { state: "attached" });
      assertEquals([await page.$$eval("#list li", (items) => items.length), problems], [1104, []]);
      await page.goto(`${inbox.url}messages/1.M1.gone`);
      await page.waitForSelector("#none:text-is('This message does not exist, or no longer exists.')");
    } finally {
      await browser.close();
    }
  },
);

peerTest(
  "mail inbox in Chromium: what a message says turns no text around, and links end where their sentence goes on",
  [
    "chromium",
  ],
  async () => {
    await using sink = await mailSink();
    await using inbox = mailInbox(sink.store);
    const add = (source: string) =>
      sink.store.add({ from: "a@x.test", to: ["b@x.test"] }, [
        new TextEncoder().encode(source.replaceAll("\n", "\r\n")),
      ]);
    await withPage({ viewport: { width: 1200, height: 760 } }, async (page) => {
      const opened = async (source: string) => {
        await page.goto(`${inbox.url}messages/${(await add(source)).id}`);
        await page.waitForSelector("#mail:not([hidden])");
      };
      const shown = (selector: string) => page.locator(selector).allInnerTexts();

      await opened(
        "From: =?utf-8?Q?=E2=80=AEevil?= <a@x.test>\nTo: b@x.test\nCc: =?utf-8?Q?=E2=81=A6c?= <c@x.test>\n" +
          "Reply-To: r@x.test\nDate: Mon, 2 Feb 2026 10:00:00 +0100\nSubject: =?utf-8?Q?bill_=E2=80=AEfdp=2Eexe?=\n\nx\n",
      );
      assertEquals(await shown("#subject"), ["bill fdp.exe"]);
      assertMatch(await page.title(), /^bill fdp\.exe · /);
      assertEquals((await shown("#facts dd")).slice(0, 4), ["evil <a@x.test>", "b@x.test", "c <c@x.test>", "r@x.test"]);
      assertEquals(await shown("#list li:first-child :is(b, span)"), ["evil <a@x.test>", "bill fdp.exe"]);

      const texts: readonly (readonly [text: string, links: string[]])[] = [
        ["(https://a.test/b_(c)). x", ["https://a.test/b_(c)"]],
        ["(see https://a.test/b_(c) there)", ["https://a.test/b_(c)"]],
        ['https://a.test/[1], "https://a.test/q" <https://a.test/lt>', [
          "https://a.test/[1]",
          "https://a.test/q",
          "https://a.test/lt",
        ]],
        ["https://a.test/路径。 mailto:a@b.test!", ["https://a.test/路径", "mailto:a@b.test"]],
        ["javascript:alert(1) data:text/html,x https://", []],
      ];
      for (const [text, links] of texts) {
        await opened(`Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${text}\n`);
        assertEquals(await shown("#body pre a"), links, text);
      }

      // What the frame is kept from is reported by the browser; here only the page is asked.
      await page.route("**/frame*", (route) => route.fulfill({ body: "" }));
      const pictures: readonly (readonly [html: string, remote: boolean])[] = [
        ["<p>http://a.test/ //x", false],
        ["<a href=http://a.test/><img src=data:image/png,></a>", false],
        ["<img src=&#104;ttp://a.test/p.png>", true],
        ["<img srcset='http://a.test/p.png 2x'>", true],
        ["<picture><source srcset=//a.test/p.webp><img></picture>", true],
        ["<table background='http://a.test/p.png'>", true],
        ["<p style=\"background: image-set('http://a.test/p.png' 1x)\">", true],
        ["<style>p { background: url( http://a.test/p.png ) }</style>", true],
        ["<svg><image xlink:href=http://a.test/p.png></svg>", true],
      ];
      for (const [html, remote] of pictures) {
        await opened(`Content-Type: text/html\n\n${html}\n`);
        assertEquals(await page.locator("#remote").isVisible(), remote, html);
      }
    });
  },
);

peerTest("mail inbox in Chromium: with a search, what was found is deleted; 5,000 messages go by as they come", [
  "chromium",
], async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  const add = (subject: string) =>
    sink.store.add({ from: "a@x.test", to: ["b@x.test"] }, [
      new TextEncoder().encode(`Subject: ${subject}\r\n\r\nx\r\n`),
    ]);
  for (let i = 0; i < 5000; i++) await add(i % 1000 === 7 ? `special ${i}` : `number ${i}`);
  await withPage({ viewport: { width: 1200, height: 760 } }, async (page) => {
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto(inbox.url);
    await page.waitForSelector("#count:text-is('5000 messages')");
    await page.click("#read");
    await page.waitForSelector("#read:disabled");
    assertEquals(await page.locator("#list li.unread").count(), 0);
    await page.fill("#search", "special");
    await page.waitForSelector("#count:text-is('5 of 5000')");
    await page.click("#clear:text-is('Delete found')");
    await page.waitForSelector("#count:text-is('0 of 4995')");
    assertEquals(sink.store.count, 4995);
    await page.fill("#search", "");
    await page.waitForSelector("#count:text-is('4995 messages')");
    // What is drawn stays drawn when something comes in, and goes when it was deleted elsewhere.
    await page.$eval("#list li:nth-child(3)", (item) => item.dataset["kept"] = "yes");
    await add("one more");
    await page.waitForSelector("#list li:nth-child(4)[data-kept=yes]");
    const [, second] = sink.store.messages.toReversed();
    assert(second);
    await sink.store.remove(second.id);
    await page.waitForSelector("#list li:nth-child(3)[data-kept=yes]");
    await page.waitForSelector("#count:text-is('4995 messages')");
  });
});
