import { errorLines, type ExitCode, exitCodeOf, exitCodeOfAll, type Output, releasePaths } from "../../lib/cli/mod.ts";
import {
  fromSystem,
  NegativeError,
  NetworkError,
  showUntrusted,
  TimeoutError,
  ToucanError,
  UsageError,
} from "../../lib/core/mod.ts";
import {
  anchorRecords,
  queryType,
  readResolverConfig,
  recordLine,
  type ResourceRecord,
  reverseName,
  validate,
  type ValidateOptions,
  type Validation,
} from "../../lib/dns/internal.ts";
import { nameLines, type ServerCall } from "./server_call.ts";
import { chainLines } from "./chain_lines.ts";
import { type VALIDATE_RECORDS, type ValidationFacts, validationRecord } from "./records_validate.ts";

const MAX_ANCHOR_BYTES = 1024 * 1024;
/** Parts of a call that a validation needs. */
export interface ValidateCall extends ServerCall {
  /** File with trust anchors. */
  readonly anchor?: string;
  /** Output of the result. */
  readonly output: Output<typeof VALIDATE_RECORDS>;
}

/** Validates the names of the operands or of stdin, and prints the chain and the records of each. */
export async function runValidate(call: ValidateCall): Promise<ExitCode> {
  const { operands, types, attempts, tls, timeout, signal, trace, output } = call;
  const anchors = call.anchor === undefined ? undefined : await readAnchors(call.anchor);
  releasePaths(call.anchor);
  const config = call.servers.length > 0 ? undefined : await readResolverConfig(undefined, signal);
  const servers = config?.servers ?? call.servers;
  if (servers.length === 0) throw new UsageError("the system's servers are not known: specify one with --server");
  const tcp = call.tcp || config?.tcp;
  const options = { servers, anchors, attempts: attempts ?? config?.attempts, tcp, tls, timeout, signal, trace };
  const codes: ExitCode[] = [];
  for await (const { text, problem } of nameLines(operands)) {
    const reverse = reverseName(text);
    for (const type of types.length > 0 ? types : [reverse === undefined ? "A" : "PTR"]) {
      const input = problem ? text.slice(0, 60) : text;
      const facts = await validateOne({ input, name: reverse ?? input, type, problem }, options);
      signal.throwIfAborted();
      if (output.json) output.record(validationRecord(facts));
      else print(facts, output);
      codes.push(facts.error ? exitCodeOf(facts.error) : 0);
    }
    output.flush();
  }
  return exitCodeOfAll(codes);
}

/** Validates one name; what is bogus or indeterminate is an error. */
async function validateOne(
  { input, name, type, problem }: { input: string; name: string; type: string; problem?: unknown },
  options: ValidateOptions,
): Promise<ValidationFacts> {
  const start = performance.now();
  const facts = (found?: Validation, error?: ToucanError) => {
    return { input, name, type, ms: Math.round(performance.now() - start), found, error };
  };
  try {
    if (problem) throw new UsageError(`invalid domain name "${input}"`, { code: "invalid-name" });
    const found = await validate(name, queryType(type), options);
    return facts(found, failureOf(found));
  } catch (error) {
    if (!(error instanceof ToucanError) || options.signal?.aborted) throw error;
    return facts(undefined, error);
  }
}

/** The error that a bogus or indeterminate result is. */
function failureOf({ name, type, status, reason }: Validation): ToucanError | undefined {
  if (status === "secure" || status === "insecure") return undefined;
  const { code, text } = reason ?? { code: status, text: "no reason is known" };
  const Class = status === "bogus" ? NegativeError : code === "timeout" ? TimeoutError : NetworkError;
  return new Class(`${type} of ${name} is ${status}: ${text}`, { code, operation: "resolve" });
}

function print({ found, error }: ValidationFacts, output: Output<typeof VALIDATE_RECORDS>): void {
  if (found) {
    const { name, type, chain, answers, status, rcode, reason } = found;
    output.line(showUntrusted(`; ${type} ${name}`));
    for (const line of chainLines(chain)) output.line(showUntrusted(`; ${line}`));
    for (const record of answers) output.line(showUntrusted(recordLine(record)));
    const none = answers.length > 0 || rcode === undefined ? "" : rcode === "NOERROR" ? ", no records" : `, ${rcode}`;
    const why = reason ? ` (${reason.code})` : "";
    output.line(showUntrusted(`; ${status}${why}${none}`));
    if (reason && !error) output.line(showUntrusted(`; ${reason.text}`));
  }
  if (error) errorLines("toucan resolve", error).forEach((line) => output.note(line));
}

/** Reads DS and DNSKEY records from a file. */
async function readAnchors(path: string): Promise<readonly ResourceRecord[]> {
  let text: string;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_ANCHOR_BYTES) throw invalid(path, `it has more than ${MAX_ANCHOR_BYTES} bytes`);
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw error instanceof UsageError ? error : fromSystem(error, { doing: "read", what: path });
  }
  return anchorRecords(text, path);
}

function invalid(path: string, why: string): UsageError {
  return new UsageError(`invalid file of trust anchors ${path}: ${why}`, { code: "invalid-anchor" });
}
