import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { charsetOf, decodePage, decodeStyle } from "../../../lib/get/page/charset/decode.ts";
import { contentCharset, prescan } from "../../../lib/get/page/charset/prescan.ts";
import { octets } from "../../kit/raw.ts";
import { inDataUrl, savedPage } from "../../kit/saved_page.ts";

Deno.test("prescan: a meta is found as browsers find it (WHATWG HTML, prescan a byte stream)", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["<meta charset=koi8-r>", "koi8-r"],
    ["<META CHARSET = 'KOI8-R' >", "koi8-r"],
    ["<meta/charset=koi8-r/>", undefined],
    ["<meta/charset=koi8-r >", "koi8-r"],
    ["<meta charset=latin1>", "windows-1252"],
    ["<meta charset=utf-16le>", "utf-8"],
    ["<meta charset=x-user-defined>", "windows-1252"],
    ["<meta charset=none><meta charset=koi8-r>", "koi8-r"],
    ["<metacharset=koi8-r><meta charset=gbk>", "gbk"],
    ["<!-- <meta charset=koi8-r> --><meta charset=gbk>", "gbk"],
    ["<!--><meta charset=koi8-r>", "koi8-r"],
    ["<!---><meta charset=koi8-r>", "koi8-r"],
    ["<!-- <meta charset=koi8-r>", undefined],
    ["<p title='<meta charset=koi8-r>'><meta charset=gbk>", "gbk"],
    ['<p title="<meta charset=koi8-r>', undefined],
    ["</p a=<meta><meta charset=gbk>", "gbk"],
    ["<!doctype html><?x <meta charset=koi8-r>?></ ><meta charset=gbk>", "koi8-r".replace("koi8-r", "gbk")],
    ["<meta name=a content='charset=koi8-r'><meta charset=gbk>", "gbk"],
    ["<meta http-equiv=content-type content='text/html; charset=koi8-r'>", "koi8-r"],
    ["<meta content='text/html; charset=koi8-r' http-equiv=Content-Type>", "koi8-r"],
    ["<meta http-equiv=refresh content='text/html; charset=koi8-r'>", undefined],
    ["<meta charset=koi8-r charset=gbk>", "koi8-r"],
    ["<meta charset=koi8-r", undefined],
    ["<script>'<meta charset=koi8-r>'</script>", "koi8-r"],
    ["<?xml version='1.0' encoding='koi8-r'?><p>", "koi8-r"],
    ["<?xml version='1.0' encoding='koi8-r'?><meta charset=gbk>", "gbk"],
    ['<?xml encoding = "utf-16" ?>', "utf-8"],
    [" <?xml encoding='koi8-r'?>", undefined],
    ["<\0?\0x\0", "utf-16le"],
    ["\0<\0?\0x", "utf-16be"],
    [`${" ".repeat(1003)}<meta charset=koi8-r>`, "koi8-r"],
    [`${" ".repeat(1004)}<meta charset=koi8-r>`, undefined],
    ["", undefined],
  ];
  for (const [text, wanted] of cases) assertEquals(prescan(octets(text)), wanted, text.trim());
});

Deno.test("charset in the content of a meta, and in a Content-Type", () => {
  const content: readonly (readonly [string, string | undefined])[] = [
    ["text/html; charset=a", "a"],
    ["charset = 'a b'", "a b"],
    ['charset="a', undefined],
    ["charset charset=a;b", "a"],
    ["charset", undefined],
    ["xcharset=a", "a"],
  ];
  for (const [text, wanted] of content) assertEquals(contentCharset(text), wanted, text);
  const types: readonly (readonly [string, string | undefined])[] = [
    ["text/html; charset=a", "a"],
    ['text/html;x="; charset=no"; Charset="a\\b"', "ab"],
    ["text/html; charset=", undefined],
    ["text/html", undefined],
  ];
  for (const [text, wanted] of types) assertEquals(charsetOf(text), wanted, text);
  assertEquals(charsetOf(undefined), undefined);
});

