import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { escapeHtml, markup, prose } from "../../../scripts/docs/html.ts";
import { manHtml } from "../../../scripts/docs/man_html.ts";
import { renderMarkdown } from "../../../scripts/docs/markdown.ts";
import { spans } from "../../../scripts/docs/recording/ansi.ts";
import { linksOf } from "../../../scripts/docs/source.ts";
import { matches } from "../../../scripts/docs/transcripts/compare.ts";
import { parseSessions } from "../../../scripts/docs/transcripts/parse.ts";

/** Shown lines, printed lines, and whether they match. */
const OUTPUTS: readonly (readonly [shown: string, printed: string, match: boolean])[] = [
  ["a|b", "a|b", true],
  ["a|b", "a", false],
  ["a", "a|b", false],
  ["a||", "a", true],
  ["a|…|d", "a|b|c|d", true],
  ["a|…|d", "a|d", true],
  ["a|…", "a", true],
  ["a|…|d", "a|b|c", false],
  ["open 1.7ms", "open 23ms", true],
  ["open 1.7ms", "refused 1.7ms", false],
  ["127.0.0.1:40001 x", "127.0.0.1:51234 x", true],
  ["127.0.0.1:8000", "127.0.0.1:8001", false],
  ["Date: Fri, 27 Nov 2026 22:35:25 GMT", "Date: Mon, 02 Feb 2032 01:00:00 GMT", true],
  ["toucan 1.0.0-rc.1 is new", "toucan 2.3.4 is new", true],
];

for (const [shown, printed, match] of OUTPUTS) {
  Deno.test(`documents: "${printed}" ${match ? "is" : "is not"} what "${shown}" shows`, () => {
    assertEquals(matches(shown.split("|"), printed.split("|")), match);
  });
}

const DOCUMENT = `# t

\`\`\`console setup
$ mkdir a
\`\`\`

## One

\`\`\`console server
$ serve \\
>   --port 1
listening
\`\`\`

\`\`\`sh
$ left out
\`\`\`

\`\`\`console
$ b
1
2

$ c
\`\`\`

## Two

text

## Three

\`\`\`console fresh
$ d
\`\`\`
`;

Deno.test("documents: sessions are the sections with transcripts, and begin with the set-up", () => {
  const sessions = parseSessions(DOCUMENT).map(({ title, fresh, steps }) => ({
    title,
    fresh,
    steps: steps.map(({ command, output, server }) => [command, output.join("|"), server]),
  }));
  assertEquals(sessions, [
    {
      title: "One",
      fresh: undefined,
      steps: [["mkdir a", "", false], ["serve \\\n  --port 1", "listening", true], ["b", "1|2|", false], [
        "c",
        "",
        false,
      ]],
    },
    { title: "Three", fresh: true, steps: [["mkdir a", "", false], ["d", "", false]] },
  ]);
  const [from, to] = parseSessions(DOCUMENT)[0]?.steps[2]?.at ?? [0, 0];
  assertEquals(DOCUMENT.split("\n").slice(from, to), ["1", "2", ""]);
});

Deno.test("site: text is escaped, HTML is not, and options in a sentence are code", () => {
  assertEquals(escapeHtml(`<a href="x">&`), "&lt;a href=&quot;x&quot;&gt;&amp;");
  assertEquals(
    markup`<p>${"<b>"}${markup`<i>${1}</i>`}${undefined}${["a", "&"]}</p>`.text,
    "<p>&lt;b&gt;<i>1</i>a&amp;</p>",
  );
  assertEquals(
    prose("use --a-b (or -c), not x--d <").text,
    "use <code>--a-b</code> (or <code>-c</code>), not x--d &lt;",
  );
});

Deno.test("site: Markdown has anchors of its own, escaped code, and no comments", () => {
  const { title, lead, body, headings } = renderMarkdown(
    "# T `x`\n\nLead <b>&amp;</b>.\n\n## A b\n\n<!-- c -->\n\n## A b\n\n```console\n$ a <x>\nb\n```\n\n<!-- draw: it -->\n",
    { insert: (kind, name) => markup`<hr id="${kind}-${name}">` },
  );
  assertEquals([title, headings.map(({ id }) => id)], ["T x", ["a-b", "a-b-1"]]);
  assertStringIncludes(lead, "Lead");
  assertStringIncludes(body.text, "<kbd>a &lt;x&gt;</kbd>\n<samp>b</samp>");
  assertStringIncludes(body.text, '<hr id="draw-it">');
  assertEquals(body.text.includes("<!--"), false);
});

Deno.test("site: links of documents lead to pages, or to the repository", () => {
  const link = linksOf("lib/url/README.md", new Map([["lib/get/README.md", "get.html"]]));
  assertEquals(link("../get/README.md#log-in"), "get.html#log-in");
  assertEquals(link("#a"), "#a");
  assertEquals(link("https://example.com/"), "https://example.com/");
  assertEquals(link("../../LICENSE"), "https://github.com/toucan-tools/toucan/blob/main/LICENSE");
});

Deno.test("site: a man page is converted with its lists, fonts and characters", () => {
  const { body, headings } = manHtml(
    '.TH X 1\n.SH "A B"\ntext \\fB\\-x\\fR <\\(aq>\n.TP\n.B \\-y\nhelp\n.IP\nmore\n.PP\nend\n',
  );
  assertEquals(headings, [{ level: 2, text: "A B", id: "a-b" }]);
  assertStringIncludes(
    body.text,
    "<p>text <b>-x</b> &lt;'&gt;</p>\n<dl>\n<dt><b>-y</b></dt><dd><p>help</p><p>more</p></dd>\n</dl>\n<p>end</p>",
  );
  assertThrows(() => manHtml(".XX a\n"), Error, ".XX");
});

Deno.test("recording: a line is split by its styles, other sequences are dropped", () => {
  assertEquals(spans("a\x1b[1;31mb\x1b[0mc\x1b[K"), [
    { text: "a", styles: [] },
    { text: "b", styles: ["bold", "red"] },
    { text: "c", styles: [] },
  ]);
});
