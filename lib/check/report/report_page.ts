import { formatDuration, markupText } from "../../core/mod.ts";
import type { CheckReport } from "../check.ts";
import { LAYER_TITLES } from "../layers.ts";
import { LAYER_STATES } from "../verdict/states.ts";
import type { LayerVerdict } from "../verdict/verdict.ts";
import type { Finding } from "../words/finding.ts";
import { kindOf } from "../words/findings.ts";
import { ladderRows, type TimedEvent } from "./ladder.ts";
import { BASE_STYLE, STYLE } from "./page_files.ts";
import { waterfallRows, waterfallSvg } from "./waterfall.ts";

/** A report for the page, with the texts that the library does not know. */
export interface ReportedCheck {
  /** The report. */
  readonly report: CheckReport;
  /** Commands to try for its cause. */
  readonly tries: readonly string[];
  /** Events of the exchange, if they were recorded. */
  readonly events: readonly TimedEvent[];
  /** Expectations that are not met, as sentences. */
  readonly unmet: readonly string[];
}

/**
 * Returns reports as one HTML document, which needs nothing else: verdict, waterfall, findings and exchange, in light and dark, on
 * phones and on paper. It has no script, and its policy allows none. Pure.
 */
export function reportPage(checks: readonly ReportedCheck[], now: Date): string {
  const title = checks.length === 1
    ? `Check of ${checks[0]?.report.target.text ?? ""}`
    : `Check of ${checks.length} targets`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${markupText(title)}</title><link rel="icon" href="data:,"><style>${BASE_STYLE}${STYLE}</style></head>
<body><header><h1>${markupText(title)}</h1><p class="dim">${now.toISOString().slice(0, 19)}Z · toucan check</p></header>
<main>
${checks.map(checkSection).join("\n")}
</main></body></html>
`;
}

function checkSection({ report, tries, events, unmet }: ReportedCheck): string {
  const { target, layers, cause, ms } = report;
  const heading = `<h2>${markupText(target.text)} <span class="dim">${formatDuration(ms)}</span></h2>`;
  const exchange = events.length === 0
    ? ""
    : `<details><summary>Exchange, ${events.length} events</summary><div class="wide"><table class="ladder"><tbody>\n${
      ladderRows(events)
    }\n</tbody></table></div></details>`;
  return `<article>${heading}
<table class="layers"><thead><tr><th>Layer</th><th>State</th><th class="time">Time</th><th>Result</th></tr></thead><tbody>
${layers.map(layerRow).join("\n")}
</tbody></table>
${cause ? causeSection(cause.finding, LAYER_TITLES[cause.layer], tries) : '<p class="well">✓ Nothing is broken.</p>'}
${unmet.map((text) => `<p class="fault">✗ ${markupText(text)}</p>`).join("\n")}
<h3>Times</h3><div class="waterfall">${waterfallSvg(report)}${waterfallSvg(report, "narrow")}</div>
<h3>Findings</h3>
${findingsList(report)}
${exchange}</article>`;
}

function layerRow({ layer, state, ms, summary }: LayerVerdict): string {
  const [sign, word] = LAYER_STATES[state];
  const time = state === "skipped" || state === "unused" ? "" : formatDuration(ms);
  return `<tr><th scope="row">${
    LAYER_TITLES[layer]
  }</th><td class="${state}">${sign} ${word}</td><td class="time">${time}</td><td>${markupText(summary)}</td></tr>`;
}

function causeSection(finding: Finding, title: string, tries: readonly string[]): string {
  const { says, evidence, who } = kindOf(finding);
  const lines = evidence?.(finding.data) ?? [];
  return `<section class="cause"><p><strong>${title}: ${markupText(says(finding.data))}</strong></p>
${lines.length === 0 ? "" : `<pre>${lines.map(markupText).join("\n")}</pre>`}
${who === undefined ? "" : `<p>To be fixed by: ${markupText(who)}.</p>`}
${tries.length === 0 ? "" : `<p>Try:</p><pre>${tries.map(markupText).join("\n")}</pre>`}</section>`;
}

function findingsList(report: CheckReport): string {
  const items = waterfallRows(report).flatMap(({ layer, findings }) =>
    findings.map((finding) => {
      const { mark, says, evidence } = kindOf(finding);
      const lines = evidence?.(finding.data) ?? [];
      const more = lines.length === 0 ? "" : `<pre>${lines.map(markupText).join("\n")}</pre>`;
      return `<li class="${mark}"><span class="sign">${
        mark === "note" ? "·" : LAYER_STATES[mark][0]
      }</span> <span class="dim">${LAYER_TITLES[layer]}</span> ${
        markupText(says(finding.data))
      } <code class="dim">${finding.code}</code>${more}</li>`;
    })
  );
  return `<ul class="findings">\n${items.join("\n")}\n</ul>`;
}
