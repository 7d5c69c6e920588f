import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { NegativeError } from "../../../lib/core/mod.ts";
import { decodePage, saveImages, type SavePageOptions } from "../../../lib/get/internal.ts";
import { parseDataUrl } from "../../../lib/get/page/data_url.ts";
import { largest, parseSrcset } from "../../../lib/get/page/srcset.ts";
import { replaceLinks, styleLinks } from "../../../lib/get/page/style.ts";
import { withFolder } from "../../kit/folder.ts";
import { octets } from "../../kit/raw.ts";
import { savedPage } from "../../kit/saved_page.ts";
import { type Place, testSite } from "../../kit/site.ts";

const html = (body: string) => ({ headers: { "Content-Type": "text/html; charset=utf-8" }, body });
const css = (body: string) => ({ headers: { "Content-Type": "text/css" }, body });
const png = (body: string) => ({ headers: { "Content-Type": "image/png" }, body });
const PNG = "data:image/png;base64,eA==";

Deno.test("parseSrcset: URLs, descriptors, commas in URLs, and invalid descriptors", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["", []],
    [" , , ", []],
    ["a", ["a "]],
    ["a, b 2x", ["a ", "b 2x"]],
    ["a 1x,b 2x", ["a 1x", "b 2x"]],
    ["a,b 1x", ["a,b 1x"]],
    ["a,, b", ["a ", "b "]],
    ["data:image/png;base64,AAAA 1x, b 640w", ["data:image/png;base64,AAAA 1x", "b 640w"]],
    ["a (x, y) 1x, b", ["a (x, y) 1x", "b "]],
    ["a\n\t640w,\nb\n1280w", ["a 640w", "b 1280w"]],
  ];
  for (const [text, wanted] of cases) {
    assertEquals(parseSrcset(text).map(({ url, descriptor }) => `${url} ${descriptor}`), [...wanted], text);
  }
  assertEquals(largest(parseSrcset("a, b 2x, c 1.5x"))?.url, "b");
  assertEquals(largest([]), undefined);
});

Deno.test("readDataUrl: Base64, percent-encoded, without a type, and other text", () => {
  const text = (url: string) => {
    const data = parseDataUrl(url);
    return data && `${data.type} ${new TextDecoder().decode(data.bytes)}`;
  };
  assertEquals(text("data:text/html;charset=utf-8;base64,aGk="), "text/html hi");
  assertEquals(text("data:image/svg+xml,%3Csvg/%3E%"), "image/svg+xml <svg/>%");
  assertEquals(text("data:,a%2"), "text/plain a%2");
  assertEquals(text("DATA:image/png;BASE64,aGk=#x"), "image/png hi");
  for (const none of ["data:text/html", "data:;base64,!", "http://x/"]) assertEquals(text(none), undefined);
});

Deno.test("pages are decoded as their mark, their head, a meta, or their bytes say", () => {
  const cafe = octets("caf\xe9");
  const meta = (charset: string) => octets(`<meta http-equiv=x content="text/html; charset=${charset}">caf\xe9`);
  assertEquals(decodePage(cafe, "text/html; charset=iso-8859-1"), "café");
  assertEquals(decodePage(cafe, undefined), "café");
  assertEquals(decodePage(octets("caf\xc3\xa9"), "text/html"), "café");
  assertMatch(decodePage(meta("windows-1252"), "text/html"), /café$/);
  assertMatch(decodePage(octets('<meta charset="koi8-r">\xc1'), undefined), /а$/);
  assertEquals(decodePage(octets("\xff\xfea\0"), "text/html; charset=utf-8"), "a");
  assertEquals(decodePage(octets("\xef\xbb\xbfx"), "text/html; charset=iso-8859-1"), "x");
  assertMatch(decodePage(meta("no-such-charset"), "text/html; charset=neither"), /café$/);
});

