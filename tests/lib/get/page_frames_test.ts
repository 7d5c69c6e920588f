import { assert, assertEquals, assertMatch } from "@std/assert";
import { inDataUrl, savedPage, unescaped } from "../../kit/saved_page.ts";
import { testSite } from "../../kit/site.ts";

const html = (body: string) => ({ headers: { "Content-Type": "text/html; charset=utf-8" }, body });
const typed = (type: string, body: string) => ({ headers: { "Content-Type": type }, body });
const PNG = "data:image/png;base64,eA==";
const PLACES = { "/a.png": typed("image/png", "x") };

/** Returns the `srcdoc` of the first frame of a page. */
function srcdocOf(page: string): string {
  return unescaped(/ srcdoc="([^"]*)"/.exec(page)?.[1] ?? "").replace(/^<html><head><meta charset="utf-8">/, "");
}

/** The attributes of the frames of a page, without what they hold. */
function framesOf(page: string): string[] {
  return [...page.matchAll(/<i?frame[^>]*>/g)].map(([tag]) => tag.replace(/ srcdoc="[^"]*"/, " srcdoc"));
}

const RIGHTS = "allow-downloads allow-forms allow-modals allow-orientation-lock allow-pointer-lock allow-popups " +
  "allow-popups-to-escape-sandbox allow-presentation allow-scripts allow-top-navigation-by-user-activation";

Deno.test("frames: a page in a page, with what it shows, and fragments that stay in it", async () => {
  const { page, failures, requests } = await savedPage({
    ...PLACES,
    "/page": html("<iframe src=d/f.html#x name=n></iframe>"),
    "/d/f.html": html('<img src="../a.png"><a href=g>g</a><a href="#x">x</a><pre>\n\np</pre>'),
  });
  assertEquals([framesOf(page), failures, requests], [['<iframe name="n" srcdoc>'], [], [
    "/page",
    "/d/f.html",
    "/a.png",
  ]]);
  assertEquals(
    srcdocOf(page),
    `</head><body><img src="${PNG}"><a href="URL/d/g">g</a><a href="about:srcdoc#x">x</a><pre>\n\np</pre></body></html>`,
  );
});

Deno.test("frames: what stands in srcdoc already is of the page around it", async () => {
  const { page } = await savedPage({
    ...PLACES,
    "/page": html('<base href="/d/"><iframe src=no sandbox srcdoc="<img src=../a.png>"></iframe>'),
  });
  assertEquals([framesOf(page), srcdocOf(page)], [
    ['<iframe sandbox="" srcdoc>'],
    `</head><body><img src="${PNG}"></body></html>`,
  ]);
});

Deno.test("frames: those of a frameset become data URLs, in the mode that they had", async () => {
  const { page } = await savedPage({
    ...PLACES,
    "/page": html('<frameset cols="*"><frame src=f name=f><noframes>none</noframes></frameset>'),
    "/f": html("<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 3.2//EN'><img src=a.png>"),
  });
  assertMatch(page, /^<\/head><frameset cols="\*"><frame src="data:text\/html;charset=utf-8;base64,[^"]+" name="f">/);
  assertEquals(
    inDataUrl(page, "text/html;charset=utf-8"),
    `<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 3.2//EN"><html><head><meta charset="utf-8"></head><body><img src="${PNG}"></body></html>`,
  );
});

Deno.test("frames: XHTML, SVG, images and text become data URLs, text in UTF-8", async () => {
  const { page, failures } = await savedPage({
    ...PLACES,
    "/page": html("<iframe src=x></iframe><iframe src=a.png></iframe><iframe src=t></iframe>"),
    "/x": typed("application/xhtml+xml", '<html xmlns="http://www.w3.org/1999/xhtml"><body><p/></body></html>'),
    "/t": {
      headers: { "Content-Type": "text/plain; charset=windows-1251" },
      body: Uint8Array.of(0xcf, 0xf0),
    },
  });
  assertEquals(failures, []);
  assertEquals(framesOf(page).length, 3);
  assertMatch(inDataUrl(page, "application/xhtml+xml;charset=utf-8"), /<p><\/p>/);
  assert(page.includes(`<iframe src="${PNG}"></iframe>`));
  assertEquals(inDataUrl(page, "text/plain;charset=utf-8"), "Пр");
});

Deno.test("frames: an origin is lost where it was another, or where a policy had bounds for it", async () => {
  await using other = testSite({
    "/f": html("<script>1</script>"),
    "/back": ({ target }) => ({ status: 302, headers: { Location: target.slice("/back?".length) } }),
  });
  const frame = (attributes: string) => html(`<iframe ${attributes}></iframe>`);
  const cases: readonly (readonly [what: string, attributes: string, frame: string])[] = [
    ["of the same origin", "src=f", "<iframe srcdoc>"],
    ["of the same origin, with a sandbox", 'src=f sandbox="allow-scripts"', '<iframe sandbox="allow-scripts" srcdoc>'],
    ["of another origin", `src=${other.url}f`, `<iframe sandbox="${RIGHTS}" srcdoc>`],
    [
      "of another origin, with a sandbox",
      `src=${other.url}f sandbox="allow-scripts allow-same-origin"`,
      '<iframe sandbox="allow-scripts" srcdoc>',
    ],
    ["of another origin, with an empty sandbox", `src=${other.url}f sandbox`, '<iframe sandbox="" srcdoc>'],
    ["redirected to another origin", "src=away", `<iframe sandbox="${RIGHTS}" srcdoc>`],
    ["with a policy in its head", "src=csp", `<iframe sandbox="${RIGHTS}" srcdoc>`],
    ["with a policy that is a sandbox", "src=box", '<iframe sandbox="allow-forms" srcdoc>'],
    ["with a policy in a meta", "src=meta", `<iframe sandbox="${RIGHTS}" srcdoc>`],
    ["with a policy as an attribute", "src=f csp=\"default-src 'none'\"", "<iframe srcdoc>"],
  ];
  for (const [what, attributes, wanted] of cases) {
    const { page } = await savedPage({
      "/page": frame(attributes),
      "/f": html("<script>1</script>"),
      "/away": { status: 302, headers: { Location: `${other.url}f` } },
      "/csp": {
        headers: { "Content-Type": "text/html", "Content-Security-Policy": "script-src 'none'" },
        body: "<p>x",
      },
      "/box": {
        headers: {
          "Content-Type": "text/html",
          "Content-Security-Policy": "img-src *; sandbox allow-forms allow-same-origin",
        },
        body: "<p>x",
      },
      "/meta": html("<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><p>x"),
    });
    assertEquals(framesOf(page), [wanted], what);
  }
  const { page } = await savedPage({ "/page": frame(`src=${other.url}f`) }, { noScripts: true });
  assertEquals(/allow-scripts|<script/.test(page), false);
});

Deno.test("frames: data URLs keep their origin of their own, also with HTML in them", async () => {
  const { page } = await savedPage({ ...PLACES, "/page": html('<iframe src="data:text/html,<b>x</b>"></iframe>') });
  assertEquals(framesOf(page).length, 1);
  assertMatch(page, /<iframe src="data:text\/html;charset=utf-8;base64,/);
});

Deno.test("frames: what a frame of another origin refers to is loaded without the user's credentials", async () => {
  const headers = { Authorization: "Basic eDp5" };
  let secret = "";
  await using other = testSite({ "/f": () => html(`<img src="${secret}">`) });
  const { site } = await savedPage({
    "/page": (request) => {
      secret = `http://${request.headers.get("host")}/a.png`;
      return html(`<img src=a.png><iframe src=${other.url}f></iframe>`);
    },
    ...PLACES,
  }, { headers, parallel: 1 });
  const seen = site.requests.map(({ target, headers }) => `${target} ${headers.has("authorization")}`);
  assertEquals(seen, ["/page true", "/a.png true", "/a.png false"]);
});

Deno.test("frames: loops, depth and number have limits, and each omission is listed", async () => {
  const loop = await savedPage({
    "/page": html("<iframe src=/page#x></iframe><iframe src=f></iframe>"),
    "/f": html("<iframe src=/page></iframe><iframe src=/f></iframe>"),
  });
  assertEquals(loop.failures.toSorted(), [
    "frame URL/f frame-loop",
    "frame URL/page frame-loop",
    "frame URL/page#x frame-loop",
  ]);
  const deep = await savedPage({
    "/page": html("<iframe src=f?1></iframe>"),
    "/f": ({ target }) => html(`<iframe src=f?${Number(target.slice(3)) + 1}></iframe>`),
  });
  assertEquals([deep.failures, deep.requests.length], [["frame URL/f?5 too-deep"], 5]);
  const many = await savedPage({
    "/page": html(Array.from({ length: 102 }, (_, i) => `<iframe src=f?${i}></iframe>`).join("")),
    "/f": html("x"),
  });
  assertEquals(many.failures, ["frame URL/f?100 too-many-frames", "frame URL/f?101 too-many-frames"]);
  const wide = await savedPage({
    "/page": html("<iframe src=f?1></iframe>"),
    "/f": ({ target }) => html(Array.from({ length: 30 }, (_, i) => `<iframe src=${target}${i}></iframe>`).join("")),
  }, { maxTotal: 4 << 20 });
  assert(wide.report.error === undefined && wide.page.length < 8 << 20);
});

Deno.test("frames: one that is not there keeps its URL", async () => {
  const { page, failures } = await savedPage({ "/page": html("<iframe src=gone></iframe><frame src=x>") });
  assertEquals([framesOf(page), failures], [['<iframe src="URL/gone">'], ["frame URL/gone http-status"]]);
});
