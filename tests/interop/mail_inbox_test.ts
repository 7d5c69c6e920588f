import { assert, assertEquals, assertMatch } from "@std/assert";
import { chromium } from "playwright-core";
import { mailInbox, type MailSink, mailSink, sendMail } from "../../lib/mail/mod.ts";
import { hostileMail } from "../kit/hostile_mail.ts";
import { peerTest } from "../kit/peer.ts";
import { rawSmtp } from "../kit/raw_smtp.ts";

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

/** Counts the connections that somebody makes. */
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
    await using sink = await mailSink();
    await using inbox = mailInbox(sink.store);
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
        html: "<h1>Hello Bob</h1><p>this is <em>HTML</em>.</p>",
        attachments,
      }, { tls: "none" });
      await page.waitForSelector("#list li");
      await deliver(sink, hostileMail(remote.url));
      await page.waitForSelector("#list li:nth-child(2)");
      assertEquals(await page.textContent("#count"), "2 messages");

      // The hostile one, by keyboard, with everything in it pressed.
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      const frame = await (await page.waitForSelector("#body iframe")).contentFrame();
      assert(frame);
      await frame.waitForSelector("#inline");
      assertEquals(await page.textContent("#subject"), "<script>top.pwned=1</script><b>bold</b>");
      assertEquals(await page.$eval("#list", (list) => list.querySelectorAll("b b, script, img").length), 0);
      assertEquals(await frame.evaluate("document.querySelector('#inline').naturalWidth"), 1);
      for (const id of ["#link", "#js", "#send", "#self"]) await frame.click(id, { timeout: 2000 }).catch(() => {});
      // What they would have asked for is under way before this, which is answered.
      await page.evaluate("fetch('/api/messages').then((response) => response.text())");
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/hostile.png` });
      assertEquals(page.url(), inbox.url);
      assertEquals(await page.evaluate(() => "pwned" in globalThis), false);
      assertEquals(remote.connections, 0);
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
    const scrolled = () => page.$eval("#list", (list) => list.scrollTop);
    const before = await scrolled();
    assert(before > 1000);
    await add("one more");
    await page.waitForSelector("#count:text-is('101 messages')");
    assertEquals(await scrolled(), before);
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
