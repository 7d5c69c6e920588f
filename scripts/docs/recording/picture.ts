import { escapeHtml } from "../html.ts";
import { trimmed } from "../transcripts/compare.ts";
import { spans } from "./ansi.ts";
import type { Recorded } from "./commands.ts";

const FONT_SIZE = 14;
const LINE_HEIGHT = 20;
const COLUMN_WIDTH = 8.43;
const MARGIN = 18;
const TITLE_HEIGHT = 34;
/** Time between two commands of the animation. */
const STEP_SECONDS = 0.7;

const STYLE = `
text { font: ${FONT_SIZE}px ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #cfc8bd; white-space: pre; }
.prompt { fill: #ff9d5c; } .command { fill: #fff; font-weight: 600; } .bold { font-weight: 700; fill: #fff; } .dim { fill: #978f84; }
.red { fill: #ff8a80; } .green { fill: #9ccc65; } .yellow { fill: #ffd54f; } .blue { fill: #82b1ff; } .magenta { fill: #e1a3f5; } .cyan { fill: #80deea; }
@media (prefers-reduced-motion: no-preference) {
  .step { animation: show 0.4s both; }
  @keyframes show { from { opacity: 0; } }
}`;

/** Draws commands and their outputs as a terminal, in SVG; the commands appear one after the other, once. */
export function picture(session: readonly Recorded[]): string {
  const columns = Math.max(
    ...session.flatMap(({ command, output }) => [command.length + 2, ...output.map(visibleLength)]),
  );
  const width = Math.round(columns * COLUMN_WIDTH + 2 * MARGIN);
  let y = TITLE_HEIGHT + MARGIN;
  const steps = session.map(({ command, output }, i) => {
    const lines = [promptLine(command), ...trimmed(output).map(outputLine)];
    const texts = lines.map((line) => {
      y += LINE_HEIGHT;
      return line === "" ? "" : `<text x="${MARGIN}" y="${y - 6}">${line}</text>\n`;
    });
    y += LINE_HEIGHT / 2;
    return `<g class="step" style="animation-delay: ${(i * STEP_SECONDS).toFixed(1)}s">\n${texts.join("")}</g>\n`;
  });
  const height = y + MARGIN / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="picture" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="terminal-title">
<title id="terminal-title">A terminal with the commands ${
    escapeHtml(session.map(({ command }) => command).join("; "))
  }</title>
<style>${STYLE}
</style>
<rect width="${width}" height="${height}" rx="10" fill="#1d1b19"/>
<g fill="#57524a"><circle cx="22" cy="18" r="6"/><circle cx="42" cy="18" r="6"/><circle cx="62" cy="18" r="6"/></g>
${steps.join("")}</svg>
`;
}

function promptLine(command: string): string {
  return `<tspan class="prompt">$ </tspan><tspan class="command">${escapeHtml(command)}</tspan>`;
}

function outputLine(line: string): string {
  return spans(line).map(({ text, styles }) => {
    const written = escapeHtml(text);
    return styles.length === 0 ? written : `<tspan class="${styles.join(" ")}">${written}</tspan>`;
  }).join("");
}

function visibleLength(line: string): number {
  return spans(line).reduce((sum, { text }) => sum + text.length, 0);
}
