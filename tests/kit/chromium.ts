import { type Browser, chromium, type Page } from "playwright-core";

/** Arguments with which Chromium runs headless, as root, and without background traffic. */
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

/** Runs a test with a page of a browser without network access, and closes the browser. */
export async function withOfflinePage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  return await withBrowser(async (browser) => {
    const context = await browser.newContext({ offline: true, viewport: VIEWPORT });
    return await use(await context.newPage());
  });
}

/** Runs a test with two pages of a browser, one with network access and one without, and closes the browser. */
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
