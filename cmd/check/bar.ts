const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/**
 * Draws a span of time as a bar of a waterfall: `began` and `ms` of a `whole`, in a number of columns. The end of a bar is drawn to
 * an eighth of a column; none is shorter than that.
 */
export function bar(began: number, ms: number, whole: number, width: number): string {
  if (!(whole > 0) || ms === 0) return " ".repeat(width);
  const from = Math.min(width - 1, Math.floor(began / whole * width));
  const eighths = Math.max(1, Math.min((width - from) * 8, Math.round(ms / whole * width * 8)));
  const drawn = "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
  return (" ".repeat(from) + drawn).padEnd(width);
}
