import { errorLines, errorRecord, type ExitCode, exitCodeOf } from "../../lib/cli/mod.ts";
import { formatDuration, formatSize, showUntrusted } from "../../lib/core/mod.ts";
import { downloadRecord, type DownloadReport, entryLines, headLines, receivedText } from "../../lib/get/internal.ts";
import { type GetCall, toStdout } from "./call.ts";

/** Prints the report of a download, and returns its exit code. */
export function printReport(report: DownloadReport, { options, output, signal, operands }: GetCall): ExitCode {
  const { head, error, url, kind: reference, file, bytes, ms } = report;
  const code = error === undefined ? 0 : exitCodeOf(error);
  if (error !== undefined && (signal.aborted || code === 141)) throw signal.aborted ? signal.reason : error;
  if (options.json) {
    const records = toStdout(options) && !options.head ? output.onStderr() : output;
    records.record({ ...downloadRecord(report), error: error === undefined ? undefined : errorRecord(error) });
    records.flush();
    return code;
  }
  const printed = options.head || (report.location !== undefined && error === undefined);
  if (options.head && report.entry) entryLines(report.entry).forEach((line) => output.line(showUntrusted(line)));
  if (printed && head) headLines(head).forEach((line) => output.line(showUntrusted(line)));
  if (error !== undefined) {
    const [first = "", ...more] = errorLines("toucan get", error);
    const what = `${reference === undefined ? "" : `${reference} `}${showUntrusted(url, { limit: 200 })}`;
    const about = operands.length === 1 && url === operands[0] ? "" : ` (${what})`;
    [first + receivedText(report) + about, ...more].forEach((line) => output.note(line));
  } else if (file !== undefined) {
    output.line(showUntrusted(file) + (output.terminal ? `  ${formatSize(bytes)}  ${formatDuration(ms)}` : ""));
  }
  return code;
}
