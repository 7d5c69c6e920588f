import { type Browser, chromium, type Page } from "playwright-core";

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
const VIEWPORT = { width: 900, height: 640 };

/** Gives a test a page of a browser that has no network, and closes it again. */
export async function withOfflinePage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  return await withBrowser(async (browser) => {
    const context = await browser.newContext({ offline: true, viewport: VIEWPORT });
    return await use(await context.newPage());
  });
}

/** Gives a test two pages of a browser, one with a network and one without, and closes it again. */
export async function withTwoPages<T>(use: (online: Page, offline: Page) => Promise<T>): Promise<T> {
  return await withBrowser(async (browser) => {
    const [online, offline] = await Promise.all(
      [false, true].map((offline) => browser.newContext({ offline, viewport: VIEWPORT })),
    );
    if (!online || !offline) throw new Error("there is no context");
    return await use(await online.newPage(), await offline.newPage());
  });
}

async function withBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: CHROMIUM_ARGS });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}
