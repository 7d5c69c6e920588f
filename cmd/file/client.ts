import {
  ANYWHERE,
  type Call,
  clientTls,
  CONNECT_TIMEOUT,
  credentialsOf,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  FAMILY,
  familyOf,
  flag,
  kind,
  option,
  Progress,
  PROXY,
  PROXY_VARIABLES,
  proxyOf,
  TRUST,
  USER,
} from "../../lib/cli/mod.ts";
import { showUntrusted } from "../../lib/core/mod.ts";
import { basicAuthorization, hostPortOf, readUrl } from "../../lib/http/internal.ts";
import { sumLine, type TreeEntry, type TreeReport } from "../../lib/file/internal.ts";
import type { TREE_RECORDS } from "./records.ts";

/** The options of all clients. */
export const CLIENT = {
  ...USER,
  ...TRUST,
  ...FAMILY,
  ...PROXY,
  "timeout": option(kind.duration, "limit for each answer of the server (phase first-byte), connecting included", {
    default: "30s",
  }),
  ...CONNECT_TIMEOUT,
  "json": flag("one JSON record per file, and one with the sum"),
  "trace": flag("write what crosses the wire to stderr"),
};
/** The permissions of a client that writes no files. */
export const READING = { net: true, read: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] };

/** How many files are transferred at once. */
export const PARALLEL = option(kind.integer(1, 64), "how many files at once", { short: "P", default: "8" });
/** How often a file is tried again. */
export const RETRIES = option(kind.integer(0, 100), "how often to try a file again", { default: "3" });

/** The URL on the server. */
export const SERVER_URL = {
  metavar: "URL",
  help: "URL on the file server",
  kind: kind.parsed("URL", "an http or https URL", readUrl),
};

/** How to ask the server of a URL. */
export async function remote({ options, output, signal, trace }: Call<typeof CLIENT>, text: string) {
  const url = readUrl(text);
  const secure = url.protocol === "https:";
  const who = await credentialsOf(options);
  return {
    tls: await clientTls({ ...options, tls: secure }, output, "give an https URL"),
    proxy: proxyOf(options, hostPortOf(url)),
    family: familyOf(options),
    headers: who && { Authorization: basicAuthorization(who) },
    timeout: options.timeout,
    connectTimeout: options["connect-timeout"],
    ...{ signal, trace },
  };
}

/** Tells of each file, and of all. */
export function teller({ options, output }: Pick<Call<typeof CLIENT, typeof TREE_RECORDS>, "options" | "output">) {
  const progress = new Progress();
  const recorded = ({ error }: TreeEntry | TreeReport) => error === undefined ? undefined : errorRecord(error);
  const keys = new Map<string, object>();
  const keyOf = (path: string) => keys.get(path) ?? keys.set(path, {}).get(path) ?? {};
  return {
    onProgress: (path: string, done: { bytes: number; total?: number }) => progress.update(keyOf(path), done),
    onEntry(entry: TreeEntry) {
      const { action, path, url, error } = entry;
      if (options.json) return output.record({ ...entry, ms: Math.round(entry.ms), error: recorded(entry) });
      if (error === undefined) return;
      progress.clear();
      errorLines(`${action}: ${showUntrusted(path || url)}`, error).forEach((line) => output.note(line));
    },
    sum(report: TreeReport): ExitCode {
      progress.clear();
      if (options.json) output.record({ event: "done", ...report, error: recorded(report) });
      else output.line(sumLine(report));
      return report.failed === 0 ? 0 : report.moved + report.unchanged > 0 ? 6 : exitCodeOf(report.error);
    },
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  };
}
