import { assertEquals } from "@std/assert";
import { withTwoPages } from "../kit/chromium.ts";
import { withFolder } from "../kit/folder.ts";
import { PAGE_SHAPES } from "../kit/page_shapes.ts";
import { peerTest } from "../kit/peer.ts";
import { testSite } from "../kit/site.ts";
import { runTool } from "../kit/tool.ts";

for (const [name, { places, file, look }] of Object.entries(PAGE_SHAPES)) {
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
            for (const [expression, value] of look) assertEquals(await page.evaluate(expression), value, expression);
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
