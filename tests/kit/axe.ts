import { assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Fails for what axe-core finds wrong with the page as it is now, in light and in dark. */
export async function accessible(page: Page, view: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // What a debugger evaluates is not subject to the policy of the page.
    const found = await page.evaluate<readonly string[]>(
      `${axe.source}; axe.run(document, { resultTypes: ["violations"] })
      .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => id + ": " + html.slice(0, 200) + " " + any.map(({ message }) => message).join())))`,
    );
    assertEquals(found, [], `${view}, ${colorScheme}`);
  }
}
