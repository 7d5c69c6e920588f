import { errorLines, type ExitCode, type Output, releasePaths } from "../../../lib/cli/mod.ts";
import {
  NegativeError,
  NetworkError,
  showUntrusted,
  TimeoutError,
  ToucanError,
  UsageError,
} from "../../../lib/core/mod.ts";
import {
  anchorRecords,
  queryType,
  readResolverConfig,
  recordLine,
  type ResourceRecord,
  validate,
  type ValidateOptions,
  type Validation,
} from "../../../lib/dns/internal.ts";
import { askEach, type AskedQuestion } from "../ask_each.ts";
import type { ServerCall } from "../server_call.ts";
import { chainLines } from "./chain_lines.ts";
import { readRecordText } from "../record_file.ts";
import { type VALIDATE_RECORDS, type ValidationFacts, validationRecord } from "./records.ts";

/** Parts of a call that a validation needs. */
export interface ValidateCall extends ServerCall {
  /** File with trust anchors. */
  readonly anchor?: string;
  /** Output of the result. */
  readonly output: Output<typeof VALIDATE_RECORDS>;
}

/** Validates the names of the operands, files or stdin, and prints the chain and the records of each. */
export async function runValidate(call: ValidateCall): Promise<ExitCode> {
  const { attempts, tls, timeout, signal, trace, output } = call;
  const anchors = call.anchor === undefined ? undefined : await readAnchors(call.anchor);
  releasePaths(call.anchor);
  const config = call.servers.length > 0 ? undefined : await readResolverConfig(undefined, signal);
  const servers = config?.servers ?? call.servers;
  if (servers.length === 0) throw new UsageError("the system's servers are not known: specify one with --server");
  const tcp = call.tcp || config?.tcp;
  const options = { servers, anchors, attempts: attempts ?? config?.attempts, tcp, tls, timeout, signal, trace };
  return await askEach(call, (asked) => validateOne(asked, options), (facts) => {
    if (output.json) output.record(validationRecord(facts));
    else print(facts, output);
  });
}

/** Validates one name; what is bogus or indeterminate is an error. */
async function validateOne(
  { input, name, type, error }: AskedQuestion,
  options: ValidateOptions,
): Promise<ValidationFacts> {
  const start = performance.now();
  const facts = (found?: Validation, error?: ToucanError) => {
    return { input, name, type, ms: Math.round(performance.now() - start), found, error };
  };
  if (error) return facts(undefined, error);
  try {
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
  return anchorRecords(await readRecordText({ path, what: "trust anchors", code: "invalid-anchor" }), path);
}
