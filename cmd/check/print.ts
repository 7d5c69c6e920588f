import { errorLines, errorRecord, style } from "../../lib/cli/mod.ts";
import { showUntrusted } from "../../lib/core/mod.ts";
import { type Checked, type InvalidTarget, unmetSentences } from "./checked.ts";
import type { CheckCall } from "./call.ts";
import { type ScreenForm, screenLines } from "./screen.ts";
import { Summary } from "./summary.ts";
import { probeRecord, verdictRecord } from "./verdict_record.ts";

/** Prints verdicts: one screen each, or records; after several, a summary with the worst first. */
export class CheckPrinter {
  readonly #call: CheckCall;
  readonly #summary = new Summary();
  #screens = 0;

  /** Prints to the output of a call. */
  constructor(call: CheckCall) {
    this.#call = call;
  }

  /** Prints a text that is not a target. */
  printInvalid(target: InvalidTarget): Promise<void> | void {
    const { options, output } = this.#call;
    const { invalid, error } = target;
    this.#summary.add(target);
    if (options.json) return output.record({ event: "invalid", target: invalid, error: errorRecord(error) });
    for (const line of errorLines("toucan check", error)) output.note(line);
  }

  /** Prints the verdict on a target. */
  async print(checked: Checked): Promise<void> {
    const { options, output } = this.#call;
    const { report, given } = checked;
    this.#summary.add(checked);
    if (options.json) {
      for (const probe of report.probes) await output.record(probeRecord(report.target.text, probe));
      return await output.record(verdictRecord(checked));
    }
    if (this.#screens++ > 0) await output.line("");
    for (const line of screenLines(report, { ...screenForm(this.#call), given })) await output.line(line);
    for (const sentence of unmetSentences(checked)) await output.line(showUntrusted(sentence));
  }

  /** Prints the counts and a line per target, the worst first, if there are several. */
  async summary(): Promise<void> {
    const { options, output } = this.#call;
    if (this.#summary.count < 2) return;
    if (options.json) return await output.record(this.#summary.record());
    if (this.#screens > 0) await output.line("");
    for (const line of this.#summary.lines(screenForm(this.#call).width)) await output.line(line);
  }
}

/** Returns the form of the screen for the output of a call. */
export function screenForm({ options, output }: CheckCall): ScreenForm {
  const width = output.terminal ? Deno.consoleSize().columns : undefined;
  return { colours: style(output.colour), width, verbose: options.verbose || options.trace };
}
