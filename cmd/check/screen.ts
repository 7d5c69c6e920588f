import { formatDuration, showUntrusted } from "../../lib/core/mod.ts";
import {
  type CheckReport,
  type Finding,
  kindOf,
  LAYER_STATES,
  LAYER_TITLES,
  LAYERS,
  type LayerState,
  type LayerVerdict,
  type Mark,
  type ProbeReport,
} from "../../lib/check/internal.ts";
import { pad, type Style, style, wrap } from "../../lib/cli/mod.ts";
import { bar } from "./bar.ts";
import type { Given } from "./tries/given.ts";
import { triesOf } from "./tries/tries.ts";

/** Form of a screen. */
export interface ScreenForm {
  /** Colours. @default none */
  readonly colours?: Style;
  /** Columns of the terminal; undefined for a pipe, which has no bars. */
  readonly width?: number;
  /** Options that commands to try have in common with the call. */
  readonly given?: Given;
  /** Whether all findings are shown, and a bar for each probe. */
  readonly verbose?: boolean;
}

const BAR_WIDTH = 12;
/** Columns of a terminal from which on lines have bars, of names of probes in one with them and without, and least columns of a text that is cut. */
const [BARS_FROM, NAME_WIDTH, NARROW_NAME_WIDTH, MIN_ROOM] = [66, 28, 14, 8];
/** Indent of what belongs to the line above. */
export const INDENT = "  ";
const MAX_WARNING_COUNT = 4;

/**
 * Returns the first screen: a line per layer, then the first broken layer explained. Texts of peers are escaped; into a pipe
 * nothing is wrapped or drawn.
 */
export function screenLines(report: CheckReport, form: ScreenForm = {}): string[] {
  const { target, layers, cause } = report;
  const { colours = style(false), verbose } = form;
  const lines = [colours.bold(showUntrusted(target.text)), ...layers.map((layer) => layerLine(layer, report, form))];
  if (verbose) lines.push("", ...inLayers(report.probes).flatMap((probe) => probeLines(probe, report, form)));
  if (cause) lines.push("", ...causeLines(report, cause, form));
  else if (!verbose) lines.push(...warningLines(report, form));
  return lines;
}

function layerLine({ layer, state, summary, began, ms }: LayerVerdict, report: CheckReport, form: ScreenForm): string {
  const { colours = style(false), width } = form;
  const [sign, word] = LAYER_STATES[state];
  const time = state === "skipped" || state === "unused" ? "" : formatDuration(ms);
  const drawn = hasBars(width) ? `${bar(began, ms, report.ms, BAR_WIDTH)}  ` : "";
  const head = `${LAYER_TITLES[layer].padEnd(11)}  ${word.padEnd(11)}  ${time.padStart(7)}  `;
  const room = width === undefined ? undefined : width - head.length - drawn.length - 2;
  return `${paint(colours, state)(sign)} ${head}${colours.dim(drawn)}${cut(showUntrusted(summary), room)}`.trimEnd();
}

function probeLines(probe: ProbeReport, report: CheckReport, { colours = style(false), width }: ScreenForm): string[] {
  const name = probe.subject === undefined ? probe.probe : `${probe.probe} ${probe.subject}`;
  const drawn = hasBars(width) ? `  ${bar(probe.began, probe.ms, report.ms, BAR_WIDTH)}` : "";
  const narrow = width !== undefined && !hasBars(width);
  const shownName = narrow
    ? cut(showUntrusted(name), NARROW_NAME_WIDTH).padEnd(NARROW_NAME_WIDTH)
    : pad(showUntrusted(name), NAME_WIDTH);
  const time = probe.state === "skipped" ? "–" : formatDuration(probe.ms);
  const title = `${LAYER_TITLES[probe.layer].padEnd(11)}  ${shownName}  ${time.padStart(7)}`;
  return [colours.dim(title + drawn), ...probe.findings.flatMap((finding) => findingLines(finding, colours, width))];
}

function findingLines(finding: Finding, colours: Style, width?: number): string[] {
  const { mark, says, evidence } = kindOf(finding);
  const { code, data } = finding;
  const [first = "", ...rest] = wrapped(`${says(data)} (${code})`, width);
  return [
    `${INDENT}${paint(colours, mark)(SIGNS[mark])} ${first}`,
    ...rest.map((line) => `${INDENT}${INDENT}${line}`),
    ...(evidence?.(data) ?? []).map((line) => colours.dim(`${INDENT}${INDENT}${showUntrusted(line)}`)),
  ];
}

const SIGNS: Readonly<Record<Mark, string>> = { good: "✓", note: "·", warning: "!", fault: "✗" };

/** The probes from the bottom layer, within a layer as they were started. */
function inLayers(probes: readonly ProbeReport[]): ProbeReport[] {
  return LAYERS.flatMap((layer) => probes.filter((probe) => probe.layer === layer));
}

/** Where nothing is broken, what should be changed: a sentence each. */
function warningLines({ probes }: CheckReport, { colours = style(false), width }: ScreenForm): string[] {
  const warnings = inLayers(probes).flatMap(({ layer, findings }) =>
    findings.flatMap((finding) => {
      const { mark, says } = kindOf(finding);
      return mark === "warning" ? [`${LAYER_TITLES[layer]}: ${says(finding.data)}`] : [];
    })
  );
  if (warnings.length === 0) return [];
  const shown = warnings.slice(0, MAX_WARNING_COUNT).flatMap((text) => {
    const [first = "", ...rest] = wrapped(text, width);
    return [`${colours.care("!")} ${first}`, ...rest.map((line) => INDENT + line)];
  });
  const more = warnings.length - MAX_WARNING_COUNT;
  return ["", ...shown, ...(more > 0 ? [colours.dim(`${more} more: -v`)] : [])];
}

function causeLines(
  { target }: CheckReport,
  { layer, finding }: NonNullable<CheckReport["cause"]>,
  { colours = style(false), width, given }: ScreenForm,
): string[] {
  const { says, evidence, who } = kindOf(finding);
  const { data } = finding;
  const [first = "", ...rest] = wrapped(`${LAYER_TITLES[layer]}: ${says(data)}`, width);
  return [
    colours.bold(first),
    ...rest.map((line) => colours.bold(line)),
    ...(evidence?.(data) ?? []).map((line) => INDENT + showUntrusted(line)),
    ...(who === undefined ? [] : [`${colours.dim("to be fixed by:")} ${who}`]),
    ...triesOf(finding, target, given).map((line) => `${colours.dim("try:")} ${showUntrusted(line)}`),
  ];
}

/** Returns the escaped lines of a text, which is broken between words for a terminal with room for an indent. */
export function wrapped(text: string, width?: number): string[] {
  const shown = showUntrusted(text);
  return width === undefined ? [shown] : wrap(shown, width - 2 * INDENT.length);
}

function hasBars(width?: number): boolean {
  return width !== undefined && width >= BARS_FROM;
}

function cut(text: string, room?: number): string {
  if (room !== undefined && room < MIN_ROOM) return "";
  return room === undefined || text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}

function paint(colours: Style, state: LayerState): (text: string) => string {
  if (state === "fault") return colours.bad;
  if (state === "warning") return colours.care;
  return state === "good" || state === "note" ? colours.good : colours.dim;
}
