import {
  type Call,
  clientTls,
  countLines,
  type ExitCode,
  exitCodeOfAll,
  familyOf,
  openInputs,
} from "../../lib/cli/mod.ts";
import {
  asNameServer,
  DnsConnections,
  type NameServer,
  readResolverConfig,
  resolve,
  ServerHealth,
  type TlsSettings,
} from "../../lib/dns/internal.ts";
import { lookUpInOrder } from "./in_order.ts";
import { type AskedName, askedNames, nameGroups, type ServerCall } from "./server_call.ts";
import { serversOf } from "./server_options.ts";
import { cookiesOf, queryFlags } from "./question_options.ts";
import type { OPTIONS } from "./options.ts";
import type { RECORDS } from "./records.ts";
import { needsReplies, ResultPrinter } from "./print/result_printer.ts";

type ResolveCall = Call<typeof OPTIONS, typeof RECORDS>;

/** Looks up the names and addresses of the operands, files or stdin, in the way that the options say. */
export async function runResolve(call: ResolveCall): Promise<ExitCode> {
  const { options, operands, signal, trace } = call;
  const servers = serversOf(options);
  const files = openInputs(options.file);
  const types = [...new Set(options.type.flat())];
  const tls = await tlsSettings(call, servers);
  const { attempts, tcp, timeout } = options;
  const common = { operands, files, types, servers, attempts, tcp, tls, timeout, signal, trace };
  const { ixfr: serial, tsig, anchor } = options;
  if (options.axfr || serial !== undefined) {
    const { runTransfer } = await import("./transfer/run.ts");
    return await runTransfer({ ...common, serial, tsig, output: call.output });
  }
  if (options.compare) {
    const { runCompare } = await import("./compare/run.ts");
    return await runCompare({ ...common, output: call.output });
  }
  if (options.validate) {
    const { runValidate } = await import("./validate/run.ts");
    return await runValidate({ ...common, anchor, output: call.output });
  }
  if (options["trace-delegation"]) {
    const { runTraceDelegation } = await import("./delegation/run.ts");
    const { "root-hints": rootHints, dnssec, port } = options;
    return await runTraceDelegation({ ...common, rootHints, dnssec, port, output: call.output });
  }
  const several = operands.length !== 1 || operands[0] === "-" || files.length > 0;
  const config = types.length > 0 && several ? await configOf(call, servers) : undefined;
  return config ? await lookUpMany(call, common, config) : await lookUpEach(call, common, several);
}

/** Looks up names as programs do, or at the given servers, and prints them in the order of the input. */
async function lookUpEach(call: ResolveCall, common: ServerCall, several: boolean): Promise<ExitCode> {
  const { signal, trace } = call;
  const { types, servers, attempts, tcp, timeout, tls } = common;
  const search = call.options.search.flat();
  await using connections = new DnsConnections({ tls, trace, cookies: cookiesOf(call.options) });
  const settings = {
    ...{ server: servers.length > 0 ? servers : undefined, search: search.length > 0 ? search : undefined },
    ...{ family: familyOf(call.options), attempts, tcp: tcp || undefined, timeout, signal, trace, connections },
    ...{
      health: new ServerHealth(),
      flags: queryFlags(call.options),
      direct: needsReplies(call.options) || call.options.zone || cookiesOf(call.options) !== false,
    },
  };
  const codes: ExitCode[] = [];
  const printer = await ResultPrinter.of(call.output, call.options);
  const lookUp = async function* ({ input, name, types: own = types, error }: AskedName) {
    const records = own.length > 0;
    if (error) {
      yield { result: { input, name, type: own.join(), answers: [], ms: 0, error }, form: { several } };
      return;
    }
    for await (const result of resolve(name, { ...settings, types: records ? own : undefined })) {
      yield { result: { ...result, input }, form: { several, records } };
    }
  };
  for await (const results of lookUpInOrder(askedNames(common), lookUp, trace !== undefined)) {
    for (const { result, form } of results) codes.push(printer.print(result, form));
    call.output.flush();
  }
  printer.end();
  return exitCodeOfAll(codes);
}

/** Returns how servers are verified that are queried over TLS or HTTPS, if there are any. */
async function tlsSettings(
  { options, output }: ResolveCall,
  servers: readonly NameServer[],
): Promise<TlsSettings | undefined> {
  const tls = servers.some(({ protocol }) => protocol === "tls" || protocol === "https");
  const { cacert, pin, insecure } = options;
  const none = { sni: undefined, cert: undefined, key: undefined };
  const hint = "use a tls:// or https:// server, --tls or --https";
  const settings = await clientTls({ ...none, cacert, pin, insecure, tls }, output.onStderr(), hint);
  return settings && { caCerts: settings.caCerts, pin: settings.pin, insecure: settings.insecure };
}

/** Returns the servers and the search list of a lookup of many names; undefined where only the system can be asked. */
async function configOf(
  { options, signal }: ResolveCall,
  servers: readonly NameServer[],
): Promise<ManyConfig | undefined> {
  const search = options.search.flat();
  if (servers.length > 0) return { servers, search, ndots: 1 };
  const config = await readResolverConfig(undefined, signal);
  if (!config || config.servers.length === 0 || config.noAAAA) return undefined;
  return {
    servers: config.servers.map((server) => asNameServer(server, options.tcp || config.tcp)),
    search: search.length > 0 ? search : config.search,
    ndots: config.ndots,
  };
}

/** Returns the number of names of operands and files; undefined where stdin has some. */
function countNames({ operands, files = [] }: ServerCall): number | undefined {
  if (operands.includes("-") || operands.length + files.length === 0) return undefined;
  const lines = countLines(files);
  return lines === undefined ? undefined : lines + operands.length;
}

interface ManyConfig {
  readonly servers: readonly NameServer[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** Looks up many records at the same time. */
async function lookUpMany(call: ResolveCall, common: ServerCall, config: ManyConfig): Promise<ExitCode> {
  const { options, signal, trace, output } = call;
  const { types, tls, attempts } = common;
  const { servers, search, ndots } = config;
  const { runBulk } = await import("./bulk.ts");
  const printer = await ResultPrinter.of(output, options);
  const code = await runBulk({
    ...{ concurrency: options.concurrency, rate: options.rate, resume: options.resume, attempts },
    ...{ ordered: options.ordered, wildcardCheck: options["wildcard-check"], summary: options.summary },
    ...{
      types,
      tls,
      servers,
      signal,
      trace,
      wait: options.timeout,
      flags: queryFlags(options),
      cookies: cookiesOf(options),
    },
    search: search.length > 0 ? { search, ndots } : undefined,
    lines: nameGroups(common),
    count: () => countNames(common),
    json: output.json && !options.rfc8427,
    printLine: (line) => void output.line(line),
    replies: needsReplies(options),
    print: (result) => void printer.print(result, { several: true, records: true }),
    flush: () => output.flush(),
    note: (line) => output.note(line),
  });
  printer.end();
  return code;
}
