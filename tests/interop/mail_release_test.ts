import { assert, assertEquals, assertMatch } from "@std/assert";
import { mailInbox, MailRelay, mailSink, sendMail } from "../../lib/mail/mod.ts";
import { withPage } from "../kit/browser.ts";
import { peerTest } from "../kit/peer.ts";
import { smtpServer } from "../kit/scripted_smtp.ts";

const MAIL = { from: "ada@example.com", to: ["bob@example.com"], subject: "one", text: "hello" };
/** Where pictures of the page go, for people to look at. */
const PICTURES = Deno.env.get("TOUCAN_TEST_PICTURES");

peerTest("mail inbox in Chromium: a message is released, and a hostile reply is text", ["chromium"], async () => {
  await using server = smtpServer({
    RCPT: (wire, line) => wire.say(line.includes("<eve@") ? "550 <img src=x onerror=top.pwned=1>\r\n" : "250 ok\r\n"),
  });
  await using sink = await mailSink();
  const relay = new MailRelay(sink.store, server.address, { tls: "none" });
  await using inbox = mailInbox(sink.store, { relay });
  await sendMail(sink.address, MAIL, { tls: "none" });
  await sendMail(sink.address, { ...MAIL, subject: "two" }, { tls: "none" });
  await withPage({ viewport: { width: 900, height: 600 } }, async (page) => {
    await page.goto(`${inbox.url}messages/${sink.store.messages[0]?.id}`);
    await page.click("#release");
    assertEquals(await page.inputValue("#recipients"), "bob@example.com");
    await page.click("#releasing button");
    await page.waitForSelector("#released:text('Accepted by ')");
    assert(server.lines.includes("RCPT TO:<bob@example.com>"));
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/release.png` });

    // What is typed is not a command: j, Delete and # act on the list elsewhere.
    await page.fill("#recipients", "");
    await page.focus("#recipients");
    await page.keyboard.type("j#k/ <eve@x.example>");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#released:text('550 <img src=x onerror=top.pwned=1>')");
    assertEquals(await page.evaluate(() => "pwned" in globalThis), false);
    assertEquals([await page.textContent("#subject"), sink.store.count], ["one", 2]);

    // The form closes by Esc, and is another one for the next message.
    await page.keyboard.press("Escape");
    assertEquals([await page.isVisible("#releasing"), await page.isVisible("#mail")], [false, true]);
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.click("#list li:nth-child(1)");
    await page.waitForSelector("#subject:text-is('two')");
    await page.click("#release");
    assertEquals([await page.inputValue("#recipients"), await page.textContent("#released")], ["bob@example.com", ""]);
    await page.fill("#recipients", "not an address");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#released:not(:empty):not(:text-is('…'))");
    assertMatch(await page.textContent("#released") ?? "", /^invalid mail address/);
  });
});

peerTest("mail inbox in Chromium: without a relay there is no button", ["chromium"], async () => {
  await using sink = await mailSink();
  await using inbox = mailInbox(sink.store);
  await sendMail(sink.address, MAIL, { tls: "none" });
  await withPage({}, async (page) => {
    const asked = page.waitForResponse((response) => response.url().endsWith("/api/relay"));
    await page.goto(`${inbox.url}messages/${sink.store.messages[0]?.id}`);
    await asked;
    await page.waitForSelector("#subject:text-is('one')");
    assertEquals(await page.isVisible("#release"), false);
  });
});