Deno.test("style sheets: what names a file is found, and everything else stays byte for byte", () => {
  const found = (text: string) => styleLinks(text, "stylesheet").map(({ url, kind }) => `${kind} ${url}`);
  assertEquals(found('@import "a.css" screen; @import url( b.css ) layer(x);'), ["style a.css", "style b.css"]);
  assertEquals(found('@namespace url(http://www.w3.org/1999/xhtml); a{content:"x.png"}'), []);
  assertEquals(found("@font-face{src:local('x'),url(f.woff2)format('woff2')}"), ["font f.woff2"]);
  assertEquals(found('a{background:image-set("x.png" 1x, url(y.png) 2x)}'), ["image x.png", "image y.png"]);
  assertEquals(found("a{--x: url(z.png); filter:url(#id); mask:url('')}"), ["image z.png"]);
  assertEquals(found('a{background:url("a\\"b.png")}'), ['image a"b.png']);
  assertEquals(styleLinks("background:url(x.png);color:red", "declarationList").map(({ url }) => url), ["x.png"]);
  const source = "a{ *zoom:1; background : URL( x.png ) !ie; } /* url(no.png) */ } garbage @@ url(y.png";
  const [link] = styleLinks(source, "stylesheet");
  assert(link);
  assertEquals(replaceLinks(source, [[link, 'q"\\\n']]), source.replace("URL( x.png )", 'url("q\\22 \\5c \\a ")'));
});

interface PageCase {
  readonly body: string;
  readonly places?: Readonly<Record<string, Place>>;
  readonly page: string;
  readonly failures?: readonly string[];
  readonly options?: SavePageOptions;
}

const B = (page: string) => `</head><body>${page}</body></html>`;
const PAGES: Readonly<Record<string, PageCase>> = {
  "an image": { body: "<img src=a.png>", page: B(`<img src="${PNG}">`) },
  "one that is missing keeps its URL": {
    body: "<img src=gone.png>",
    page: B('<img src="URL/gone.png">'),
    failures: ["image URL/gone.png http-status"],
  },
  "a lazy one": { body: "<img loading=lazy data-src=a.png src=b.gif>", page: B(`<img src="${PNG}">`) },
  "a lazy set": { body: '<img data-srcset="b.png 1x, a.png 2x">', page: B(`<img srcset="${PNG} 2x">`) },
  "a data URL": {
    body: '<img src="data:image/gif;base64,R0lGOD">',
    page: B('<img src="data:image/gif;base64,R0lGOD">'),
  },
  "what is shown in many ways": {
    body:
      "<input type=image src=a.png><input src=a.png><video poster=a.png src=v.mp4></video><table background=a.png></table>" +
      '<svg><image xlink:href="a.png#x"/></svg>',
    page: B(
      `<input type="image" src="${PNG}"><input src="a.png"><video poster="${PNG}" src="URL/v.mp4"></video>` +
        `<table background="${PNG}"></table><svg><image xlink:href="${PNG}#x"></image></svg>`,
    ),
    failures: ["media URL/v.mp4 http-status"],
  },
  "links are made whole, those within the page not": {
    body:
      '<base href="/x/"><a href=y></a><a href="#z"></a><a href="mailto:a@b"></a><form action=""></form><iframe src=f></iframe>',
    page: "<base>" + B(
      '<a href="URL/x/y"></a><a href="#z"></a><a href="mailto:a@b"></a><form action=""></form><iframe src="URL/x/f"></iframe>',
    ),
    failures: ["frame URL/x/f http-status"],
  },
  "a style attribute": {
    body: '<p style="background:url(a.png);color:red">',
    page: B(`<p style="background:url(&quot;${PNG}&quot;);color:red"></p>`),
  },
  "a style element cannot be broken out of": {
    body: `<style>a{background:url("a.png?</style")}b{content:"\\3c/style><script>alert(1)</script>"}</style>`,
    page: `<style>a{background:url("a.png?</style><script>alert(1)</script>"}` + B(""),
    places: {},
  },
  "hints and policies are left out": {
    body:
      '<meta http-equiv="content-security-policy" content="x"><meta charset=latin1><link rel=preload href=a.png><link rel=canonical href=c>',
    page: '<link rel="canonical" href="URL/c">' + B(""),
  },
  "icons, each kind": {
    body: '<link rel="shortcut icon" href=a.png><link rel=apple-touch-icon href=a.png>',
    page: `<link rel="shortcut icon" href="${PNG}"><link rel="apple-touch-icon" href="${PNG}">` + B(""),
  },
  "scripts are inlined": {
    body: "<script src=a.js integrity=x async></script>",
    places: { "/a.js": { body: "x" } },
    page: '<script src="data:text/javascript;base64,eA==" async=""></script>' + B(""),
  },
  "scripts are left out when asked": {
    body:
      '<body onload="x()"><script src=a.js></script><a href="javascript:x()">y</a><noscript><img src=a.png></noscript>',
    page: B(`<a>y</a><img src="${PNG}">`),
    options: { noScripts: true },
  },
  "sheets that import each other in a circle": {
    body: "<link rel=stylesheet href=a.css media=print>",
    places: { "/a.css": css('@import "b.css";a{}'), "/b.css": css('@import "a.css";b{}') },
    page: `<link rel="stylesheet" href="data:text/css;charset=utf-8;base64,${
      btoa(
        `@import url("data:text/css;charset=utf-8;base64,${btoa('@import url("data:text/css,");b{}')}");a{}`,
      )
    }" media="print">` + B(""),
  },
  "more files than are allowed": {
    body: "<img src=a.png><img src=b.png><img src=c.png>",
    places: { "/b.png": png("x") },
    page: B(`<img src="${PNG}"><img src="URL/b.png"><img src="URL/c.png">`),
    failures: ["image URL/b.png too-many-files", "image URL/c.png too-many-files"],
    options: { maxFiles: 1 },
  },
  "a larger page than is allowed": {
    body: "<img src=a.png><img src=a.png>",
    page: B(`<img src="${PNG}"><img src="URL/a.png">`),
    failures: ["image URL/a.png too-large"],
    options: { maxTotal: 31 + 30 },
  },
  "a file that is too large": {
    body: "<img src=big.png>",
    places: { "/big.png": png("x".repeat(1000)) },
    page: B('<img src="URL/big.png">'),
    failures: ["image URL/big.png too-large"],
    options: { maxSize: 999 },
  },
};

