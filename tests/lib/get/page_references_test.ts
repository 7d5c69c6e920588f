import { assertEquals } from "@std/assert";
import type { SavePageOptions } from "../../../lib/get/internal.ts";
import { parseRefresh } from "../../../lib/get/page/inline/refresh.ts";
import { savedPage } from "../../kit/saved_page.ts";
import type { Place } from "../../kit/site.ts";

const html = (body: string) => ({ headers: { "Content-Type": "text/html; charset=utf-8" }, body });
const typed = (type: string, body: string) => ({ headers: { "Content-Type": type }, body });
const svg = (body: string) => typed("image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg">${body}</svg>`);
const data = (type: string, text: string) => `data:${type};base64,${btoa(text)}`;
const PNG = data("image/png", "x");
const CSS = (text: string) => data("text/css;charset=utf-8", text);
const body = (page: string) => `</head><body>${page}</body></html>`;

interface PageCase {
  readonly page: string;
  readonly saved: string;
  readonly failures?: readonly string[];
  readonly places?: Readonly<Record<string, Place>>;
  readonly options?: SavePageOptions;
}

/** Each kind of reference that a page can load something by. */
const PAGES: Readonly<Record<string, PageCase>> = {
  "feImage, with both names of its attribute": {
    page: "<svg><filter><feImage href=a.png /><feImage xlink:href=a.png /></filter></svg>",
    saved: body(
      `<svg><filter><feImage href="${PNG}"></feImage><feImage xlink:href="${PNG}"></feImage></filter></svg>`,
    ),
  },
  "files of object and embed": {
    page: "<object data=a.png><img src=a.png></object><embed src=a.png>",
    saved: body(`<object data="${PNG}"><img src="${PNG}"></object><embed src="${PNG}">`),
  },
  "an SVG document in an object, with what it shows": {
    page: "<object data=o.svg></object>",
    places: { "/o.svg": svg('<image href="a.png"/>') },
    saved: body(`<object data="${
      data(
        "image/svg+xml;charset=utf-8",
        `<svg xmlns="http://www.w3.org/2000/svg"><image href="${PNG}"/></svg>\n`,
      )
    }"></object>`),
  },
  "films and sounds, their sources and tracks": {
    page:
      "<video src=v.mp4></video><audio><source src=s.oga></audio><video><source src=v.mp4><track src=t.vtt></video>",
    places: {
      "/v.mp4": typed("video/mp4", "v"),
      "/s.oga": typed("audio/ogg", "s"),
      "/t.vtt": typed("text/vtt", "WEBVTT"),
    },
    saved: body(
      `<video src="${data("video/mp4", "v")}"></video><audio><source src="${data("audio/ogg", "s")}"></audio>` +
        `<video><source src="${data("video/mp4", "v")}"><track src="${data("text/vtt", "WEBVTT")}"></video>`,
    ),
  },
  "a film that is too large is listed": {
    page: "<video src=v.mp4></video>",
    places: { "/v.mp4": typed("video/mp4", "v".repeat(2000)) },
    options: { maxSize: 1000 },
    saved: body('<video src="URL/v.mp4"></video>'),
    failures: ["media URL/v.mp4 too-large"],
  },
  "a refresh is absolute and listed": {
    page: `<meta http-equiv=refresh content="5; url='next.html'">`,
    saved: `<meta http-equiv="refresh" content="5; url=URL/next.html">${body("")}`,
    failures: ["refresh URL/next.html refresh"],
  },
  "a refresh of the page itself": {
    page: '<meta http-equiv=Refresh content="30;URL=/page"><meta http-equiv=refresh content=60>',
    saved: `<meta http-equiv="Refresh" content="30"><meta http-equiv="refresh" content="60">${body("")}`,
  },
  "a refresh for browsers without scripts": {
    page: '<noscript><meta http-equiv=refresh content="0; url=plain"></noscript>',
    saved: `<noscript><meta http-equiv="refresh" content="0; url=URL/plain"></noscript>${body("")}`,
  },
  "a preloaded style that becomes one": {
    page: `<link rel=preload as=style href=s.css onload="this.rel='stylesheet'">`,
    places: { "/s.css": typed("text/css", "a{}") },
    saved: `<link rel="stylesheet" href="${CSS("a{}")}" onload="this.rel='stylesheet'">${body("")}`,
  },
  "preloads: what is shown is saved once, what is not is saved in the link": {
    page: "<link rel=preload as=image href=a.png><link rel=preload as=fetch href=b.json><img src=a.png>",
    places: { "/b.json": typed("application/json", "1") },
    saved: `<link rel="preload" as="fetch" href="${data("application/json", "1")}">${body(`<img src="${PNG}">`)}`,
  },
  "a manifest with its icons": {
    page: "<link rel=manifest href=m/m.json>",
    places: { "/m/m.json": typed("application/manifest+json", '{"scope":"data:,","icons":[{"src":"../a.png"}]}') },
    saved: `<link rel="manifest" href="${
      data("application/manifest+json", `{"scope":"data:,","icons":[{"src":"${PNG}"}]}`)
    }">${body("")}`,
  },
  "backgrounds, longdesc, cite and ping": {
    page: '<body background=a.png><img longdesc=d><q cite=c></q><a href=x ping="p q"></a>',
    saved: body(`<img longdesc="URL/d"><q cite="URL/c"></q><a href="URL/x" ping="URL/p URL/q"></a>`).replace(
      "<body>",
      `<body background="${PNG}">`,
    ),
  },
  "speculation rules and application caches start no loading": {
    page:
      '<html manifest=app.cache><script type=speculationrules>{"prefetch":[]}</script><img attributionsrc src=a.png>',
    saved: body(`<img src="${PNG}">`),
  },
  "properties of SVG as attributes, and styles in it": {
    page: '<svg><rect filter="url(f.svg#f)" fill="url(#g)"/><style>rect{mask:url(a.png)}</style></svg>',
    places: { "/f.svg": svg('<filter id="f"/>') },
    saved: body(
      `<svg><rect filter="url(&quot;${
        data("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"><filter id="f"/></svg>')
      }#f&quot;)" fill="url(#g)"></rect><style>rect{mask:url("${PNG}")}</style></svg>`,
    ),
  },
  "animations that exchange images": {
    page:
      '<svg><image href=a.png><set attributeName=href to=a.png /></image><animate attributeName=href values="a.png;b.png"/></svg>',
    saved: body(
      `<svg><image href="${PNG}"><set attributeName="href" to="${PNG}"></set></image>` +
        '<animate attributeName="href" values="URL/a.png;URL/b.png"></animate></svg>',
    ),
    failures: ["image URL/a.png in-a-list", "image URL/b.png in-a-list"],
  },
  "image sets and chains of imports, fonts in them": {
    page: '<style>@import "1.css" screen;p{background:-webkit-image-set("a.png" 1x)}</style>',
    places: {
      "/1.css": typed("text/css", '@import url("d/2.css");'),
      "/d/2.css": typed("text/css", "@font-face{src:url(../f.woff2)}"),
      "/f.woff2": typed("font/woff2", "f"),
    },
    saved: `<style>@import url("${
      CSS(`@import url("${CSS(`@font-face{src:url("${data("font/woff2", "f")}")}`)}");`)
    }") screen;p{background:-webkit-image-set(url("${PNG}") 1x)}</style>${body("")}`,
  },
  "a style sheet that is a data URL": {
    page: '<link rel=stylesheet href="data:text/css,a{background:url(URL)}">',
    saved: `<link rel="stylesheet" href="${CSS(`a{background:url(URL)}`)}">${body("")}`,
    failures: ["image URL invalid-url"],
  },
  "placeholders are no failures, other schemes are": {
    page:
      '<img src><img src=about:blank><img src="javascript:0"><img src=blob:x><img src=#><iframe src=about:blank></iframe><img src=ftp://127.0.0.1/a><img src="http://[">',
    saved: body(
      '<img src=""><img src="about:blank"><img src="javascript:0"><img src="blob:x"><img src="#"><iframe src="about:blank"></iframe><img src="ftp://127.0.0.1/a"><img src="http://[">',
    ),
    failures: ["image ftp://127.0.0.1/a unsupported-scheme", "image http://[ invalid-url"],
  },
  "the first blank line of pre, textarea and listing": {
    page: "<pre>\n\nx</pre><textarea>\n\ny</textarea><listing>\n\nz</listing><pre>\nx</pre>",
    saved: body("<pre>\n\nx</pre><textarea>\n\ny</textarea><listing>\n\nz</listing><pre>x</pre>"),
  },
  "a document type with identifiers, which decide the mode": {
    page: '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><p>x',
    saved:
      '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head><meta charset="utf-8"></head><body><p>x</p></body></html>',
  },
  "noscript in a head stays there and ends nothing": {
    page: "<noscript><img src=a.png title='&lt;/noscript>'></noscript><link rel=canonical href=c><body class=b>x",
    saved: `<noscript><img src="${PNG}" title="&lt;/noscript&gt;"></noscript><link rel="canonical" href="URL/c">${
      body("x").replace("<body>", '<body class="b">')
    }`,
  },
  "noscript in a head without scripts: what no head has begins the body": {
    page: "<noscript><link rel=canonical href=c><img src=a.png></noscript><title>t</title><body>x",
    saved: `<link rel="canonical" href="URL/c"><title>t</title>${body(`<img src="${PNG}">x`)}`,
    options: { noScripts: true },
  },
  "without scripts, spaces and line feeds in javascript: hide nothing": {
    page:
      '<a href="\x01 java\nscript:x()">y</a><svg><a xlink:href="javascript:x()"><set attributeName=href to="javascript:x()"/></a></svg><link rel=stylesheet media=print href=s.css onload="this.media=\'all\'">',
    places: { "/s.css": typed("text/css", "a{}") },
    saved: body(`<a>y</a><svg><a></a></svg><link rel="stylesheet" media="all" href="${CSS("a{}")}">`),
    options: { noScripts: true },
  },
  "templates, and shadow roots that are declared": {
    page: '<div><template shadowrootmode=open><img src=a.png><style>@import "s.css"</style></template></div>',
    places: { "/s.css": typed("text/css", "a{}") },
    saved: body(
      `<div><template shadowrootmode="open"><img src="${PNG}"><style>@import url("${
        CSS("a{}")
      }")</style></template></div>`,
    ),
  },
  "use: an element of another file, and what that refers to": {
    page: '<svg><use href="s.svg#i"/><use xlink:href="s.svg#i"/></svg><svg><use href="s.svg#g"/></svg>',
    places: {
      "/s.svg": svg(
        '<symbol id="i"><path fill="url(#g)" onclick="x()"/><script>x()</script><image href="a.png"/><a href="javascript:x()"/></symbol><g id="g"/><g id="no"/>',
      ),
    },
    saved: body(
      '<svg><use href="#toucan-1-i"></use><use xlink:href="#toucan-1-i"></use><defs><symbol id="toucan-1-i">' +
        `<path fill="url(#toucan-2-g)"></path><image href="${PNG}"></image><a></a></symbol><g id="toucan-2-g"></g></defs></svg>` +
        '<svg><use href="#toucan-2-g"></use></svg>',
    ),
  },
  "use: elements of the page itself, with a base elsewhere": {
    page: '<base href="/x/"><svg><g id="i"/><use href="#i"/><use href="/page#i"/></svg>',
    saved: `<base>${body('<svg><g id="i"></g><use href="#i"></use><use href="#i"></use></svg>')}`,
  },
  "use: what is not there, is no SVG, or is of another origin": {
    page:
      '<svg><use href="s.svg#no"/><use href="t.svg#i"/><use href="gone.svg#i"/><use href="http://localhost:9/s.svg#i"/></svg>',
    places: { "/s.svg": svg(""), "/t.svg": typed("image/svg+xml", "<svg") },
    saved: body(
      '<svg><use href="URL/s.svg#no"></use><use href="URL/t.svg#i"></use><use href="URL/gone.svg#i"></use><use href="http://localhost:9/s.svg#i"></use></svg>',
    ),
    failures: [
      "sprite URL/gone.svg http-status",
      "sprite URL/s.svg#no no-such-element",
      "sprite URL/t.svg#i not-svg",
      "sprite http://localhost:9/s.svg#i cross-origin",
    ],
  },
  "use: files that refer to each other in a circle": {
    page: '<svg><use href="1.svg#a"/></svg>',
    places: {
      "/1.svg": svg('<g id="a"><use href="2.svg#b"/></g>'),
      "/2.svg": svg('<g id="b"><use href="1.svg#a"/></g>'),
    },
    saved: body(
      '<svg><use href="#toucan-1-a"></use><defs><g id="toucan-1-a"><use href="#toucan-2-b"></use></g></defs>' +
        '<defs><g id="toucan-2-b"><use href="#toucan-1-a"></use></g></defs></svg>',
    ),
  },
};

for (const [what, { page: source, saved, failures = [], places, options }] of Object.entries(PAGES)) {
  Deno.test(`page: ${what}`, async () => {
    const found = await savedPage(
      { "/a.png": typed("image/png", "x"), "/page": html(source), ...places },
      options,
    );
    assertEquals([found.report.error, [...found.failures].sort()], [undefined, [...failures].sort()]);
    assertEquals(found.page, saved);
  });
}

Deno.test("refresh: times, separators and quotes (WHATWG HTML, shared declarative refresh steps)", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["5; url=a", "5 a"],
    ["0;URL='a b'", "0 a b"],
    ['1.5, url = "a" more', "1 a"],
    ["3 a", "3 a"],
    ["3;a", "3 a"],
    [" 7 ; url=a ", "7 a"],
    [".5;url=a", "0 a"],
    ["5", undefined],
    ["5;", undefined],
    ["5;url=", undefined],
    ["x;url=a", undefined],
    ["", undefined],
  ];
  for (const [content, wanted] of cases) {
    const refresh = parseRefresh(content);
    assertEquals(refresh && `${refresh.seconds} ${refresh.url}`, wanted, content);
  }
});
