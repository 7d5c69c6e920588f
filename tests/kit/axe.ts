import { assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Does the same at the width of a phone too, where nothing may be wider than the page. */
export async function accessibleAnywhere(page: Page, view: string): Promise<void> {
  await accessible(page, view);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  assertEquals(await page.evaluate("document.documentElement.scrollWidth"), 390, view);
  await accessible(page, `${view}, on a phone`);
  if (before) await page.setViewportSize(before);
}

/** Fails for what axe-core finds wrong with the page as it is now, and with its contrast in dark. */
export async function accessible(page: Page, view: string): Promise<void> {
  // What a debugger evaluates is not subject to the policy of the page.
  if (!await page.evaluate<boolean>("'axe' in window")) await page.evaluate(axe.source);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const rules = colorScheme === "dark" ? { runOnly: ["color-contrast"] } : {};
    const options = JSON.stringify({ resultTypes: ["violations"], ...rules });
    const found = await page.evaluate<readonly string[]>(`axe.run(document, ${options}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, any, all }) =>
        id + ": " + html.slice(0, 200) + " " + [...any, ...all].map(({ message }) => message).join())))`);
    assertEquals(found, [], `${view}, ${colorScheme}`);
  }
}
