import {
  type Call,
  columns,
  errorLines,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  familyOf,
  inputs,
} from "../../lib/cli/mod.ts";
import { showUntrusted, UsageError } from "../../lib/core/mod.ts";
import { recordWords, type Resolution, resolve, ServerHealth, shortAnswers } from "../../lib/dns/internal.ts";
import type { OPTIONS } from "./options.ts";
import { type RECORDS, resolutionRecord } from "./records.ts";

type ResolveCall = Call<typeof OPTIONS, typeof RECORDS>;

/** Looks up what the operands or stdin name. */
export async function runResolve(call: ResolveCall): Promise<ExitCode> {
  const { operands, signal, trace } = call;
  const { server, attempts, timeout, tcp } = call.options;
  const types = [...new Set(call.options.type.flat())];
  const family = familyOf(call.options);
  const several = operands.length !== 1 || operands[0] === "-";
  const codes: ExitCode[] = [];
  const health = new ServerHealth();
  for await (const { text, problem } of inputs(operands, "NAME", { limit: LONGEST, comments: true })) {
    if (problem) {
      const error = new UsageError(`"${text.slice(0, 60)}" is no domain name`, { code: "invalid-name" });
      codes.push(tell({ input: text, name: text, type: "", answers: [], ms: 0, error }, call, several));
      continue;
    }
    const asking = {
      ...{ types: types.length > 0 ? types : undefined, server: server.length > 0 ? server : undefined, family },
      attempts,
      tcp: tcp || undefined,
      timeout,
      signal,
      trace,
      health,
    };
    for await (const found of resolve(text, asking)) codes.push(tell(found, call, several));
    call.output.flush();
  }
  return exitCodeOfAll(codes);
}

/** Bytes that a line may have: every byte of the longest name may be an escape. */
const LONGEST = 1024;

/** Prints what was found out, and says what it means for the exit code. */
function tell(found: Resolution, call: ResolveCall, several: boolean): ExitCode {
  const { output } = call;
  const { error, answers, failures = [] } = found;
  if (call.options.json) {
    output.record(resolutionRecord(found));
    return error ? exitCodeOf(error) : 0;
  }
  const rows = call.options.type.length > 0
    ? answers.map(recordWords)
    : shortAnswers(found).map((answer) => several ? [found.input, answer] : [answer]);
  const lines = output.terminal ? columns(rows) : rows.map((words) => words.join(" "));
  for (const line of lines) output.line(showUntrusted(line));
  for (const { type, error } of failures) {
    output.note(`toucan resolve: warning: no ${type} of ${showUntrusted(found.input)}: ${error.message}`);
  }
  if (error) errorLines("toucan resolve", error).forEach((line) => output.note(line));
  return error ? exitCodeOf(error) : 0;
}
