import { chromium, type Page } from "playwright-core";

/** Arguments with which Chromium runs without a screen, as root, and speaks to nobody on its own. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Gives a test a page of a browser that has no network, and closes it again. */
export async function withOfflinePage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: CHROMIUM_ARGS });
  try {
    const context = await browser.newContext({ offline: true, viewport: { width: 900, height: 640 } });
    return await use(await context.newPage());
  } finally {
    await browser.close();
  }
}
