import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseXml } from "../../../lib/get/page/tree/xml.ts";
import { writeXml } from "../../../lib/get/page/tree/write_xml.ts";
import { parseHtml, writeHtml } from "../../../lib/get/page/tree/html.ts";
import type { SavePageOptions } from "../../../lib/get/internal.ts";
import { withFolder } from "../../kit/folder.ts";
import { octets } from "../../kit/raw.ts";
import { savedPage } from "../../kit/saved_page.ts";
import { type Place, testSite } from "../../kit/site.ts";
import { savePage } from "../../../lib/get/internal.ts";

const X = 'xmlns="http://www.w3.org/1999/xhtml"';
const SVG = 'xmlns="http://www.w3.org/2000/svg"';
const PNG = "data:image/png;base64,eA==";
const typed = (type: string, body: string | Uint8Array<ArrayBuffer>) => ({ headers: { "Content-Type": type }, body });

Deno.test("XML is written as what parses to the same, also by an HTML parser where that can be", () => {
  const cases: readonly (readonly [what: string, source: string, written: string])[] = [
    ["empty elements", `<html ${X}><p/><br></br><a b=""/></html>`, `<html ${X}><p></p><br /><a b=""></a></html>`],
    ["CDATA", `<p ${X}><![CDATA[<b>&amp;]]>x</p>`, `<p ${X}>&lt;b&gt;&amp;amp;x</p>`],
    ["entities of HTML", `<p ${X} t="&eacute;">&nbsp;&#233;&hellip;</p>`, `<p ${X} t="é">\u00a0é…</p>`],
    [
      "entities of its own, with elements and in each other",
      `<!DOCTYPE p [<!ENTITY a "<b>&c;</b>"><!-- <!ENTITY a "no"> --><!ENTITY c '&#38;lt;'>]><p ${X}>&a;<![CDATA[&a;]]></p>`,
      `<!DOCTYPE p>\n<p ${X}><b>&lt;</b>&amp;a;</p>`,
    ],
    [
      "prefixes",
      `<h:p xmlns:h="${X.slice(7, -1)}"><h:br/></h:p>`,
      `<h:p xmlns:h="${X.slice(7, -1)}"><h:br></h:br></h:p>`,
    ],
    [
      "other languages",
      `<p ${X}><svg ${SVG} xmlns:l="http://www.w3.org/1999/xlink"><use l:href="#a"/></svg><x xmlns="urn:x"/></p>`,
      `<p ${X}><svg ${SVG} xmlns:l="http://www.w3.org/1999/xlink"><use l:href="#a"/></svg><x xmlns="urn:x"></x></p>`,
    ],
    ["no namespace in one", `<p ${X}><x xmlns=""/></p>`, `<p ${X}><x xmlns=""></x></p>`],
    [
      "document types, comments, instructions",
      `<?xml version="1.0"?><?a b?><!--c--><!DOCTYPE html PUBLIC "p" 's"'><p ${X}><?d?></p>`,
      `<?a b?>\n<!--c-->\n<!DOCTYPE html PUBLIC "p" 's"'>\n<p ${X}><?d ?></p>`,
    ],
    [
      "styles and scripts",
      `<p ${X}><style>a>b{}</style><style><![CDATA[a{content:"<&"}]]></style><script>a&lt;b</script><script type="application/json">"&lt;"</script><script type="text/x">&lt;</script></p>`,
      `<p ${X}><style>a>b{}</style><style>/*<![CDATA[*/a{content:"<&"}/*]]>*/</style><script>/*<![CDATA[*/a<b/*]]>*/</script><script type="application/json">"\\u003c"</script><script type="text/x">&lt;</script></p>`,
    ],
    ["white space in attributes", `<p ${X} a="&#10;&#9; &quot;&lt;"/>`, `<p ${X} a="&#10;&#9; &quot;&lt;"></p>`],
    ["language and space", `<p ${X} xml:lang="e" lang="e"> x\r\n</p>`, `<p ${X} xml:lang="e" lang="e"> x\n</p>`],
  ];
  for (const [what, source, wanted] of cases) {
    const written = writeXml(parseXml(source));
    assertEquals(written, `${wanted}\n`, what);
    assertEquals(writeXml(parseXml(written)), written, what);
  }
});