for (const [what, { body, places, page: wanted, failures = [], options }] of Object.entries(PAGES)) {
  Deno.test(`page: ${what}`, async () => {
    const { report, page, failures: failed } = await savedPage(
      { "/a.png": png("x"), "/page": html(body), ...places },
      options,
    );
    assertEquals([report.error, failed], [undefined, [...failures]]);
    if (what.includes("broken out")) {
      assertEquals([...page.matchAll(/<script/g)].length, [...body.matchAll(/<script/g)].length);
    } else assertEquals(page, wanted);
  });
}

Deno.test("page: what a sheet brings in cannot end the style element it stands in", async () => {
  const evil = '@import "e.css?</style><img src=x onerror=alert(1)>";a{background:url("a.png?\\3c/style><b>")}';
  const { page } = await savedPage({ "/page": html(`<style>@import "e.css";</style>`), "/e.css": css(evil) });
  assertEquals([...page.matchAll(/<\/style/gi)].length, 1);
  assertEquals(/onerror|<b>/.test(page), false);
});

Deno.test("page: sheets that import two each do not grow without bound", async () => {
  const places = Object.fromEntries(
    Array.from(
      { length: 12 },
      (_, i) => [`/${i}.css`, css(`@import "${i + 1}.css";@import "${i + 1}.css?x";p{color:red}`)],
    ),
  );
  const { report, page } = await savedPage({ "/page": html("<link rel=stylesheet href=0.css>"), ...places }, {
    maxTotal: 1 << 20,
  });
  assert(report.error === undefined && page.length < 2 << 20);
});

Deno.test("page: sheets that import hundreds each, eight deep, end after a while", async () => {
  const fan = (request: { readonly target: string }) =>
    css(
      Array.from({ length: 100 }, (_, i) => `@import "s${Number(/\d+/.exec(request.target)?.[0]) + 1}.css?${i}";`).join(
        "",
      ),
    );
  const places = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`/s${i}.css`, fan]));
  const { report, failures } = await savedPage({ "/page": html("<link rel=stylesheet href=s0.css>"), ...places });
  assertEquals(report.error, undefined);
  assertEquals(new Set(failures).size, failures.length);
  assertEquals([...new Set(failures.map((text) => text.replace(/.* /, "")))], ["too-many-files"]);
});

