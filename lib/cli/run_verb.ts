import { type ExitCode, exitCodeOf } from "./exit.ts";
import type { Call, Command, Verb } from "./grammar/command.ts";
import type { ALWAYS_RECORDS } from "./grammar/common_records.ts";
import { parseVerb } from "./grammar/parse.ts";
import { Interruption, interruptSignal } from "./interrupt.ts";
import { traceTo } from "./render/trace.ts";
import { callNeeds } from "./sandbox/call_needs.ts";
import { dropPermissions } from "./sandbox/drop_permissions.ts";
import type { Grant } from "./sandbox/sandbox.ts";
import type { Output } from "./stdio/output.ts";
import { stderrChunks, stdoutChunks } from "./stdio/stdio.ts";
import { versionLine } from "./version.ts";

/** Output of a run; the records of its verb are checked where the verb prints them. */
export type Result = Output<typeof ALWAYS_RECORDS>;

/** The verb that a command line selects. */
export interface FoundVerb {
  /** Tool and verb, as words of the command line. */
  readonly path: readonly string[];
  /** Its tool. */
  readonly command: Command;
  /** Its record. */
  readonly verb: Verb;
  /** The arguments after it. */
  readonly rest: readonly string[];
}

/** Runs a verb with the rest of the command line, after dropping all permissions that it does not need. */
export async function runVerb(found: FoundVerb, output: Result, granted: Grant): Promise<ExitCode> {
  const { path, verb, rest } = found;
  const parsed = parseVerb(verb, rest);
  const { options, operands } = parsed;
  if (options.help || options.man || options.version) {
    const { verbHelp, verbMan } = await import("./render/about.ts");
    const show = options.help ? verbHelp : options.man ? verbMan : versionLine;
    const text = show(path, verb, found.command, rest);
    output.write(text.endsWith("\n") ? text : `${text}\n`);
    return 0;
  }
  dropPermissions(callNeeds(verb, parsed), granted);
  const asked = interruptSignal(verb.server);
  const signal = verb.server || verb.waits ? makeNonBlocking(output, asked, verb.server) : asked;
  const trace = options.trace === true ? traceTo(output) : undefined;
  const call: Call = { options, operands, output, signal, trace };
  try {
    const code = await verb.run(call) ?? 0;
    await output.end();
    return asked.aborted && !verb.server ? exitCodeOf(asked.reason) : code;
  } catch (error) {
    // Ctrl-C on a raw terminal, which sends no signal.
    if (error instanceof Interruption && !asked.aborted) return error.exitCode;
    // An error after a request to stop is a consequence of it, and is not reported.
    if (!asked.aborted) throw error;
    if (!verb.server) return exitCodeOf(asked.reason);
    await output.end().catch(() => {});
    return 0;
  }
}

/** Makes output non-blocking, so that a stalled reader cannot stop the process. */
function makeNonBlocking(output: Output, signal: AbortSignal, server = false): AbortSignal {
  return output.makeNonBlocking({ stdout: stdoutChunks(), stderr: server ? stderrChunks() : undefined, signal });
}
