import { errorLines, errorRecord, style } from "../../lib/cli/mod.ts";
import { kindOf } from "../../lib/check/internal.ts";
import { showUntrusted } from "../../lib/core/mod.ts";
import { type Checked, exitCodeOfCheck, type InvalidTarget, unmetSentences } from "./checked.ts";
import type { CheckCall } from "./call.ts";
import { type ScreenForm, screenLines } from "./screen.ts";
import { probeRecord, verdictRecord } from "./verdict_record.ts";

/** Prints verdicts: one screen each, or records; after several, a summary with the worst first. */
export class CheckPrinter {
  readonly #call: CheckCall;
  readonly #lines: { readonly code: number; readonly line: string }[] = [];

  /** Prints to the output of a call. */
  constructor(call: CheckCall) {
    this.#call = call;
  }

  /** Prints a text that is not a target. */
  printInvalid({ invalid, error }: InvalidTarget): Promise<void> | void {
    const { options, output } = this.#call;
    if (options.json) return output.record({ event: "invalid", target: invalid, error: errorRecord(error) });
    for (const line of errorLines("toucan check", error)) output.note(line);
  }

  /** Prints the verdict on a target. */
  async print(checked: Checked): Promise<void> {
    const { options, output } = this.#call;
    const { report } = checked;
    if (options.json) {
      for (const probe of report.probes) await output.record(probeRecord(report.target.text, probe));
      return await output.record(verdictRecord(checked));
    }
    if (this.#lines.length > 0) await output.line("");
    for (const line of screenLines(report, screenForm(this.#call))) await output.line(line);
    for (const sentence of unmetSentences(checked)) await output.line(showUntrusted(sentence));
    const { cause } = report;
    const words = cause ? kindOf(cause.finding).says(cause.finding.data) : unmetSentences(checked).join("; ") || "ok";
    const code = exitCodeOfCheck(checked);
    this.#lines.push({ code, line: showUntrusted(`${code === 0 ? "✓" : "✗"} ${report.target.text}: ${words}`) });
  }

  /** Prints a line per target, those first that are broken, if there are several. */
  async summary(): Promise<void> {
    const { output } = this.#call;
    if (this.#lines.length < 2) return;
    await output.line("");
    for (const { line } of this.#lines.toSorted((a, b) => Number(a.code === 0) - Number(b.code === 0))) {
      await output.line(line);
    }
  }
}

/** Returns the form of the screen for the output of a call. */
export function screenForm({ options, output }: CheckCall): ScreenForm {
  const width = output.terminal ? Deno.consoleSize().columns : undefined;
  return { colours: style(output.colour), width, verbose: options.verbose || options.trace };
}
