import { formatDuration, markupText } from "../../core/mod.ts";
import type { CheckReport } from "../check.ts";
import { type Layer, LAYER_TITLES, LAYERS } from "../layers.ts";
import type { ProbeReport } from "../probe/probe.ts";
import { MARKS } from "../words/finding.ts";
import { kindOf } from "../words/findings.ts";

const WIDTH = 720;
const LABEL_WIDTH = 230;
const TIME_WIDTH = 64;
const ROW_HEIGHT = 22;
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - TIME_WIDTH;

/** Returns the rows of a report's waterfall: the probes that ran, from the bottom layer. */
export function waterfallRows({ probes }: CheckReport): ProbeReport[] {
  const order = (layer: Layer) => LAYERS.indexOf(layer);
  return probes.filter(({ state }) => state !== "skipped").toSorted((a, b) =>
    order(a.layer) - order(b.layer) || a.began - b.began
  );
}

/** Returns the waterfall of a report as an SVG document for light and dark surroundings: a bar for the time of each probe. Pure. */
export function waterfallSvg(report: CheckReport): string {
  const rows = waterfallRows(report);
  const height = (rows.length + 1) * ROW_HEIGHT + 8;
  const whole = Math.max(1, ...rows.map(({ began, ms }) => began + ms));
  const title = markupText(`Times of the probes of ${report.target.text}: ${formatDuration(report.ms)}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}" font-family="system-ui,sans-serif" font-size="12">
<style>text{fill:#1a1d21}.dim{fill:#5c6670}.grid{stroke:#d5d9de}.good,.note{fill:#2e7d4f}.warning{fill:#b26a00}.fault{fill:#b3261e}@media (prefers-color-scheme:dark){text{fill:#e6e9ec}.dim{fill:#9aa4ae}.grid{stroke:#2c3238}.good,.note{fill:#5bbf86}.warning{fill:#f0b05b}.fault{fill:#f2857f}}</style>
${axis(whole, height)}
${rows.map((row, index) => barOf(row, index, whole)).join("\n")}
</svg>
`;
}

function axis(whole: number, height: number): string {
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const x = LABEL_WIDTH + part * PLOT_WIDTH;
    const anchor = part === 0 ? "start" : part === 1 ? "end" : "middle";
    return `<line class="grid" x1="${x}" x2="${x}" y1="${ROW_HEIGHT}" y2="${height - 4}"/>` +
      `<text class="dim" x="${x}" y="14" text-anchor="${anchor}">${formatDuration(part * whole)}</text>`;
  }).join("");
}

function barOf({ layer, probe, subject, began, ms, findings }: ProbeReport, index: number, whole: number): string {
  const y = (index + 1) * ROW_HEIGHT + 4;
  const x = LABEL_WIDTH + began / whole * PLOT_WIDTH;
  const width = Math.max(2, ms / whole * PLOT_WIDTH);
  const mark = MARKS[Math.max(0, ...findings.map((finding) => MARKS.indexOf(kindOf(finding).mark)))] ?? "good";
  const name = subject === undefined ? probe : `${probe} ${subject}`;
  const label = name.length > 24 ? `${name.slice(0, 23)}…` : name;
  const text = y + 12;
  return `<text class="dim" x="0" y="${text}">${LAYER_TITLES[layer]}</text><text x="78" y="${text}">${
    markupText(label)
  }</text>` +
    `<rect class="${mark}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="14" rx="2"/>` +
    `<text class="dim" x="${WIDTH}" y="${text}" text-anchor="end">${formatDuration(ms)}</text>`;
}
