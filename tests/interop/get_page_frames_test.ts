import { assertEquals } from "@std/assert";
import { withTwoPages } from "../kit/chromium.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { testSite } from "../kit/site.ts";
import { runTool } from "../kit/tool.ts";

/** Tries to get at the pages around it, and tells what its origin is. */
const attack = (name: string) =>
  `for (const w of [parent, top]) { try { w.got.push("${name} reaches " + w.document.title) } catch {} }
  top.postMessage("${name} " + origin, "*");`;
const html = (body: string) => ({ headers: { "Content-Type": "text/html" }, body });
const script = (name: string) =>
  html(
    `<!DOCTYPE html><p title="&quot;><script>top.got.push('${name} broke out')</script>"><script>${
      attack(name)
    }</script>`,
  );
const xml = (type: string, body: string) => ({ headers: { "Content-Type": type }, body });
const svgScript = (name: string) =>
  xml(
    "image/svg+xml",
    `<svg xmlns="http://www.w3.org/2000/svg" id="s"><script>${attack(name)}</script><g onload="${
      attack(name).replaceAll('"', "&quot;")
    }"/></svg>`,
  );

peerTest(
  "frames of a saved page have no origin that they had not, whatever they hold",
  ["chromium"],
  () =>
    withFolder(async (folder) => {
      await using hostile = testSite({
        "/frame": script("frame"),
        "/nested": html(
          `<script>${attack("nested")}</script><iframe srcdoc="<script>${
            attack("nested srcdoc").replaceAll('"', "&quot;")
          }</script>"></iframe>` +
            `<iframe src="data:text/html,<script>${encodeURIComponent(attack("nested data"))}</script>"></iframe>`,
        ),
        "/xhtml": xml(
          "application/xhtml+xml",
          `<html xmlns="http://www.w3.org/1999/xhtml"><script>${attack("xhtml").replace("<", "&lt;")}</script></html>`,
        ),
        "/svg": svgScript("svg"),
        "/object": script("object"),
        "/embed": script("embed"),
        "/permitted": script("permitted"),
        "/away": script("away"),
      });
      await using site = testSite({
        "/page": html(
          `<!DOCTYPE html><title>the page</title><script>got = []; addEventListener("message", ({ data }) => got.push(data))</script>` +
            ["frame", "nested", "xhtml", "svg"].map((name) => `<iframe src="${hostile.url}${name}"></iframe>`).join(
              "",
            ) +
            `<iframe src="${hostile.url}permitted" sandbox="allow-scripts allow-same-origin"></iframe>` +
            `<iframe src="away"></iframe><iframe src="user"></iframe><iframe src="policy"></iframe><iframe src="own"></iframe>` +
            `<object data="${hostile.url}object"></object><embed src="${hostile.url}embed">` +
            `<svg><use href="sprite.svg#s"/></svg>`,
        ),
        "/away": { status: 302, headers: { Location: `${hostile.url}away` } },
        "/user": {
          headers: { "Content-Type": "text/html", "Content-Security-Policy": "sandbox allow-scripts" },
          body: `<script>${attack("user")}</script>`,
        },
        "/policy": {
          headers: { "Content-Type": "text/html", "Content-Security-Policy": "script-src 'none'" },
          body: `<script>${attack("policy")}</script>`,
        },
        "/own": script("own"),
        "/sprite.svg": svgScript("sprite"),
        "/saved": async () => html(await Deno.readTextFile(`${folder}/page.html`)),
      });
      const { code, stderr } = await runTool("get", ["--page", "--quiet", `${site.url}page`], { cwd: folder });
      assertEquals([code, stderr], [0, ""]);
      await withTwoPages(async (online) => {
        await online.goto(`${site.url}saved`);
        await online.waitForFunction("got.length >= 15");
        const got: readonly string[] = await online.evaluate("got");
        assertEquals(got.toSorted(), [
          "away null",
          "embed null",
          "frame null",
          "nested data null",
          "nested null",
          "nested srcdoc null",
          "object null",
          "own http://" + new URL(site.url).host,
          "own reaches the page",
          "own reaches the page",
          "permitted null",
          "policy null",
          "svg null",
          "user null",
          "xhtml null",
        ]);
      });
    }),
);
