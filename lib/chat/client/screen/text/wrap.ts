import { type Grapheme, graphemes } from "./graphemes.ts";
import type { Row, Span, TextStyle } from "./span.ts";

interface Cell extends Grapheme {
  readonly style: TextStyle;
}

/**
 * Breaks spans into rows of at most `width` columns, between words where a word fits into a row. All rows but the first
 * begin with `indent` columns. A span with LF alone ends a row.
 */
export function wrapSpans(spans: readonly Span[], width: number, indent = 0): Row[] {
  const margin = indent < width / 2 ? indent : 0;
  const rows: Row[] = [];
  let row: Cell[] = [];
  let used = 0;
  /** Index in the row after the last space, where it can be broken; undefined for a row of one word. */
  let breakAt: number | undefined;
  const end = () => {
    rows.push(rowOf(row, rows.length === 0 ? 0 : margin));
    row = [];
    used = margin;
    breakAt = undefined;
  };
  for (const { text, attributes, colour } of spans) {
    const style = { attributes, colour };
    if (text === "\n") {
      end();
      continue;
    }
    for (const grapheme of graphemes(text)) {
      if (used + grapheme.width > width && row.length > 0) {
        // The space at the end of a row is not shown.
        const rest: Cell[] = breakAt === undefined ? [] : row.splice(breakAt);
        const space = grapheme.text === " ";
        if (space) row.push(...rest);
        end();
        if (space) continue;
        row = rest;
        used += rest.reduce((sum, cell) => sum + cell.width, 0);
      }
      row.push({ ...grapheme, style });
      used += grapheme.width;
      if (grapheme.text === " ") breakAt = row.length;
    }
  }
  end();
  return rows;
}

/** Joins the cells of one look. */
function rowOf(cells: readonly Cell[], margin: number): Row {
  const row: (Span & { text: string })[] = margin === 0 ? [] : [{ text: " ".repeat(margin) }];
  let last: TextStyle | undefined;
  for (const { text, style } of cells) {
    const span = row.at(-1);
    if (span && style === last) row[row.length - 1] = { ...span, text: span.text + text };
    else row.push({ ...style, text });
    last = style;
  }
  return row;
}
