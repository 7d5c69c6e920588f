import { assert, assertEquals } from "@std/assert";
import { buildSite } from "../../../scripts/docs/build.ts";
import { checkSite } from "../../../scripts/docs/checks/check_site.ts";
import { hasPeer, peerTest } from "../../kit/peer.ts";
import { withPage } from "../../kit/browser.ts";

const folder = await Deno.makeTempDir();
const built = buildSite(folder);
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.test("site: every link has a target, headings are in order, and nothing is requested from elsewhere", async () => {
  const { faults, files, external } = await built;
  assertEquals(faults, []);
  assert(files > 40, `${files} files`);
  assert(external.length > 0, "links to other sites are listed");
});

Deno.test("site: each program of the course begins with the import of the names that it uses", async () => {
  await built;
  const course = await Deno.readTextFile(`${folder}/course.html`);
  const imports = [...course.matchAll(/import \{ (.*) \} from &quot;https:\/\/\S+\/mod\.ts&quot;;/g)].map(([, names]) =>
    names
  );
  assertEquals(imports.length, 10);
  assertEquals([imports[0], imports[2], imports[8]], ["lookup", "follow, serveFiles", "joinChat, serveChat"]);
});

const PAGE = `<!doctype html>
<html lang="en"><head><title>t</title><meta name="viewport" content="x"><meta name="description" content="d"></head>
<body><a class="skip" href="#content">s</a><main id="content"><h1>t</h1>BODY</main></body></html>`;

/** Contents of a page, and the fault that is found in each. */
const FAULTS: readonly (readonly [body: string, message: string])[] = [
  ['<a href="none.html">x</a>', 'the link "none.html" has no target'],
  ['<a href="#none">x</a>', 'the link "#none" has no anchor in a.html'],
  ['<a href="b.html#none">x</a>', 'the link "b.html#none" has no anchor in b.html'],
  ["<h3>x</h3>", "a heading of level 3 follows one of level 1"],
  ["<h1>x</h1>", "the page has not exactly one heading of level 1"],
  ['<p id="content">x</p>', 'the anchor "content" is not unique'],
  ['<img src="https://example.com/a.png">', "the page requests https://example.com/a.png"],
  ["<p><b>x</p></b>", "</p> does not close the last open tag"],
];

for (const [body, message] of FAULTS) {
  Deno.test(`site: a fault is found: ${message}`, () => {
    const pages = new Map([["a.html", PAGE.replace("BODY", body)], ["b.html", PAGE.replace("BODY", "")]]);
    assertEquals(checkSite(pages, () => false).faults, [{ file: "a.html", message }]);
  });
}

Deno.test("site: a page without faults has none", () => {
  const body = '<a href="b.html#content">x</a> <a href="c.json">x</a> <a href="https://example.com/">x</a>';
  const pages = new Map([["a.html", PAGE.replace("BODY", body)], ["b.html", PAGE.replace("BODY", "")]]);
  assertEquals(checkSite(pages, (file) => file === "c.json"), { faults: [], external: ["https://example.com/"] });
});

/** Expression for the width by which a page is wider than the screen. */
const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
const PHONE = { viewport: { width: 390, height: 844 } };
/** Pages that are shown on a phone: with wide tables, long commands, drawings. */
const SHOWN = ["index", "mail", "cookbook", "course", "sandbox", "mail.1"];

peerTest(
  "site: on a phone no page scrolls sideways, and nothing is requested from the network",
  ["chromium"],
  async () => {
    await built;
    await withPage(PHONE, async (page) => {
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      for (const name of SHOWN) {
        await page.goto(`file://${folder}/${name}.html`);
        const wide = await page.evaluate(OVERFLOW);
        assertEquals(wide, 0, name);
      }
      assertEquals(requests.filter((url) => !/^(?:file|data):/.test(url)), []);
    });
  },
);

peerTest("site: the search finds a task and an option, from the file system too", ["chromium"], async () => {
  await built;
  await withPage({}, async (page) => {
    await page.goto(`file://${folder}/index.html`);
    for (const [query, address] of [["does not resolve", "resolve.html#"], ["send-only", "tcp.html#"]] as const) {
      await page.getByRole("searchbox").fill(query);
      const links = page.locator("#search li a");
      await links.first().waitFor();
      const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
      assert(hrefs.some((href) => href.startsWith(address)), `${query}: ${hrefs}`);
    }
    await page.getByRole("searchbox").press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/tcp.*\.html#/);
  });
});

peerTest(
  "site: without JavaScript all pages are reachable from each, and there is no search field",
  ["chromium"],
  async () => {
    await built;
    await withPage({ ...PHONE, javaScriptEnabled: false }, async (page) => {
      await page.goto(`file://${folder}/index.html`);
      assertEquals(await page.getByRole("searchbox").count(), 0);
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "resolve" }).click();
      await page.waitForURL(/resolve\.html$/);
      assert(await page.getByRole("heading", { name: "Find out why a name does not resolve" }).isVisible());
    });
  },
);

peerTest("site: colours follow the system, and text has enough contrast in both", ["chromium"], async () => {
  assert(hasPeer("chromium"));
  await built;
  for (const colorScheme of ["light", "dark"] as const) {
    await withPage({ colorScheme }, async (page) => {
      await page.goto(`file://${folder}/resolve.html`);
      const style = (selector: string, name: string) => page.evaluate<string>(computed(selector, name));
      const back = await style("body", "backgroundColor");
      for (const selector of ["body", "article a:not(.anchor)", "figure samp", ".prompt", ".contents p"]) {
        const ratio = contrast(await style(selector, "color"), back);
        assert(ratio >= 4.5, `${colorScheme}: ${selector} has a contrast of ${ratio.toFixed(1)}`);
      }
    });
  }
});

/** Returns an expression for the computed style of the first element that a selector matches. */
function computed(selector: string, name: string): string {
  return `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${name}`;
}

/** Returns the contrast of two colours `rgb(r, g, b)` (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
