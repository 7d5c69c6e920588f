import {
  type Call,
  clientTls,
  credentialsOf,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  familyOf,
  Progress,
  proxyOf,
} from "../../lib/cli/mod.ts";
import { showUntrusted, UsageError } from "../../lib/core/mod.ts";
import { sumLine, type TreeEntry, type TreeReport } from "../../lib/file/internal.ts";
import type { CLIENT } from "./client.ts";
import type { TREE_RECORDS } from "./records.ts";
import { readServerUrl, serverOf } from "./server_url.ts";

/** Returns the request options for a URL of the server. */
export async function remote({ options, output, signal, trace }: Call<typeof CLIENT>, text: string) {
  const url = readServerUrl(text);
  const { protocol } = url;
  const ftpTls = options["ftp-tls"];
  if (ftpTls && !protocol.startsWith("ftp")) throw new UsageError("--ftp-tls requires an ftp: URL");
  const secure = protocol === "https:" || protocol === "ftps:" || ftpTls;
  const hint = protocol === "ftp:" ? "add --ftp-tls, or use an ftps URL" : "use an https URL";
  return {
    tls: await clientTls({ ...options, tls: secure }, output, hint),
    proxy: proxyOf(options, serverOf(url)),
    family: familyOf(options),
    credentials: await credentialsOf(options),
    ftpTls,
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
