import { type ExitCode, reportListening } from "../../lib/cli/mod.ts";
import {
  type CheckTargetOptions,
  kindOf,
  LAYER_TITLES,
  type MeasuredTarget,
  metricsText,
  Redaction,
  type Round,
  type StateChange,
  type Target,
  TargetHistory,
} from "../../lib/check/internal.ts";
import { concurrently, formatAddress, formatDuration, pause, showUntrusted } from "../../lib/core/mod.ts";
import { serveHttp } from "../../lib/http/mod.ts";
import { type Checked, checkOne, exitCodeOfCheck, type InvalidTarget, unmetSentences, unmetTexts } from "./checked.ts";
import { CheckPrinter } from "./print.ts";
import { writeReports } from "./report_files.ts";
import type { CheckCall } from "./call.ts";
import { verdictRecord } from "./verdict_record.ts";

const STRIP_LENGTH = 30;
const METRICS = { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" };
const NOT_FOUND = { status: 404, body: "see /metrics\n" };

/** Checks targets at intervals, until one of the conditions of the options holds, or the process is asked to stop. */
export async function runWatch(
  call: CheckCall,
  checking: CheckTargetOptions,
  given: readonly (Target | InvalidTarget)[],
  interval: number,
): Promise<ExitCode> {
  const { options, signal } = call;
  const invalid = given.find((target) => "invalid" in target);
  if (invalid) {
    await new CheckPrinter(call).printInvalid(invalid);
    return 2;
  }
  // A target has one history, however often it is given.
  const targets = [...new Map(given.map((target) => ["invalid" in target ? "" : target.text, target])).values()];
  const measured = new Map<string, MeasuredTarget>();
  await using _server = startMetrics(call, measured);
  const redaction = options.redact ? new Redaction() : undefined;
  const work = (target: Target | InvalidTarget) => checkOne(target, call, checking, redaction);
  while (true) {
    const begin = performance.now();
    const round: Checked[] = [];
    for await (const checked of concurrently(targets, options.parallel, work)) {
      if ("invalid" in checked) continue;
      round.push(checked);
      await printRound(call, checked, measured);
    }
    await writeReports(call, round);
    const broken = round.some((checked) => exitCodeOfCheck(checked) !== 0);
    if (options["until-broken"] && broken) return 1;
    if (options["until-ok"] && !broken) return 0;
    await pause(Math.max(0, interval - (performance.now() - begin)), signal);
  }
}

async function printRound(call: CheckCall, checked: Checked, measured: Map<string, MeasuredTarget>): Promise<void> {
  const { options, output } = call;
  const { report } = checked;
  const { text } = report.target;
  const history = measured.get(text)?.history ?? new TargetHistory();
  const change = history.add(report, unmetTexts(checked));
  measured.set(text, { report, history });
  if (options.json) {
    if (change) await output.record(changeRecord(text, change));
    return await output.record(verdictRecord(checked));
  }
  if (change) await output.line(showUntrusted(`${clock(change.at)}  ${text}  ${changeWords(checked, change)}`));
  const [middle, high] = [50, 95].map((percent) => history.percentile(percent));
  const times = middle === undefined ? "" : `  p50 ${formatDuration(middle)}  p95 ${formatDuration(high ?? middle)}`;
  const line = `${clock(report.began)}  ${text}  ${formatDuration(report.ms)}${times}  ${history.strip(STRIP_LENGTH)}`;
  await output.line(showUntrusted(line));
}

function changeWords(checked: Checked, { from, to }: StateChange): string {
  const { cause } = checked.report;
  const now = cause
    ? `${LAYER_TITLES[cause.layer]} broken: ${kindOf(cause.finding).says(cause.finding.data)}`
    : unmetSentences(checked).join("; ") || "ok";
  return from === undefined ? now : `${stateWord(from)} → ${stateWord(to) === "ok" ? "ok" : now}`;
}

function stateWord({ broken, unmet }: Round): string {
  if (broken) return `${LAYER_TITLES[broken.layer]} broken`;
  return unmet.length > 0 ? "not as expected" : "ok";
}

function changeRecord(target: string, { at, from, to }: StateChange) {
  return {
    ...{ event: "change" as const, target, at: at.getTime(), well: to.well },
    ...{ layer: to.broken?.layer, code: to.broken?.code, unmet: to.unmet.length > 0 ? to.unmet : undefined },
    ...{ before: from && { well: from.well, code: from.broken?.code } },
  };
}

function clock(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}

/** Serves the last results, if that was asked for. */
function startMetrics({ options, output }: CheckCall, measured: ReadonlyMap<string, MeasuredTarget>): AsyncDisposable {
  const { prometheus } = options;
  if (prometheus === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const address = formatAddress(prometheus);
  const server = serveHttp(
    address,
    ({ target }) =>
      target.replace(/\?.*$/s, "") === "/metrics"
        ? { headers: METRICS, body: metricsText([...measured.values()]) }
        : NOT_FOUND,
  );
  reportListening(output, [{ scheme: "http", addr: server.address, path: "/metrics" }]);
  return server;
}
