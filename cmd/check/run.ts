import {
  type Call,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  familyOf,
  inputs,
  style,
} from "../../lib/cli/mod.ts";
import {
  check,
  type CheckTargetOptions,
  meetExpectations,
  parseCheckTarget,
  type Target,
  THIS_MACHINE,
} from "../../lib/check/internal.ts";
import { concurrently, readCaFile, showUntrusted } from "../../lib/core/mod.ts";
import type { OPTIONS } from "./options.ts";
import type { RECORDS } from "./records.ts";
import { screenLines } from "./screen.ts";
import { type Checked, exitCodeOfCheck, probeRecord, verdictRecord } from "./verdict_record.ts";

/** A call of `check`. */
export type CheckCall = Call<typeof OPTIONS, typeof RECORDS>;

/** A text that is not a target, and the error. */
interface Invalid {
  readonly invalid: string;
  readonly error: unknown;
}

/** Checks the targets of the operands or stdin, and prints the verdicts in the order in which they are ready. */
export async function runCheck(call: CheckCall): Promise<ExitCode> {
  const { options, output } = call;
  const checking = await checkOptions(call);
  const expectations = options.expect.flat();
  const codes: ExitCode[] = [];
  const work = async (target: Target | Invalid): Promise<Checked | Invalid> => {
    if ("invalid" in target) return target;
    const report = await check(target, checking);
    return { report, expected: meetExpectations(expectations, report.probes) };
  };
  for await (const checked of concurrently(targets(call.operands), options.parallel, work)) {
    if (codes.length > 0 && !options.json) await output.line("");
    codes.push("invalid" in checked ? exitCodeOf(checked.error) : exitCodeOfCheck(checked));
    await ("invalid" in checked ? printInvalid(checked, call) : printChecked(checked, call));
  }
  return exitCodeOfAll(codes);
}

async function checkOptions({ options, signal, trace }: CheckCall): Promise<CheckTargetOptions> {
  const { timeout, server, resolve, "connect-to": connectTo, cacert } = options;
  const caCerts = cacert === undefined ? undefined : await readCaFile(cacert);
  return {
    ...{ timeout, signal, trace, resolve, connectTo, family: familyOf(options), tls: { caCerts } },
    servers: server.length > 0 ? server : undefined,
  };
}

async function* targets(operands: readonly string[]): AsyncGenerator<Target | Invalid> {
  if (operands.length === 0) return yield THIS_MACHINE;
  for await (const { text } of inputs(operands, "TARGET", { comments: true })) {
    try {
      yield parseCheckTarget(text);
    } catch (error) {
      yield { invalid: text, error };
    }
  }
}

function printInvalid({ invalid, error }: Invalid, { options, output }: CheckCall): Promise<void> | void {
  if (options.json) return output.record({ event: "invalid", target: invalid, error: errorRecord(error) });
  for (const line of errorLines("toucan check", error)) output.note(line);
}

async function printChecked(checked: Checked, { options, output }: CheckCall): Promise<void> {
  const { report, expected } = checked;
  if (options.json) {
    for (const probe of report.probes) await output.record(probeRecord(report.target.text, probe));
    return await output.record(verdictRecord(checked));
  }
  const width = output.terminal ? Deno.consoleSize().columns : undefined;
  const form = { colours: style(output.colour), width, verbose: options.verbose };
  for (const line of screenLines(report, form)) await output.line(line);
  for (const { expectation, met, found } of expected) {
    if (met) continue;
    const values = found.length === 0 ? "not found" : found.join(", ");
    await output.line(showUntrusted(`expected ${expectation.text}: ${values}`));
  }
}