Deno.test("HTML is written as what parses to the same, noscript and blank lines included", () => {
  for (
    const source of [
      "<!DOCTYPE html><html><head></head><body><pre>\n\nx</pre><textarea>\n\n</textarea></body></html>",
      '<html><head><noscript><img src="a" title="&lt;/noscript&gt;"></noscript></head><body></body></html>',
      "<html><head><noscript><style>a{}</style></noscript></head><body><svg><style>a{}</style><path></path></svg></body></html>",
      '<!DOCTYPE html SYSTEM "about:legacy-compat"><html><head></head><body></body></html>',
    ]
  ) assertEquals(writeHtml(parseHtml(source)), source);
});

interface XmlCase {
  readonly type: string;
  readonly source: string | Uint8Array<ArrayBuffer>;
  readonly saved: string;
  readonly failures?: readonly string[];
  readonly places?: Readonly<Record<string, Place>>;
  readonly options?: SavePageOptions;
}

const META = '<meta charset="utf-8" />';
const PAGES: Readonly<Record<string, XmlCase>> = {
  "self-closing scripts and titles lose nothing": {
    type: "application/xhtml+xml",
    source: `<html ${X}><head><title/><script src="a.js"/></head><body><div/><img src="a.png"/></body></html>`,
    places: { "/a.js": { body: "x" } },
    saved:
      `<html ${X}><head>${META}<title></title><script src="data:text/javascript;base64,eA=="></script></head><body><div></div><img src="${PNG}" /></body></html>`,
  },
  "application/xml with an XHTML root, prefixed": {
    type: "application/xml",
    source: `<h:html xmlns:h="${X.slice(7, -1)}"><h:body><h:img src="a.png"/><img src="a.png"/></h:body></h:html>`,
    saved: `<h:html xmlns:h="${
      X.slice(7, -1)
    }"><h:body><h:img src="${PNG}"></h:img><img src="a.png"></img></h:body></h:html>`,
  },
  "SVG as a page, with a style sheet and XLink by another prefix": {
    type: "image/svg+xml; charset=utf-8",
    source:
      `<?xml-stylesheet href="s.css" type="text/css"?><svg ${SVG} xmlns:l="http://www.w3.org/1999/xlink"><image l:href="a.png"/><a l:href="b"/></svg>`,
    places: { "/s.css": typed("text/css", "a{}") },
    saved:
      `<?xml-stylesheet href="data:text/css;charset=utf-8;base64,YXt9" type="text/css"?>\n<svg ${SVG} xmlns:l="http://www.w3.org/1999/xlink"><image l:href="${PNG}"/><a l:href="URL/b"/></svg>`,
  },
  "a transformation is listed": {
    type: "application/xhtml+xml",
    source: `<?xml-stylesheet href="s.xsl" type="text/xsl"?><html ${X}/>`,
    saved: `<?xml-stylesheet href="URL/s.xsl" type="text/xsl"?>\n<html ${X}></html>`,
    failures: ["style URL/s.xsl transformation"],
  },
  "copies of sprites get their namespace": {
    type: "application/xhtml+xml",
    source:
      `<html ${X} xmlns:s="http://www.w3.org/2000/svg"><body><s:svg><s:use href="s.svg#i"/></s:svg></body></html>`,
    places: { "/s.svg": typed("image/svg+xml", `<svg ${SVG}><g id="i"/></svg>`) },
    saved:
      `<html ${X} xmlns:s="http://www.w3.org/2000/svg"><body><s:svg><s:use href="#toucan-1-i"/><s:defs><g ${SVG} id="toucan-1-i"/></s:defs></s:svg></body></html>`,
  },
  "what is not well-formed is saved as HTML, which is listed": {
    type: "application/xhtml+xml",
    source: `<html ${X}><body><p>x<br></body></html>`,
    saved: `<html ${X}><head><meta charset="utf-8"></head><body><p>x<br></p></body></html>`,
    failures: ["page URL/page not-well-formed"],
  },
  "entities that expand without end are not expanded": {
    type: "application/xhtml+xml",
    source: `<!DOCTYPE html [<!ENTITY a "${"x".repeat(1000)}">${
      Array.from({ length: 7 }, (_, i) => `<!ENTITY ${"bcdefgh"[i]} "${`&${"abcdefg"[i]};`.repeat(20)}">`).join("")
    }]><html ${X}>&h;</html>`,
    saved: "",
    failures: ["page URL/page not-well-formed"],
  },
  "elements that are nested without end": {
    type: "application/xhtml+xml",
    source: `<html ${X}>${"<i>".repeat(100_000)}${"</i>".repeat(100_000)}</html>`,
    saved: "",
    failures: ["page URL/page not-well-formed"],
  },
  "the encoding of its declaration": {
    type: "application/xhtml+xml",
    source: octets(`<?xml version="1.0" encoding="windows-1251"?><html ${X}>\xcf\xf0</html>`),
    saved: `<html ${X}>Пр</html>`,
  },
  "UTF-16 without a mark": {
    type: "application/xml",
    source: octets([...`<html ${X}>x</html>`].map((char) => `${char}\0`).join("")),
    saved: `<html ${X}>x</html>`,
  },
  "without scripts": {
    type: "application/xhtml+xml",
    source: `<html ${X}><body onload="x()"><script/><svg ${SVG}><script/></svg></body></html>`,
    saved: `<html ${X}><body><svg ${SVG}/></body></html>`,
    options: { noScripts: true },
  },
};