Deno.test("page: of omissions without end the first thousand are listed, and that there are more", async () => {
  const { failures } = await savedPage({
    "/page": html(Array.from({ length: 1200 }, (_, i) => `<img src=x:${i}>`).join("")),
  });
  assertEquals([failures.length, failures[0], failures.at(-1)], [
    1001,
    "image x:0 unsupported-scheme",
    "page URL/page too-many-omissions",
  ]);
});

Deno.test("page: fonts and images of a sheet are relative to the sheet, redirects followed", async () => {
  const { page, requests } = await savedPage({
    "/page": html("<link rel=stylesheet href=s>"),
    "/s": { status: 302, headers: { Location: "/deep/er/s.css" } },
    "/deep/er/s.css": css("@font-face{src:url(../f.woff2)}"),
    "/deep/f.woff2": { headers: { "Content-Type": "font/woff2" }, body: "x" },
  });
  const [, sheet = ""] = /base64,([^"]+)"/.exec(page) ?? [];
  assertEquals(atob(sheet), '@font-face{src:url("data:font/woff2;base64,eA==")}');
  assertEquals(requests, ["/page", "/s", "/deep/er/s.css", "/deep/f.woff2"]);
});

Deno.test("page: another origin gets none of the fields that were given for the page", async () => {
  await using other = testSite({ "/a.png": png("x") });
  const { site } = await savedPage({
    "/page": html(`<img src=b.png><img src="${other.url}a.png">`),
    "/b.png": png("x"),
  }, {
    headers: { "Authorization": "Basic eDp5", "Cookie": "a=b", "X-Api-Key": "k", "User-Agent": "own" },
  });
  const names = ["authorization", "cookie", "x-api-key", "user-agent"];
  const seen = (request: typeof site.requests[number] | undefined) =>
    names.filter((name) => request?.headers.has(name));
  assertEquals(site.requests.map(seen), [names, names]);
  assertEquals(other.requests.map(seen), [["user-agent"]]);
});

Deno.test("page: one file is loaded once, however often it is shown", async () => {
  const { requests, report } = await savedPage({ "/page": html("<img src=a.png>".repeat(50)), "/a.png": png("x") });
  assertEquals([requests.length, report.inlined], [2, 1]);
});

Deno.test("savePage: other content, missing pages, and endless nesting", async () => {
  const text = await savedPage({ "/page": { headers: { "Content-Type": "text/plain" }, body: "x" } });
  assert(text.report.error instanceof NegativeError);
  assertEquals([text.report.error.code, text.page], ["not-a-page", ""]);
  assertEquals((await savedPage({})).report.status, 404);
  const { report } = await savedPage({ "/page": html("<div>".repeat(200_000)) });
  assert(report.error === undefined || report.error instanceof NegativeError, String(report.error));
});

Deno.test("page: an image in gzip is decoded, a bomb is left out", async () => {
  const zip = async (bytes: Uint8Array<ArrayBuffer>) => {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
  const zipped = async (bytes: Uint8Array<ArrayBuffer>) => ({
    headers: { "Content-Type": "image/png", "Content-Encoding": "gzip" },
    body: await zip(bytes),
  });
  const { page, failures } = await savedPage({
    "/page": html("<img src=a.png><img src=b.png>"),
    "/a.png": await zipped(octets("x")),
    "/b.png": await zipped(new Uint8Array(10_000_000)),
  }, { maxSize: 1_000_000 });
  assertStringIncludes(page, `<img src="${PNG}"><img src="URL/b.png">`);
  assertEquals(failures, ["image URL/b.png too-large"]);
});

Deno.test("images: every kind is found, each once", () =>
  withFolder(async (folder) => {
    const body = `<link rel=icon href=1.png><meta property=og:image content=2.png><body background=3.png>
      <img src=4.png><img src=4.png#x><img data-src=5.png><img srcset="6.png, 7.png 2x"><img data-srcset="8.png 1x">
      <picture><source srcset=9.png></picture><input type=image src=10.png><video poster=11.png></video>
      <svg><image href=12.png /><use xlink:href="13.png#i" /></svg><p style="background:url(14.png)">
      <template><img src=15.png></template><noscript><img src=16.png></noscript><a href=no.png></a><script src=no.js></script>`;
    await using site = testSite({
      "/": html(body),
      ...Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`/${i + 1}.png`, png("x")])),
    });
    const reports = await Array.fromAsync(saveImages(site.url, folder, { retries: 0 }));
    assertEquals(reports.map(({ error }) => error).filter(Boolean), []);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort((a, b) => parseInt(a) - parseInt(b));
    assertEquals(names, Array.from({ length: 16 }, (_, i) => `${i + 1}.png`));
    assertEquals(site.requests.length, 17);
  }));

