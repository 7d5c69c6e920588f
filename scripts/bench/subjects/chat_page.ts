import { type Browser, chromium } from "playwright-core";
import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { CHROMIUM_ARGS } from "../../../tests/kit/chromium.ts";
import { RawIrc } from "../../../tests/kit/irc.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { absent, listening, spawn, stop } from "../processes.ts";
import type { Row, Subject } from "../subject.ts";

const LINES = 100_000;
const PER_SECOND = 2000;
const BROWSER = "/usr/bin/chromium";
const tool = ROOT + executablePath("chat");
let browser: Browser | undefined;

/** Measures the chat page in Chromium in a busy channel. */
export const subject: Subject = {
  name: "chat_page",
  rows: (): Promise<readonly Row[]> =>
    Promise.resolve([{
      work: `longest frame while ${LINES} lines come, ${PER_SECOND} a second`,
      asked: "< 100 ms",
      commands: [
        { name: "toucan-chat in Chromium", missing: absent(tool) ?? absent(BROWSER), run: () => longestFrame(true) },
        // What the machine allows: the same is said, and the page in view has no part in it.
        { name: "an empty page meanwhile", missing: absent(BROWSER), run: () => longestFrame(false) },
      ],
    }]),
  async [Symbol.asyncDispose]() {
    await browser?.close();
  },
};

async function longestFrame(shown: boolean): Promise<number> {
  const [port, web] = [freePort(), freePort()];
  const args = ["serve", "--burst", "1000000", "--rate", "1000000", "--port", `${port}`, "--web", `${web}`];
  const process = spawn(tool, { args, stdin: "null", stdout: "null", stderr: "null" });
  browser ??= await chromium.launch({ executablePath: BROWSER, args: CHROMIUM_ARGS });
  const page = await browser.newPage();
  try {
    await listening(process, "toucan-chat", web);
    using ann = await RawIrc.in(`127.0.0.1:${port}`, "ann");
    await ann.say("JOIN #lobby");
    if (shown) {
      await page.goto(`http://127.0.0.1:${web}/`);
      await page.click("#enter button");
      await ann.hears(/^:guest\d+!\S+ JOIN/);
    }
    await page.evaluate(`globalThis.longest = 0; let last = performance.now();
      requestAnimationFrame(function frame(now) {
        longest = Math.max(longest, now - last);
        last = now;
        requestAnimationFrame(frame);
      });`);
    const begin = performance.now();
    for (let said = 0; said < LINES;) {
      const due = Math.min(LINES, Math.floor((performance.now() - begin) * PER_SECOND / 1000));
      const lines = Array.from(
        { length: due - said },
        (_, n) => `PRIVMSG #lobby :line ${said + n} of many, ${"x".repeat(40)}`,
      );
      if (lines.length > 0) await ann.say(...lines);
      said = due;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (shown) await page.locator("#log p", { hasText: `line ${LINES - 1} ` }).waitFor();
    return await page.evaluate<number>("longest");
  } finally {
    await page.close();
    await stop(process);
  }
}