for (const [what, { type, source, saved, failures = [], places, options }] of Object.entries(PAGES)) {
  Deno.test(`page in XML: ${what}`, async () => {
    const found = await savedPage(
      { "/a.png": typed("image/png", "x"), "/page": typed(type, source), ...places },
      options,
    );
    assertEquals([found.report.error, found.failures], [undefined, [...failures]]);
    if (saved === "") assert(found.page.length < 1 << 20);
    else assertEquals(found.page.trimEnd(), saved);
  });
}

Deno.test("savePage: rejects XML with other roots", async () => {
  for (const source of ["<rss/>", `<html/>`, "<rss", '<rss xmlns="urn:x"/>']) {
    const { report } = await savedPage({ "/page": typed("application/xml", source) });
    assertEquals(report.error?.code, "not-a-page", source);
  }
});

Deno.test("page in XML: files get an ending by which they are read as XML, or it is said what HTML changes", () =>
  withFolder(async (folder) => {
    const source = (inner: string) => `<html ${X}><head><title>x</title></head><body>${inner}</body></html>`;
    await using site = testSite({
      "/a.html": typed("application/xhtml+xml", source("<p/>")),
      "/b": typed("application/xhtml+xml", source("<p/>")),
      "/c.xhtml": typed("text/html", "<p>"),
      "/d": typed("image/svg+xml", `<svg ${SVG}/>`),
      "/e": typed("application/xhtml+xml", source("<p><div/></p>")),
      "/f": typed("application/xhtml+xml", source("<style>a{content:'&lt;'}</style><table><tr><td/></tr></table>")),
    });
    const save = async (name: string, file?: string) => {
      const target = file === undefined ? { folder } : { file: `${folder}/${file}` };
      const { file: saved, failures } = await savePage(`${site.url}${name}`, target);
      return [saved?.slice(folder.length + 1), ...failures.map(({ error }) => error?.code)].join(" ");
    };
    assertEquals(await save("a.html"), "a.xhtml");
    assertEquals(await save("b"), "b.xhtml");
    assertEquals(await save("c.xhtml"), "c.html");
    assertEquals(await save("d"), "d.svg");
    assertEquals(await save("e", "1.html"), "1.html xml-as-html");
    assertEquals(await save("e", "1.xhtml"), "1.xhtml");
    assertEquals(await save("f", "2.html"), "2.html");
    assertStringIncludes(await Deno.readTextFile(`${folder}/2.html`), `/*<![CDATA[*/a{content:'<'}/*]]>*/`);
  }));