Deno.test("a Content-Type beats a meta, a mark beats both, and x-user-defined is meant only there", () => {
  assertEquals(decodePage(octets("<meta charset=koi8-r>\xe9"), "text/html; charset=latin1").at(-1), "é");
  assertEquals(decodePage(octets("\xff\xfea\0"), "text/html; charset=latin1"), "a");
  assertEquals(decodePage(octets("\x80"), "text/html; charset=x-user-defined"), "\uf780");
  assertEquals(decodePage(octets("<meta charset=x-user-defined>\x80"), undefined).at(-1), "€");
  assertEquals(decodeStyle(octets('@charset "koi8-r";\xc1'), "text/css", "utf-8").text.at(-1), "а");
  assertEquals(decodeStyle(octets('@charset "utf-16";\xc3\xa9'), "text/css", "koi8-r"), {
    text: '@charset "utf-16";é',
    encoding: "utf-8",
  });
  assertEquals(decodeStyle(octets('@charset "koi8-r";\xe9'), "text/css; charset=latin1", "utf-8").text.at(-1), "é");
  assertEquals(decodeStyle(octets("\xe9"), "text/css", "windows-1252").text, "é");
});

/** A page, a sheet that it links to, one that this imports, and a script, each in an encoding that only the page names. */
const LEGACY: readonly (readonly [encoding: string, bytes: string, text: string])[] = [
  ["windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"],
  ["shift_jis", "\x93\xfa\x96\x7b\x8c\xea\x83\x5c", "日本語ソ"],
  ["euc-kr", "\xc7\xd1\xb1\xdb", "한글"],
];

for (const [encoding, bytes, text] of LEGACY) {
  Deno.test(`a page in ${encoding}: its styles, scripts and frames inherit that`, async () => {
    const typed = (type: string, body: string) => ({ headers: { "Content-Type": type }, body: octets(body) });
    const { page, failures } = await savedPage({
      "/page": typed(
        "text/html",
        `<title title="<meta charset=utf-8>">${bytes}</title><!-- <meta charset=utf-8> --><meta charset=${encoding}>` +
          "<link rel=stylesheet href=1.css><script src=a.js></script><script src=m.js type=module></script><iframe src=f></iframe>",
      ),
      "/1.css": typed("text/css", `@import "2.css";p::after{content:"${bytes}"}`),
      "/2.css": typed("text/css", `q::after{content:"${bytes}"}`),
      "/a.js": typed("text/javascript", `"${bytes}"`),
      "/m.js": typed("text/javascript", '"\xc3\xa9"'),
      "/f": typed("text/html", bytes),
    });
    assertEquals(failures, []);
    assertStringIncludes(page, `<title title="&lt;meta charset=utf-8&gt;">${text}</title>`);
    const sheet = inDataUrl(page, "text/css;charset=utf-8");
    assertStringIncludes(sheet, `p::after{content:"${text}"}`);
    assertEquals(inDataUrl(sheet, "text/css;charset=utf-8"), `q::after{content:"${text}"}`);
    assertEquals(inDataUrl(page, "text/javascript"), `"${text}"`);
    assertMatch(page, new RegExp(`srcdoc="[^"]*${text}`));
    assertStringIncludes(page, btoa('"\xc3\xa9"'));
  });
}

Deno.test("a meta behind the first 1,024 bytes is the document's own, and counts when nothing else does", async () => {
  const page = `<!doctype html><title>x</title>${" ".repeat(1100)}<meta charset=windows-1251><p>\xcf\xf0`;
  const saved = async (type: string, head = "") =>
    (await savedPage({ "/page": { headers: { "Content-Type": type }, body: octets(head + page) } })).page;
  assertStringIncludes(await saved("text/html"), "<p>Пр");
  assertStringIncludes(await saved("text/html; charset=latin1"), "<p>Ïð");
  const commented = page.replace("<meta", "<!--<meta").replace("1251>", "1251>-->");
  const { page: other } = await savedPage({
    "/page": { headers: { "Content-Type": "text/html" }, body: octets(commented) },
  });
  assertStringIncludes(other, "<p>Ïð");
});
