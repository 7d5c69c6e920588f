import { formatDuration, markupText } from "../../core/mod.ts";
import type { CheckReport } from "../check.ts";
import { type Layer, LAYER_TITLES, LAYERS } from "../layers.ts";
import type { ProbeReport } from "../probe/probe.ts";
import { MARKS } from "../words/finding.ts";
import { kindOf } from "../words/findings.ts";

/** Lengths of a waterfall. */
interface Form {
  /** Width of all. */
  readonly width: number;
  /** Where bars begin and end. */
  readonly plot: readonly [from: number, to: number];
  /** Height of a row, and where in it its text stands and its bar begins. */
  readonly row: number;
  readonly text: number;
  readonly bar: number;
  /** Most characters of a name. */
  readonly name: number;
}

/** Height of the axis. */
const AXIS = 22;
/** Names beside the bars, and above them for the width of a phone. */
const FORMS = {
  wide: { width: 720, plot: [230, 656], row: 22, text: 16, bar: 4, name: 24 },
  narrow: { width: 340, plot: [0, 340], row: 38, text: 15, bar: 20, name: 28 },
} as const satisfies Record<string, Form>;

/** Returns the rows of a report's waterfall: the probes that ran, from the bottom layer. */
export function waterfallRows({ probes }: CheckReport): ProbeReport[] {
  const order = (layer: Layer) => LAYERS.indexOf(layer);
  return probes.filter(({ state }) => state !== "skipped").toSorted((a, b) =>
    order(a.layer) - order(b.layer) || a.began - b.began
  );
}

/**
 * Returns the waterfall of a report as an SVG document for light and dark surroundings: a bar for the time of each probe, and its
 * name beside it or, in the narrow form, above it. Pure.
 */
export function waterfallSvg(report: CheckReport, form: "wide" | "narrow" = "wide"): string {
  const rows = waterfallRows(report);
  const { width, row: rowHeight } = FORMS[form];
  const height = AXIS + rows.length * rowHeight + 8;
  const whole = Math.max(1, ...rows.map(({ began, ms }) => began + ms));
  const title = markupText(`Times of the probes of ${report.target.text}: ${formatDuration(report.ms)}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="system-ui,sans-serif" font-size="12">
<style>text{fill:#1a1d21}.dim{fill:#5c6670}.grid{stroke:#d5d9de}.good,.note{fill:#2e7d4f}.warning{fill:#b26a00}.fault{fill:#b3261e}@media (prefers-color-scheme:dark){text{fill:#e6e9ec}.dim{fill:#9aa4ae}.grid{stroke:#2c3238}.good,.note{fill:#5bbf86}.warning{fill:#f0b05b}.fault{fill:#f2857f}}</style>
${axis(whole, height, FORMS[form])}
${rows.map((row, index) => barOf(row, index, whole, FORMS[form])).join("\n")}
</svg>
`;
}

function axis(whole: number, height: number, { plot: [from, to] }: Form): string {
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const x = from + part * (to - from);
    const anchor = part === 0 ? "start" : part === 1 ? "end" : "middle";
    return `<line class="grid" x1="${x}" x2="${x}" y1="${AXIS}" y2="${height - 4}"/>` +
      `<text class="dim" x="${x}" y="14" text-anchor="${anchor}">${formatDuration(part * whole)}</text>`;
  }).join("");
}

function barOf(
  { layer, probe, subject, began, ms, findings }: ProbeReport,
  index: number,
  whole: number,
  { width: all, plot: [from, to], row, text: textY, bar, name: nameLength }: Form,
): string {
  const top = AXIS + index * row;
  const [y, text] = [top + bar, top + textY];
  const width = Math.max(2, ms / whole * (to - from));
  const x = Math.min(to - width, from + began / whole * (to - from));
  const mark = MARKS[Math.max(0, ...findings.map((finding) => MARKS.indexOf(kindOf(finding).mark)))] ?? "good";
  const name = subject === undefined ? probe : `${probe} ${subject}`;
  const label = name.length > nameLength ? `${name.slice(0, nameLength - 1)}…` : name;
  return `<text class="dim" x="0" y="${text}">${LAYER_TITLES[layer]}</text><text x="78" y="${text}">${
    markupText(label)
  }</text>` +
    `<rect class="${mark}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="14" rx="2"/>` +
    `<text class="dim" x="${all}" y="${text}" text-anchor="end">${formatDuration(ms)}</text>`;
}
