import { releasePaths } from "../../lib/cli/mod.ts";
import { reportPage, waterfallSvg } from "../../lib/check/internal.ts";
import { pathsOfSavedFile, saveFile } from "../../lib/core/mod.ts";
import { type Checked, unmetSentences } from "./checked.ts";
import type { CheckCall } from "./call.ts";
import { triesOf } from "./tries/tries.ts";

/** Writes the files of --html and --svg. */
export async function writeReports({ options, signal }: CheckCall, checks: readonly Checked[]): Promise<void> {
  const { html, svg, watch } = options;
  const [first] = checks;
  if (html !== undefined && first) {
    const reported = checks.map((checked) => ({
      ...{ report: checked.report, events: checked.events, unmet: unmetSentences(checked) },
      tries: checked.report.cause ? triesOf(checked.report.cause.finding, checked.report.target, checked.given) : [],
    }));
    await save(html, reportPage(reported, first.report.began), signal);
    if (watch === undefined) releasePaths(...pathsOfSavedFile(html));
  }
  if (svg === undefined || !first) return;
  await save(svg, waterfallSvg(first.report), signal);
  releasePaths(...pathsOfSavedFile(svg));
}

async function save(path: string, text: string, signal: AbortSignal): Promise<void> {
  await saveFile(path, [new TextEncoder().encode(text)], signal);
}