Deno.test("images: hostile names stay in the folder", () =>
  withFolder(async (folder) => {
    await using site = testSite({
      "/": html(
        '<img src="/%2e%2e%2f%2e%2e%2fx.png"><img src="/con"><img src="/a%0ab%1b[1m.png"><img src="javascript:x">',
      ),
      "/%2e%2e%2f%2e%2e%2fx.png": png("x"),
      "/con": png("x"),
      "/a%0ab%1b[1m.png": png("x"),
    });
    await Array.fromAsync(saveImages(site.url, `${folder}/in`, { retries: 0 }));
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["in"]);
    assertEquals([...Deno.readDirSync(`${folder}/in`)].map(({ name }) => name).sort(), ["_con", "ab[1m.png", "x.png"]);
  }));

Deno.test("saveImages: finds images of styles, skips placeholders and fonts", () =>
  withFolder(async (folder) => {
    const names = ["style", "linked", "imported", "feImage", "object", "embed", "poster", "set", "mask"];
    await using site = testSite({
      "/": html(
        `<style>@import "css/b.css"; p{background:url(style.png)}</style><link rel=stylesheet href=css/a.css><link rel=stylesheet href=gone.css>
        <svg><filter><feImage href=feImage.png /></filter><rect mask="url(#x)"/><style>rect{mask:url(mask.png)}</style></svg>
        <object data=object.png></object><object data=no.html></object><embed type=image/png src=embed.png><video poster=poster.png src=no.mp4></video>
        <img src><img src=about:blank><img src="javascript:0"><img src=blob:x><img src="data:image/png;base64,eA==">`,
      ),
      "/css/a.css": css(
        '@font-face{src:url(no.woff2)} p{background:image-set("../linked.png" 1x, url(../set.png) 2x)}',
      ),
      "/css/b.css": css('@import "a.css"; @import "c.css";'),
      "/css/c.css": css("@import url(b.css); p{background:url(../imported.png)}"),
      ...Object.fromEntries(names.map((name) => [`/${name}.png`, png("x")])),
    });
    const reports = await Array.fromAsync(saveImages(site.url, folder, { retries: 0 }));
    const failed = reports.filter(({ error }) => error).map(({ kind, url, error }) =>
      `${kind} ${url.slice(site.url.length)} ${error?.code}`
    );
    assertEquals(failed, ["style gone.css http-status"]);
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(files, [...names.map((name) => `${name}.png`), "image-7.png"].sort());
    assertEquals(site.requests.length, 1 + 4 + names.length);
  }));

Deno.test("images: style sheets that import each other without end are searched within bounds", () =>
  withFolder(async (folder) => {
    await using site = testSite({
      "/": html("<link rel=stylesheet href=s0.css>"),
      ...Object.fromEntries(Array.from({ length: 12 }, (_, depth) => [
        `/s${depth}.css`,
        css(Array.from({ length: 40 }, (_, i) => `@import "s${depth + 1}.css?${i}";`).join("")),
      ])),
    });
    const reports = await Array.fromAsync(saveImages(site.url, folder, { retries: 0 }));
    assertEquals(site.requests.length <= 201, true);
    assertEquals(new Set(reports.map(({ url }) => url)).size, reports.length);
    const codes = new Set(reports.map(({ kind, error }) => `${kind} ${error?.code}`));
    assertEquals(codes.has("style too-many-files"), true, [...codes].join());
  }));
