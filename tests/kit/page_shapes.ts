import { octets } from "./raw.ts";
import type { Place } from "./site.ts";

/** A typical site, whose page looks the same before and after it was saved. */
export interface PageShape {
  /** Resources by path; the page is at `/page`. */
  readonly places: Readonly<Record<string, Place>>;
  /** Name of the file that `get --page` saves. */
  readonly file: string;
  /** An expression in the browser, and its value before and after saving. */
  readonly checks: readonly (readonly [expression: string, value: unknown])[];
}

const typed = (type: string, body: string | Uint8Array<ArrayBuffer>) => ({ headers: { "Content-Type": type }, body });
const html = (body: string) => typed("text/html; charset=utf-8", body);
const css = (body: string) => typed("text/css", body);
const square = (colour: string, size = 60) =>
  typed(
    "image/svg+xml",
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="${size}" height="${size}" fill="${colour}"/></svg>`,
  );

const XHTML = `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/css" href="css/instruction.css"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd" [
  <!ENTITY project "The <em>Project</em>">
]>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" xmlns:xlink="http://www.w3.org/1999/xlink">
<head><title/><link rel="stylesheet" href="css/main.css"/><script src="js/app.js"/>
<style type="text/css"><![CDATA[ @import "css/inner.css"; p > b { color: teal } ]]></style></head>
<body><h1>&project;&nbsp;&mdash; caf&eacute;</h1><div id="empty"/><p>after an <b>empty</b> element</p>
<p><![CDATA[a < b && c > d]]></p><a id="anchor"/><p id="script">no script</p>
<svg:svg xmlns:svg="http://www.w3.org/2000/svg" width="60" height="60"><svg:image xlink:href="img/blue.svg" width="60" height="60"/></svg:svg>
<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><rect width="60" height="60" fill="green"/></svg>
<img src="img/red.svg" alt=""/>
<pre>

two lines down</pre></body></html>`;

const FRAME = (colour: string, text: string) =>
  html(
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head><link rel=stylesheet href=frame.css></head>` +
      `<body bgcolor=${colour}><table><tr><td>${text}</table><img src=${colour}.svg></body></html>`,
  );

const SPRITES = `<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<defs><linearGradient id="fade"><stop stop-color="navy"/><stop offset="1" stop-color="gold"/></linearGradient></defs>
<symbol id="disc" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5" fill="currentColor"/></symbol>
<symbol id="bar" viewBox="0 0 10 10"><rect width="10" height="10" fill="url(#fade)"/></symbol>
<symbol id="both" viewBox="0 0 10 10"><use xlink:href="#disc"/><path d="M3 3h4v4h-4z" fill="#fff"/></symbol>
</svg>`;

const russian = "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0";
const japanese = "\x93\xfa\x96\x7b\x8c\xea\x83\x5c\x83\x74\x83\x67";

/** A page that declares its encoding, after text that only looks like a declaration; its files declare none. */
function legacy(encoding: string, text: string, decoded: string): PageShape {
  return {
    places: {
      "/page": typed(
        "text/html",
        octets(
          `<!DOCTYPE html><!-- <meta charset=utf-8> --><html><head data-x="<meta charset=iso-8859-2>">` +
            `<meta http-equiv="Content-Type" content="text/html; charset=${encoding}"><title>${text}</title>` +
            `<link rel=stylesheet href=style.css><script src=app.js></script></head>` +
            `<body><h1>${text}</h1><p id=generated></p><p id=script></p><iframe src=frame.html width=300 height=60></iframe></body></html>`,
        ),
      ),
      "/style.css": typed("text/css", octets(`@import "more.css"; #generated::before { content: "${text}" }`)),
      "/more.css": typed("text/css", octets(`h1::after { content: " ${text}" }`)),
      "/app.js": typed(
        "text/javascript",
        octets(`addEventListener("DOMContentLoaded", () => document.getElementById("script").textContent = "${text}")`),
      ),
      "/frame.html": typed("text/html", octets(`<!DOCTYPE html><p>${text}</p>`)),
    },
    file: "page.html",
    checks: [
      ["document.title", decoded],
      ["getComputedStyle(document.getElementById('generated'), '::before').content", `"${decoded}"`],
      ["getComputedStyle(document.querySelector('h1'), '::after').content", `" ${decoded}"`],
      ["document.getElementById('script').textContent", decoded],
      ["document.querySelector('iframe').contentDocument.body.textContent.trim()", decoded],
    ],
  };
}

