import { assertEquals } from "@std/assert";
import { withTwoPages } from "../kit/chromium.ts";
import { withFolder } from "../kit/folder.ts";
import { PAGE_SHAPES } from "../kit/page_shapes.ts";
import { peerTest } from "../kit/peer.ts";
import { testSite } from "../kit/site.ts";
import { runTool } from "../kit/tool.ts";

for (const [name, { places, file, checks }] of Object.entries(PAGE_SHAPES)) {
  peerTest(
    `a saved page looks the same in Chromium without a network, pixel for pixel: ${name}`,
    ["chromium"],
    () =>
      withFolder(async (folder) => {
        await using site = testSite(places);
        const { code, stderr, stdout } = await runTool("get", ["--page", `${site.url}page`], { cwd: folder });
        assertEquals([code, stderr, stdout], [0, "", `${file}\n`]);
        const keep = Deno.env.get("TOUCAN_TEST_SCREENSHOTS") ?? folder;
        await withTwoPages(async (online, offline) => {
          const wanted: string[] = [];
          offline.on("request", (request) => {
            if (!/^(?:file|data|about):/.test(request.url())) wanted.push(request.url());
          });
          const shown: Uint8Array[] = [];
          for (const [page, url] of [[online, `${site.url}page`], [offline, `file://${folder}/${file}`]] as const) {
            await page.goto(url);
            for (const [expression, value] of checks) assertEquals(await page.evaluate(expression), value, expression);
            const when = page === online ? "before" : "after";
            shown.push(await page.screenshot({ path: `${keep}/${name}-${when}.png` }));
          }
          assertEquals(wanted, []);
          const [before, after] = shown;
          assertEquals(before?.toBase64() === after?.toBase64(), true, "the screenshots differ");
        });
      }),
  );
}

/** Every way by which opening a page loads something, to what is not there. */
const EVERYTHING =
  `<!DOCTYPE html><html manifest=1><head><base href="/no/"><link rel=stylesheet href=2><link rel=icon href=3>
<link rel=preload as=image href=4><link rel=preload as=style href=5 onload="this.rel='stylesheet'"><link rel=manifest href=6>
<link rel=prefetch href=7><link rel=preconnect href="//127.0.0.1:9/"><link rel=modulepreload href=8><script src=9></script>
<script type=module src=10></script><script type=speculationrules>{"prefetch":[{"source":"list","urls":["11"]}]}</script>
<style>@import "12"; @font-face { font-family: f; src: url(13) } p { font-family: f; background: image-set("14" 1x) }
p { cursor: url(15), auto; list-style: url(16); border-image: url(17); mask: url(18#m); filter: url(19#f); content: url(20) }</style>
</head><body background=21><img src=22 srcset="23 2x"><picture><source srcset=24><img src=25></picture><video src=26 poster=27>
<track src=28 default></video><audio src=29></audio><video><source src=30></video><iframe src=31></iframe><object data=32></object>
<embed src=33><input type=image src=34><p style="background: url(35)">x</p><table background=36><tr background=37><td background=38>x</table>
<svg><image href=39 /><use href="40#x"/><filter id=f><feImage href=41 /></filter><rect filter="url(#f)" width=9 height=9 fill="url(42#p)"/>
<script href=43></script><style>rect { fill: url(44#p) }</style></svg><template shadowrootmode=open><img src=45></template>
<div><template shadowrootmode=open><link rel=stylesheet href=46><img src=47></template></div><noscript><img src=48></noscript>
<iframe srcdoc="<img src=49><link rel=stylesheet href=50>"></iframe><iframe src="data:text/html,<img src=http://127.0.0.1:9/51>"></iframe>
<img attributionsrc=52 src="data:,"><iframe src=53 loading=lazy></iframe><img src=54 loading=lazy><bgsound src=55></body></html>`;

/** The targets of the prefetch and the speculation rule, and what browsers ask for on their own. */
const NEXT = new Set(["/no/7", "/no/11", "/favicon.ico"]);

peerTest(
  "opening a saved page loads nothing from the network but what is listed as missing",
  ["chromium"],
  () =>
    withFolder(async (folder) => {
      await using site = testSite({ "/page": { headers: { "Content-Type": "text/html" }, body: EVERYTHING } });
      const { stdout } = await runTool("get", ["--page", "--json", "--retries", "0", `${site.url}page`], {
        cwd: folder,
      });
      const records: readonly { readonly url: string; readonly kind?: string }[] = stdout.trim().split("\n").map((
        line,
      ) => JSON.parse(line));
      const listed = new Set(records.slice(1).map(({ url }) => url.replace(/#.*/, "")));
      assertEquals(records.slice(1).filter(({ kind }) => kind === undefined), []);
      const asked = new Set(site.requests.map(({ target }) => target));
      await withTwoPages(async (online) => {
        const wanted = new Set<string>();
        online.on("request", (request) => {
          if (/^https?:/.test(request.url())) wanted.add(request.url());
        });
        await online.goto(`file://${folder}/page.html`, { waitUntil: "networkidle" });
        assertEquals([...wanted].filter((url) => !listed.has(url)), []);
        // What a browser loads for the page was asked for when it was saved, but for hints about the next page.
        wanted.clear();
        await online.goto(`${site.url}page`, { waitUntil: "networkidle" });
        const paths = [...wanted].filter((url) => url.startsWith(site.url)).map((url) => new URL(url).pathname);
        assertEquals(paths.filter((path) => !asked.has(path) && !NEXT.has(path)).toSorted(), []);
      });
    }),
);
