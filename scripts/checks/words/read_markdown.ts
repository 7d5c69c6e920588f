import { oneLine, type Text } from "./text.ts";

/** Reads the paragraphs, items and rows of a Markdown file, without its code. */
export function readMarkdown(path: string, source: string): Text[] {
  const texts: { line: number; lines: string[] }[] = [];
  let code = false;
  let open = false;
  for (const [index, line] of source.split("\n").entries()) {
    if (line.startsWith("```")) code = !code;
    const blank = code || line.startsWith("```") || line.trim() === "" || line.startsWith("<!--");
    if (!blank) {
      const begins = !open || /^\s*(?:[-*|#]|\d+\.) ?/.test(line);
      if (begins) texts.push({ line: index + 1, lines: [line] });
      else texts.at(-1)?.lines.push(line);
    }
    open = !blank;
  }
  return texts.map(({ line, lines }) => ({
    kind: "prose",
    path,
    line,
    // Inline code is quoted from elsewhere.
    text: oneLine(lines.join(" ").replace(/^\s*[-*#|]+ /, "").replaceAll(/`[^`]*`/g, "‹›")),
  }));
}