/** The sites by description. */
export const PAGE_SHAPES: Readonly<Record<string, PageShape>> = {
  "XHTML": {
    places: {
      "/page": typed("application/xhtml+xml", XHTML),
      "/css/instruction.css": css("h1 { color: purple }"),
      "/css/main.css": css("#empty { width: 60px; height: 20px; background: orange } #anchor { color: red }"),
      "/css/inner.css": css("p { margin: 4px }"),
      "/js/app.js": typed(
        "text/javascript",
        `addEventListener("DOMContentLoaded", () => document.getElementById("script").textContent = "scripted")`,
      ),
      "/img/blue.svg": square("blue"),
      "/img/red.svg": square("red"),
    },
    file: "page.xhtml",
    checks: [
      ["document.contentType", "application/xhtml+xml"],
      ["document.querySelector('h1').textContent", "The Project\u00a0— café"],
      ["document.body.children.length", 10],
      ["document.getElementById('script').textContent", "scripted"],
      ["getComputedStyle(document.querySelector('h1')).color", "rgb(128, 0, 128)"],
      ["getComputedStyle(document.querySelector('b')).color", "rgb(0, 128, 128)"],
    ],
  },
  "SVG": {
    places: {
      "/page": typed(
        "image/svg+xml",
        `<?xml-stylesheet href="s.css"?><svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><style>text{font:20px sans-serif}</style>` +
          `<text x="5" y="30">text</text><image href="red.svg" x="100" width="60" height="60"/><use href="icons.svg#disc" x="180" width="40" height="40"/>` +
          `<filter id="f"><feImage href="blue.svg"/></filter><rect y="80" width="60" height="60" filter="url(#f)"/></svg>`,
      ),
      "/s.css": css("text { fill: green }"),
      "/red.svg": square("red"),
      "/blue.svg": square("blue"),
      "/icons.svg": typed("image/svg+xml", SPRITES),
    },
    file: "page.svg",
    checks: [["document.documentElement.localName", "svg"]],
  },
  "frameset": {
    places: {
      "/page": html(
        `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Frameset//EN" "http://www.w3.org/TR/html4/frameset.dtd"><html><head><title>Frames</title></head>` +
          `<frameset rows="100,*"><frame name=top src=top.html><frameset cols="30%,70%"><frame name=nav src=nav.html>` +
          `<frame name=main src=main.html></frameset><noframes>none</noframes></frameset></html>`,
      ),
      "/top.html": FRAME("lime", "top"),
      "/nav.html": FRAME("yellow", "<a href=main.html target=main>main</a>"),
      "/main.html": FRAME("aqua", "main <iframe src=inner.html width=200 height=80></iframe>"),
      "/inner.html": FRAME("silver", "inner"),
      "/frame.css": css("td { color: navy; font: 20px sans-serif }"),
      "/lime.svg": square("green", 20),
      "/yellow.svg": square("orange", 20),
      "/aqua.svg": square("blue", 20),
      "/silver.svg": square("black", 20),
    },
    file: "page.html",
    checks: [["frames.length", 3], ["document.compatMode", "CSS1Compat"]],
  },
  "sprites": {
    places: {
      "/page": html(
        `<!DOCTYPE html><html><head><style>svg{width:60px;height:60px}.a{color:crimson}.b{color:seagreen}</style></head><body>` +
          ["a", "b"].map((name) =>
            ["disc", "bar", "both"].map((id) =>
              `<svg class="${name}"><use ${id === "bar" ? "xlink:" : ""}href="/icons.svg#${id}"/></svg>`
            ).join("")
          ).join("") +
          `<object data="object.svg" type="image/svg+xml"></object><embed src="red.svg" width=60 height=60>` +
          `<svg><filter id="f"><feImage xlink:href="blue.svg"/></filter><rect width="60" height="60" filter="url(#f)"/></svg></body></html>`,
      ),
      "/icons.svg": typed("image/svg+xml", SPRITES),
      "/object.svg": typed(
        "image/svg+xml",
        `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><image href="red.svg" width="30" height="60"/></svg>`,
      ),
      "/red.svg": square("red"),
      "/blue.svg": square("blue"),
    },
    file: "page.html",
    checks: [["document.querySelectorAll('body > svg').length", 7]],
  },
  "quirks": {
    places: {
      "/page": html(
        `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN"><html><head><noscript><img src=pixel.svg></noscript><link rel=preload as=style href=s.css onload="this.rel='stylesheet'">` +
          `</head><body background=tile.svg><table border=1><tr><td height=100%><pre>\n\ntwo lines down</pre></table><font size=2><table><tr><td>small</table></font>` +
          `<div style="width:100;height:50;background:image-set('red.svg' 1x)">unitless</div><picture><source srcset="small.svg 1x, blue.svg 2x"><img src=red.svg></picture></body></html>`,
      ),
      "/pixel.svg": square("black"),
      "/s.css": css("pre { color: red }"),
      "/tile.svg": square("#eee", 30),
      "/red.svg": square("red"),
      "/blue.svg": square("blue", 120),
      "/small.svg": square("blue"),
    },
    file: "page.html",
    checks: [["document.compatMode", "BackCompat"], ["document.images.length", 1]],
  },
  "Windows-1251": legacy("windows-1251", russian, "Привет, мир"),
  "Shift_JIS": legacy("Shift_JIS", japanese, "日本語ソフト"),
};
