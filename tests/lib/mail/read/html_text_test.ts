import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { htmlToText } from "../../../../lib/mail/read/html_text.ts";

for (
  const [html, text] of [
    ["", ""],
    ["hello", "hello"],
    ["<p>a</p><p>b</p>", "a\n\nb"],
    ["<p>a\n  b   <b>c</b> d</p>", "a b c d"],
    ["<div>a</div><div>b</div>", "a\nb"],
    ["a<br>b<br><br>c", "a\nb\n\nc"],
    ["<div>a<br></div><div>b</div>", "a\nb"],
    ["<ul><li>one<li>two</ul>after", "- one\n- two\n\nafter"],
    ["<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a  b\nc  d"],
    [
      "x<table><tr><th>Item<th>Qty<th>Price<tr><td>A long <b>name</b><td>2<td>10.00<tr><td colspan=2>Total<td>20</table>y",
      "x\nItem         Qty  Price\nA long name  2    10.00\nTotal        20\ny",
    ],
    [`<table><tr><td>a<td>b<tr><td>${"x".repeat(50)}<td>c</table>`, `a  b\n${"x".repeat(50)}  c`],
    ["<table><tr><td><table><tr><td><div>one</div></table><td><div>two</div></table>", "one\ntwo"],
    ["<ol><li>one<li>two<ul><li>in<li>ner</ul><li>three</ol>z", "1. one\n2. two\n  - in\n  - ner\n3. three\n\nz"],
    ["<ol start=9><li>a<li>b</ol><li>stray", "9. a\n10. b\n\n- stray"],
    ["<dl><dt>Term<dd>Meaning</dl>", "Term\n  Meaning"],
    ["a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\n> b\n>\n> > c\n\nd"],
    ["<pre>  x\n   y\n</pre>z", "  x\n   y\n\nz"],
    ["<blockquote>said<p>more</blockquote>answer", "> said\n>\n> more\n\nanswer"],
    ["<style>p{color:red}</style><script>alert(1)</script><title>t</title>seen", "seen"],
    ["<img src=x alt='a picture'>", "a picture"],
    ["<a href='https://example.com/'>https://example.com</a>", "https://example.com"],
    ["<a href='javascript:alert(1)'>click</a>", "click"],
    ["<a href='https://example.com/x'>click</a> here", "click <https://example.com/x> here"],
    ["a<hr>b", "a\n---\nb"],
    ["&lt;b&gt; &amp; &nbsp;x", "<b> & \u00a0x"],
    ["<!-- hidden -->a", "a"],
  ] as const
) {
  Deno.test(`mail read: HTML ${html}`, () => assertEquals(htmlToText(html), text));
}

for (
  const [what, html] of [
    ["levels", "<div>".repeat(400_000)],
    [
      "formatting elements",
      `<p>${Array.from({ length: 100_000 }, (_, i) => `<b a${i}>`).join("")}${"</p><p>x".repeat(100_000)}`,
    ],
    ["attributes", `<b ${Array.from({ length: 300_000 }, (_, i) => `a${i}`).join(" ")}>`],
    ["quotation marks that are not closed", '<a "'.repeat(500_000)],
    ["values that are not closed", `<a href="`.repeat(300_000)],
    ["comments that are not closed", "<!--".repeat(500_000)],
    ["scripts that are not closed", "<script>".repeat(300_000)],
    ["quotations", `${"<blockquote>x".repeat(100_000)}`],
    ["equals signs", `<a ${"= ".repeat(1_000_000)}>`],
    ["spaces in a tag", `<a href${" ".repeat(2_000_000)}=x>`],
    ["ampersands", "&".repeat(2_000_000)],
    ["line ends", "<pre>" + "\n".repeat(2_000_000)],
    ["cells", "<td>x".repeat(100_000)],
    ["rows", "<tr><td>x<td>y".repeat(40_000)],
    ["lists", "<ol><li>x".repeat(40_000)],
    ["trailing blanks", "<pre>" + " \t".repeat(1_000_000) + "x"],
  ] as const
) {
  // Each took minutes, or the whole memory, if its time grew with the square of its length.
  Deno.test(`mail read: HTML with very many ${what}`, () => void htmlToText(`${html}end`));
}

Deno.test("mail read: any HTML becomes a text without blanks at the ends of lines", () => {
  const piece = fc.constantFrom(
    ...["<p>", "</p>", "<li>", "<pre>", "</pre>", "<br>", "<blockquote>", "</blockquote>", "x ", "\n", "<td>", "<"],
    ...[
      "<a href=http://x>",
      "</a>",
      "<!--",
      "-->",
      "<script>",
      "</script>",
      "<img alt='",
      "'>",
      "&lt;",
      "&#0;",
      "<ol>",
      "</ol>",
      "<dd>",
      "<tr>",
      "<b =",
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = htmlToText(pieces.join(""));
      assertEquals(/[ \t]$/m.test(text) || /^\n|\n$/.test(text), false);
    }),
    { numRuns: 5000, seed: 20261128 },
  );
});
