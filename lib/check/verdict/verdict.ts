import { type Layer, LAYERS } from "../layers.ts";
import type { ProbeReport } from "../probe/probe.ts";
import { type Blame, type Mark, MARKS } from "../words/finding.ts";
import { type Finding, kindOf } from "../words/findings.ts";

/** State of a layer: the worst of its findings, `skipped` if a layer below did not allow to look, `unused` if the target has no such layer. */
export type LayerState = Mark | "skipped" | "unused";

/** What was found of a layer. */
export interface LayerVerdict {
  /** The layer. */
  readonly layer: Layer;
  /** Its state. */
  readonly state: LayerState;
  /** Numbers that matter, one part per probe. */
  readonly summary: string;
  /** Milliseconds from the begin of its first probe to the end of its last; 0 if there was none. */
  readonly ms: number;
}

/** The finding that matters most. */
export interface Cause {
  /** Its layer. */
  readonly layer: Layer;
  /** The finding. */
  readonly finding: Finding;
}

/** The verdict on a target. */
export interface Verdict {
  /** All layers, from the bottom. */
  readonly layers: readonly LayerVerdict[];
  /** The first fault of the lowest broken layer, if there is one. */
  readonly cause?: Cause;
  /** `well` without a fault; else what the cause is to blame on. */
  readonly outcome: "well" | Blame;
}

/** Judges the reports of a target's probes. Pure. */
export function judgeReports(reports: readonly ProbeReport[]): Verdict {
  const layers = LAYERS.map((layer) => judgeLayer(layer, reports.filter((report) => report.layer === layer)));
  const cause = firstFault(reports);
  return { layers, ...(cause && { cause }), outcome: cause ? kindOf(cause.finding).blame ?? "target" : "well" };
}

function judgeLayer(layer: Layer, reports: readonly ProbeReport[]): LayerVerdict {
  const done = reports.filter(({ state }) => state !== "skipped");
  const [state, ms] = done.length === 0
    ? [reports.length === 0 ? "unused" : "skipped", 0] as const
    : [worst(done.flatMap(({ findings }) => findings)), span(done)] as const;
  const summary = done.flatMap(({ summary }) => summary === undefined || summary === "" ? [] : [summary]).join(", ");
  return { layer, state, summary, ms };
}

function worst(findings: readonly Finding[]): Mark {
  const rank = Math.max(0, ...findings.map((finding) => MARKS.indexOf(kindOf(finding).mark)));
  return MARKS[rank] ?? "good";
}

function span(reports: readonly ProbeReport[]): number {
  const begin = Math.min(...reports.map(({ began }) => began));
  return Math.max(...reports.map(({ began, ms }) => began + ms)) - begin;
}

function firstFault(reports: readonly ProbeReport[]): Cause | undefined {
  for (const layer of LAYERS) {
    for (const report of reports.filter((report) => report.layer === layer)) {
      const finding = report.findings.find((finding) => kindOf(finding).mark === "fault");
      if (finding) return { layer, finding };
    }
  }
  return undefined;
}
