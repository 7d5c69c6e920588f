/** Stands between the cells of a row; text has none of it. */
export const CELL_END = "\0";
/** Columns of a table that are aligned, and of a cell that others are aligned to. */
const MAX_WIDTH = 100;
const MAX_CELL = 40;
/** Cells of a row that are aligned. */
const MAX_CELLS = 30;

/** Aligns the columns of rows that follow each other; those of a table that is too wide are two blanks apart. */
export function alignCells(lines: readonly string[]): string[] {
  const done: string[] = [];
  for (let at = 0; at < lines.length;) {
    const end = endOfRows(lines, at);
    if (end === at) done.push(lines[at++] ?? "");
    else {
      for (const line of aligned(lines.slice(at, end))) done.push(line);
      at = end;
    }
  }
  return done;
}

function endOfRows(lines: readonly string[], at: number): number {
  while (lines[at]?.includes(CELL_END)) at++;
  return at;
}

function aligned(lines: readonly string[]): string[] {
  const rows = lines.map((line) => line.split(CELL_END).map((cell) => cell.trimEnd()));
  const widths: number[] = [];
  for (const row of rows) {
    // The last cell of a row needs no room behind it.
    for (const [i, cell] of row.slice(0, -1).entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  const fits = widths.length < MAX_CELLS && widths.every((width) => width <= MAX_CELL) &&
    widths.reduce((sum, width) => sum + width + 2, 0) <= MAX_WIDTH;
  const pad = (cell: string, i: number) => fits ? cell.padEnd(widths[i] ?? 0) : cell;
  return rows.map((row) => row.map((cell, i) => i === row.length - 1 ? cell : pad(cell, i)).join("  ").trimEnd());
}
