import { assert, assertEquals } from "@std/assert";
import { withOfflinePage } from "../kit/chromium.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { octets } from "../kit/raw.ts";
import { testSite } from "../kit/site.ts";
import { runTool } from "../kit/tool.ts";

const FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";

/** A square of one colour. */
const square = (colour: string) => ({
  headers: { "Content-Type": "image/svg+xml" },
  body:
    `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><rect width="60" height="60" fill="${colour}"/></svg>`,
});
const css = (body: string) => ({ headers: { "Content-Type": "text/css" }, body });

const HTML = `<!doctype html>
<html><head><title>Cañon</title><base href="/deep/">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; img-src 'self'; style-src 'self'">
<link rel="stylesheet" href="main.css"><link rel="icon" href="icon.svg">
<style>@import url("inner.css"); #styled { background: url(green.svg); content: "</sty" }</style>
</head><body>
<h1>Señor Müller at the café</h1>
<p id="sheet">from a sheet</p><p id="imported">from an imported sheet</p><p id="inner">from a sheet of the style element</p>
<p><img id="plain" src="red.svg"> <img id="lazy" data-src="blue.svg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" loading="lazy">
<img id="set" srcset="small.svg 1x, orange.svg 2x"> <picture><source srcset="purple.svg"><img id="picture" src="gone.svg"></picture></p>
<div class="box" id="styled"></div><div class="box" id="attribute" style="background-image: url('teal.svg')"></div>
<div class="box" id="background"></div>
<svg width="60" height="60"><image href="brown.svg" width="60" height="60"/></svg>
<p id="script">no script</p><script src="app.js" integrity="sha256-AAAA"></script>
<a id="link" href="../other.html">a link</a>
</body></html>`;

peerTest(
  "a page saved by get --page shows all of itself in Chromium without a network",
  ["chromium"],
  () =>
    withFolder(async (folder) => {
      const pictures = ["red", "blue", "green", "orange", "purple", "teal", "brown", "gold"];
      await using site = testSite({
        "/page": { headers: { "Content-Type": "text/html; charset=iso-8859-1" }, body: octets(HTML) },
        "/deep/main.css": css(
          `@import "more/imported.css"; @font-face { font-family: Own; src: url(font.ttf) format("truetype") }
         h1 { font-family: Own } #sheet { color: rgb(1, 2, 3) } .box { width: 60px; height: 60px; display: inline-block }
         #background { background: url("gold.svg") }`,
        ),
        "/deep/more/imported.css": css(`@import "../main.css"; #imported { color: rgb(4, 5, 6) }`),
        "/deep/inner.css": css(`#inner { color: rgb(7, 8, 9) }`),
        "/deep/font.ttf": { headers: { "Content-Type": "font/ttf" }, body: await Deno.readFile(FONT) },
        "/deep/icon.svg": square("black"),
        "/deep/app.js": {
          headers: { "Content-Type": "text/javascript" },
          body: `document.querySelector("#script").textContent = "scripted"`,
        },
        ...Object.fromEntries(pictures.map((name) => [`/deep/${name}.svg`, square(name)])),
      });
      const { code, stderr } = await runTool("get", ["--page", "-o", "page.html", `${site.url}page`], { cwd: folder });
      // The missing image is reported, and is not displayed.
      assertEquals([code, stderr.includes("/deep/gone.svg"), stderr.trim().split("\n").length], [6, true, 1], stderr);

      await withOfflinePage(async (page) => {
        const wanted: string[] = [];
        page.on("request", (request) => void (/^(?:file|data):/.test(request.url()) || wanted.push(request.url())));
        await page.goto(`file://${folder}/page.html`);
        await page.evaluate("document.fonts.ready");
        const shown: Shown = await page.evaluate(LOOK);
        const screenshot = Deno.env.get("TOUCAN_TEST_SCREENSHOTS");
        await page.screenshot({ path: screenshot === undefined ? `${folder}/page.png` : `${screenshot}/page.png` });
        assertEquals(shown.images, [["plain", true], ["lazy", true], ["set", true], ["picture", true]]);
        assertEquals(shown.colours, ["rgb(1, 2, 3)", "rgb(4, 5, 6)", "rgb(7, 8, 9)"]);
        assertEquals(shown.backgrounds, ['url("data:', 'url("data:', 'url("data:']);
        assertEquals([shown.font, shown.text, shown.script], [true, "Señor Müller at the café", "scripted"]);
        assertEquals([shown.link, shown.charset, wanted], [`${site.url}other.html`, "UTF-8", []]);
        const picture = (await page.screenshot()).toString("base64");
        const look = PALETTE.replace("SCREENSHOT", picture).replace("NAMES", JSON.stringify(pictures));
        const colours: readonly string[] = await page.evaluate(look);
        for (const name of pictures) assert(colours.includes(name), `${name} is not seen; there are ${colours}`);
      });
    }),
);

/** Content that the browser displays. */
interface Shown {
  readonly images: readonly (readonly [id: string, loaded: boolean])[];
  readonly colours: readonly string[];
  readonly backgrounds: readonly string[];
  readonly font: boolean;
  readonly text: string;
  readonly script: string;
  readonly link: string;
  readonly charset: string;
}

/** Looks at the page, in the browser. */
const LOOK = `({
  images: [...document.images].map(({ id, complete, naturalWidth }) => [id, complete && naturalWidth > 0]),
  colours: ["sheet", "imported", "inner"].map((id) => getComputedStyle(document.getElementById(id)).color),
  backgrounds: ["styled", "attribute", "background"]
    .map((id) => getComputedStyle(document.getElementById(id)).backgroundImage.slice(0, 10)),
  font: document.fonts.size === 1 && [...document.fonts].every(({ status }) => status === "loaded"),
  text: document.querySelector("h1").textContent,
  script: document.getElementById("script").textContent,
  link: document.getElementById("link").getAttribute("href"),
  charset: document.characterSet,
})`;

/** Says which colours by name are seen in a screenshot, in the browser. */
const PALETTE = `(async () => {
  const image = new Image();
  image.src = "data:image/png;base64,SCREENSHOT";
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  return NAMES.filter((name) => {
    context.fillStyle = name;
    return seen.has(parseInt(context.fillStyle.slice(1), 16));
  });
})()`;
