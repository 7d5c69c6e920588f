import { showUntrusted } from "../../lib/core/mod.ts";
import {
  type CheckReport,
  kindOf,
  LAYER_TITLES,
  type LayerState,
  type LayerVerdict,
} from "../../lib/check/internal.ts";
import { type Style, style } from "../../lib/cli/mod.ts";
import { triesOf } from "./tries/tries.ts";

/** Signs and words of the states, for those who do not see colour. */
const STATES: Readonly<Record<LayerState, readonly [string, string]>> = {
  good: ["✓", "ok"],
  note: ["✓", "ok"],
  warning: ["!", "warning"],
  fault: ["✗", "broken"],
  skipped: ["–", "not checked"],
  unused: ["–", "not used"],
};

/** Returns the first screen: a line per layer, then the first broken layer explained. Texts of peers are escaped. */
export function screenLines(report: CheckReport, colours: Style = style(false)): string[] {
  const { target, layers, cause } = report;
  const lines = [showUntrusted(target.text), ...layers.map((layer) => layerLine(layer, colours))];
  if (!cause) return lines;
  const { says, evidence, who } = kindOf(cause.finding);
  const { data } = cause.finding;
  lines.push("", showUntrusted(`${LAYER_TITLES[cause.layer]}: ${says(data)}`));
  for (const line of evidence?.(data) ?? []) lines.push(showUntrusted(`  ${line}`));
  if (who !== undefined) lines.push(`who can change it: ${who}`);
  for (const line of triesOf(cause.finding, target)) lines.push(showUntrusted(`try: ${line}`));
  return lines;
}

function layerLine({ layer, state, summary, ms }: LayerVerdict, colours: Style): string {
  const [sign, word] = STATES[state];
  const paint = state === "fault"
    ? colours.bad
    : state === "warning"
    ? colours.care
    : state === "good"
    ? colours.good
    : colours.dim;
  const time = ms === 0 ? "" : `${Math.round(ms)} ms`;
  const rest = `${LAYER_TITLES[layer].padEnd(11)} ${word.padEnd(11)} ${time.padStart(8)}  ${summary}`.trimEnd();
  return `${paint(sign)} ${showUntrusted(rest)}`;
}
