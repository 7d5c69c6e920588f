import { type ExitCode, exitCodeOf, exitCodeOfAll, familyOf, inputs, releasePaths } from "../../lib/cli/mod.ts";
import {
  type CheckTargetOptions,
  parseCheckTarget,
  Redaction,
  type Target,
  THIS_MACHINE,
} from "../../lib/check/internal.ts";
import { checkSavable, concurrently, readCaFile, UsageError } from "../../lib/core/mod.ts";
import type { CheckCall } from "./call.ts";
import { type Checked, checkOne, exitCodeOfCheck, type InvalidTarget } from "./checked.ts";
import { CheckPrinter } from "./print.ts";
import { writeReports } from "./report_files.ts";

/** Checks the targets of the operands or stdin, once or at intervals, and prints the verdicts as they are ready. */
export async function runCheck(call: CheckCall): Promise<ExitCode> {
  const { options, operands } = call;
  if (options.svg !== undefined && (operands.length > 1 || operands[0] === "-")) {
    throw new UsageError("--svg is for one target");
  }
  if (options.html !== undefined && options.html === options.svg) {
    throw new UsageError("--html and --svg must be different files");
  }
  for (const path of [options.html, options.svg]) if (path !== undefined) checkSavable(path);
  const checking = await checkOptions(call);
  if (options.watch !== undefined) {
    const { runWatch } = await import("./watch.ts");
    return await runWatch(call, checking, await Array.fromAsync(targets(call)), options.watch);
  }
  const printer = new CheckPrinter(call);
  const codes: ExitCode[] = [];
  const kept: Checked[] = [];
  const keeps = options.html !== undefined || options.svg !== undefined;
  const redaction = options.redact ? new Redaction() : undefined;
  const work = (target: Target | InvalidTarget) => checkOne(target, call, checking, redaction);
  for await (const checked of concurrently(targets(call), options.parallel, work)) {
    const valid = !("invalid" in checked);
    codes.push(valid ? exitCodeOfCheck(checked) : exitCodeOf(checked.error));
    await (valid ? printer.print(checked) : printer.printInvalid(checked));
    if (valid && keeps) kept.push(checked);
  }
  await writeReports(call, kept);
  await printer.summary();
  return exitCodeOfAll(codes);
}

async function checkOptions({ options, signal, trace }: CheckCall): Promise<CheckTargetOptions> {
  const { timeout, server, resolve, "connect-to": connectTo, cacert, "dkim-selector": selectors } = options;
  const caCerts = cacert === undefined ? undefined : await readCaFile(cacert);
  if (cacert !== undefined) releasePaths(cacert);
  return {
    ...{ timeout, signal, trace, resolve, connectTo, family: familyOf(options), tls: { caCerts } },
    servers: server.length > 0 ? server : undefined,
    selectors: selectors.length > 0 ? selectors : undefined,
  };
}

async function* targets({ operands, options }: CheckCall): AsyncGenerator<Target | InvalidTarget> {
  if (operands.length === 0) return yield THIS_MACHINE;
  for await (const { text } of inputs(operands, "TARGET", { comments: true })) {
    try {
      yield parseCheckTarget(text);
    } catch (error) {
      yield options.redact ? REDACTED : { invalid: text, error };
    }
  }
}

/** A text that is not a target, with --redact: no pattern is certain to find the names in it. */
const REDACTED: InvalidTarget = {
  invalid: "…",
  error: new UsageError("invalid target (not shown with --redact)", { code: "invalid-target" }),
};
