import {
  type Call,
  clientTls,
  columns,
  errorLines,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  familyOf,
} from "../../lib/cli/mod.ts";
import { type Line, showUntrusted, UsageError } from "../../lib/core/mod.ts";
import {
  asNameServer,
  DnsConnections,
  explainErrors,
  recordWords,
  type Resolution,
  resolve,
  ServerHealth,
  shortAnswers,
  type TlsSettings,
} from "../../lib/dns/internal.ts";
import { lookUpInOrder } from "./in_order.ts";
import { nameLines } from "./server_call.ts";
import { queryFlags } from "./question_options.ts";
import type { OPTIONS } from "./options.ts";
import { type RECORDS, resolutionRecord } from "./records.ts";

type ResolveCall = Call<typeof OPTIONS, typeof RECORDS>;

/** Looks up the names and addresses of the operands or of stdin. */
export async function runResolve(call: ResolveCall): Promise<ExitCode> {
  const { operands, signal, trace } = call;
  if (call.options.axfr || call.options.ixfr !== undefined) return await transfer(call);
  if (call.options.compare) return await comparison(call);
  if (call.options.validate) return await validation(call);
  const { server, attempts, timeout, tcp } = call.options;
  const types = [...new Set(call.options.type.flat())];
  const tls = await tlsSettings(call);
  if (types.length > 0 && server.length > 0 && (operands.length !== 1 || operands[0] === "-")) {
    return await lookUpMany(call, types, tls);
  }
  const family = familyOf(call.options);
  const several = operands.length !== 1 || operands[0] === "-";
  const codes: ExitCode[] = [];
  const flags = queryFlags(call.options);
  const health = new ServerHealth();
  await using connections = new DnsConnections({ tls, trace });
  const resolveOptions = {
    ...{ types: types.length > 0 ? types : undefined, server: server.length > 0 ? server : undefined, family },
    ...{ attempts, tcp: tcp || undefined, timeout, signal, trace, health, connections, flags },
  };
  const lookUp = ({ text, problem }: Line) => {
    if (!problem) return resolve(text, resolveOptions);
    const error = new UsageError(`invalid domain name "${text.slice(0, 60)}"`, { code: "invalid-name" });
    return [{ input: text, name: text, type: "", answers: [], ms: 0, error }];
  };
  for await (const results of lookUpInOrder(nameLines(operands), lookUp, trace !== undefined)) {
    for (const result of results) codes.push(printResult(result, call, several));
    call.output.flush();
  }
  return exitCodeOfAll(codes);
}

/** Returns how servers are verified that are queried over TLS or HTTPS, if there are any. */
async function tlsSettings({ options, output }: ResolveCall): Promise<TlsSettings | undefined> {
  const tls = options.server.some(({ protocol }) => protocol === "tls" || protocol === "https");
  const { cacert, pin, insecure } = options;
  const none = { sni: undefined, cert: undefined, key: undefined };
  const settings = await clientTls(
    { ...none, cacert, pin, insecure, tls },
    output.onStderr(),
    "use a tls:// or https:// server",
  );
  return settings && { caCerts: settings.caCerts, pin: settings.pin, insecure: settings.insecure };
}

/** Looks up many records at the same time. */
async function lookUpMany(call: ResolveCall, types: readonly string[], tls?: TlsSettings): Promise<ExitCode> {
  const { operands, options, signal, trace, output } = call;
  const { runBulk } = await import("./bulk.ts");
  return await runBulk({
    ...{ concurrency: options.concurrency, rate: options.rate, resume: options.resume, attempts: options.attempts },
    ...{ ordered: options.ordered, wildcardCheck: options["wildcard-check"], summary: options.summary },
    flags: queryFlags(options),
    ...{ types, tls, signal, trace, wait: options.timeout },
    lines: nameLines(operands),
    servers: options.server.map((server) => asNameServer(server, options.tcp)),
    print: (result) => void printResult(result, call, true),
    flush: () => output.flush(),
    note: (line) => output.note(line),
  });
}

/** Transfers zones instead. */
async function transfer(call: ResolveCall): Promise<ExitCode> {
  const { operands, options, signal, trace, output } = call;
  const { runTransfer } = await import("./transfer.ts");
  const { server: servers, ixfr: serial, tsig, timeout } = options;
  const tls = await tlsSettings(call);
  return await runTransfer({ operands, servers, serial, tsig, tls, timeout, signal, trace, output });
}

/** Compares servers instead. */
async function comparison(call: ResolveCall): Promise<ExitCode> {
  const { operands, options, signal, trace, output } = call;
  const { runCompare } = await import("./compare.ts");
  const { server: servers, attempts, tcp, timeout } = options;
  const types = [...new Set(options.type.flat())];
  const tls = await tlsSettings(call);
  return await runCompare({ operands, types, servers, attempts, tcp, tls, timeout, signal, trace, output });
}

/** Validates names instead. */
async function validation(call: ResolveCall): Promise<ExitCode> {
  const { operands, options, signal, trace, output } = call;
  const { runValidate } = await import("./validate.ts");
  const { server: servers, anchor, attempts, tcp, timeout } = options;
  const types = [...new Set(options.type.flat())];
  const tls = await tlsSettings(call);
  return await runValidate({ operands, types, servers, anchor, attempts, tcp, tls, timeout, signal, trace, output });
}

/** Prints a result and returns its exit code. */
function printResult(result: Resolution, call: ResolveCall, several: boolean): ExitCode {
  const { output } = call;
  const { error, answers, failures = [], extendedErrors = [], server } = result;
  if (call.options.json) {
    output.record(resolutionRecord(result));
    return error ? exitCodeOf(error) : 0;
  }
  const { type: types, short } = call.options;
  const rows = types.length > 0
    ? answers.map((record) => short ? [record.data] : recordWords(record))
    : shortAnswers(result).map((answer) => several ? [result.input, answer] : [answer]);
  const lines = output.terminal ? columns(rows) : rows.map((words) => words.join(" "));
  for (const line of lines) output.line(showUntrusted(line));
  for (const { type, error } of failures) {
    output.note(`toucan resolve: warning: no ${type} of ${showUntrusted(result.input)}: ${error.message}`);
  }
  const reasons = showUntrusted(explainErrors(extendedErrors));
  if (reasons !== "" && !error?.message.includes(reasons)) {
    output.note(`toucan resolve: note: ${showUntrusted(result.input)}: reported by ${server}: ${reasons}`);
  }
  if (error) errorLines("toucan resolve", error).forEach((line) => output.note(line));
  return error ? exitCodeOf(error) : 0;
}
