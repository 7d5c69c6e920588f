import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { CHROMIUM_ARGS } from "./chromium.ts";

/** Options of a page in a browser. */
export type Look = NonNullable<Parameters<Browser["newContext"]>[0]>;

/**
 * Opens a page in the Chromium of the system, and closes the browser afterwards; fails on any error that the page
 * reports.
 */
export async function withPage<T>(look: Look, use: (page: Page, context: BrowserContext) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: CHROMIUM_ARGS });
  try {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    const result = await use(page, context);
    // The console also lists an error status that a script has handled.
    const real = errors.filter((error) => !/^Failed to load resource: .*status of 4/.test(error));
    if (real.length > 0) throw new Error(`the page reports: ${real.join("; ")}`);
    return result;
  } finally {
    await browser.close();
  }
}
