import { type ExitCode, exitCodeOf, exitCodeOfAll, Progress, stdoutFile, truncateStdout } from "../../lib/cli/mod.ts";
import { type Line, type Trace, UsageError } from "../../lib/core/mod.ts";
import {
  type BulkItem,
  type BulkLine,
  BulkLookup,
  type BulkRecord,
  type BulkSummary,
  DnsConnections,
  Journal,
  type NameServer,
  parseBulkLine,
  type QueryFlags,
  type Resolution,
  resumedItems,
  type TlsSettings,
} from "../../lib/dns/internal.ts";

/** A lookup of many names. */
export interface BulkSettings {
  /** The inputs. */
  readonly lines: AsyncIterable<readonly Line[]>;
  /** The servers. */
  readonly servers: readonly NameServer[];
  /** Types of inputs that name none. */
  readonly types: readonly string[];
  /** Maximum queries for a name. */
  readonly attempts?: number;
  /** Milliseconds for the last of them. */
  readonly wait: number;
  /** Names at the same time. */
  readonly concurrency?: number;
  /** Queries per second to each server. */
  readonly rate?: number;
  /** Whether the order is kept. */
  readonly ordered: boolean;
  /** Whether wildcards are looked for. */
  readonly wildcardCheck: boolean;
  /** Path of the journal. */
  readonly resume?: string;
  /** Search list for relative names. */
  readonly search?: { readonly search: readonly string[]; readonly ndots: number };
  /** Flags and EDNS of the queries. */
  readonly flags?: QueryFlags;
  /** Returns the number of names, if it is known. */
  readonly count: () => number | undefined;
  /** Whether cookies are sent, or which ones. */
  readonly cookies?: boolean | Uint8Array;
  /** Verification of the servers of encrypted connections. */
  readonly tls?: TlsSettings;
  /** Whether results have the responses. */
  readonly replies?: boolean;
  /** Whether numbers are printed at the end. */
  readonly summary: boolean;
  /** Aborts it. */
  readonly signal: AbortSignal;
  /** Receives the trace of the wire. */
  readonly trace?: Trace;
  /** Whether records are printed as JSON. */
  readonly json: boolean;
  /** Prints a result. */
  readonly print: (result: BulkResult) => void;
  /** Prints the JSON of a record as it is. */
  readonly printLine: (line: string) => void;
  /** Hands what was printed to the system. */
  readonly flush: () => void;
  /** Prints a line to stderr. */
  readonly note: (line: string) => void;
}

/** A result, with the facts that only a bulk lookup has. */
export interface BulkResult extends Resolution {
  /** Number of queries. */
  readonly attempts: number;
  /** Whether a wildcard explains it. */
  readonly wildcard?: boolean;
}

/** Longest time that the last query for a name waits, in milliseconds. */
const MAX_WAIT_MS = 5000;

/** Looks up many names at the same time. */
export async function runBulk(settings: BulkSettings): Promise<ExitCode> {
  const { servers, types, resume, signal, trace, tls, print, printLine, flush } = settings;
  await using connections = new DnsConnections({ tls, trace, cookies: settings.cookies });
  const output = { state: stdoutFile, truncate: truncateStdout };
  const journal = resume === undefined ? undefined : await Journal.open(resume, types.join(), output);
  const lookup = new BulkLookup(journal ? resumedItems(items(settings), journal) : items(settings), {
    ...{ servers, connections, signal, flags: settings.flags, search: settings.search, replies: settings.replies },
    ...{ concurrency: settings.concurrency, rate: settings.rate, attempts: settings.attempts },
    wait: Math.min(MAX_WAIT_MS, settings.wait),
    ordered: settings.ordered,
    lines: settings.json,
    wildcardCheck: settings.wildcardCheck,
    skip: journal && ((position) => journal.has(position)),
  });
  const codes = new Set<ExitCode>();
  // Results on a terminal are progress enough.
  using progress = new Progress({ unit: "names", silent: Deno.stdout.isTerminal() });
  const count = progress.shows ? settings.count() : undefined;
  const total = count === undefined ? undefined : count * types.length;
  let finished = journal?.size ?? 0;
  progress.update(lookup, { bytes: finished, total });
  try {
    for await (const batch of lookup.records()) {
      const printAll = () => {
        for (const record of batch) {
          if ("line" in record) printLine(record.line);
          else {
            // It may have a line on stderr.
            if (record.error && !settings.json) progress.clear();
            print(resultOf(record));
          }
        }
      };
      // Without a journal, which counts what is printed, records are gathered into few writes.
      if (journal) {
        journal.record(batch.map(({ position }) => position), () => {
          printAll();
          flush();
        });
      } else printAll();
      for (const record of batch) codes.add(codeOf(record));
      finished += batch.length;
      progress.update(lookup, { bytes: finished, total: total && Math.max(total, finished) });
    }
  } finally {
    journal?.close();
    progress.clear();
    if (settings.summary) { for (const line of summaryLines(lookup.summary())) settings.note(line); }
  }
  return exitCodeOfAll([...codes]);
}

/** Lines are of results without an error other than the negative ones. */
function codeOf(record: BulkRecord | BulkLine): ExitCode {
  if ("line" in record) return record.status === "NOERROR" ? 0 : 1;
  return record.error ? exitCodeOf(record.error) : 0;
}

async function* items({ lines, types }: BulkSettings): AsyncGenerator<Iterable<BulkItem>> {
  for await (const group of lines) yield itemsOf(group, types);
}

function* itemsOf(lines: readonly Line[], types: readonly string[]): Generator<BulkItem> {
  for (const { text, problem } of lines) {
    if (problem) {
      const error = new UsageError(`invalid domain name "${text.slice(0, 60)}"`, { code: "invalid-name" });
      yield { input: text, name: text, types, error };
      continue;
    }
    const item = parseBulkLine(text, types);
    if (item) yield item;
  }
}

/** Returns the result of a record. */
export function resultOf({ position: _, transport, ...record }: BulkRecord): BulkResult {
  return transport === undefined ? record : { ...record, transport, tcp: transport === "tcp" };
}

function summaryLines({ finished, queries, rate, ms, statuses, servers }: BulkSummary): string[] {
  const counts = Object.entries(statuses).map(([status, count]) => `${status} ${count}`).join(", ");
  return [
    `${finished} results (${counts}), ${queries} queries in ${(ms / 1000).toFixed(1)}s, ${rate}/s`,
    ...servers.map(({ server, queries, responses, timeouts, latency }) => {
      const times = latency
        ? `; latency 50% ${latency.p50}ms, 90% ${latency.p90}ms, 99% ${latency.p99}ms, maximum ${latency.max}ms`
        : "";
      return `${server}: ${queries} queries, ${responses} responses, ${timeouts} timeouts${times}`;
    }),
  ];
}
