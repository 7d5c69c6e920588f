import { type Layer, LAYER_TITLES, LAYERS } from "../layers.ts";
import type { ProbeReport } from "../probe/probe.ts";
import { type Blame, type Mark, MARKS } from "../words/finding.ts";
import { type Finding, found, kindOf } from "../words/findings.ts";

/** State of a layer: the worst of its findings, `skipped` if a layer below did not allow to look, `unused` if the target has no such layer. */
export type LayerState = Mark | "skipped" | "unused";

/** Verdict on a layer. */
export interface LayerVerdict {
  /** The layer. */
  readonly layer: Layer;
  /** Its state. */
  readonly state: LayerState;
  /** Numbers that matter, one part per probe. */
  readonly summary: string;
  /** Milliseconds from the begin of the check to that of its first probe. */
  readonly began: number;
  /** Milliseconds in which any of its probes ran; 0 if there was none. */
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

/**
 * Judges the reports of a target's probes. A target is not well if a layer that it needs was not checked, whatever the reason. Pure.
 *
 * @param needed Layers without which nothing is known of the target.
 */
export function judgeReports(reports: readonly ProbeReport[], needed: readonly Layer[] = []): Verdict {
  const layers = LAYERS.map((layer) => judgeLayer(layer, reports.filter((report) => report.layer === layer)));
  const cause = firstFault(reports) ?? notChecked(layers, needed);
  return { layers, ...(cause && { cause }), outcome: cause ? kindOf(cause.finding).blame ?? "target" : "well" };
}

function judgeLayer(layer: Layer, reports: readonly ProbeReport[]): LayerVerdict {
  const done = reports.filter(({ state }) => state !== "skipped");
  if (done.length === 0) {
    return { layer, state: reports.length === 0 ? "unused" : "skipped", summary: "", began: 0, ms: 0 };
  }
  const summary = done.flatMap(({ summary }) => summary === undefined || summary === "" ? [] : [summary]).join(", ");
  const began = Math.min(...done.map((report) => report.began));
  return { layer, state: worst(done.flatMap(({ findings }) => findings)), summary, began, ms: covered(done) };
}

/** Returns the milliseconds that the times of some probes cover: what waits for the layers above leaves a gap. */
function covered(reports: readonly ProbeReport[]): number {
  let [whole, end] = [0, 0];
  for (const { began, ms } of reports.toSorted((a, b) => a.began - b.began)) {
    whole += Math.max(0, began + ms - Math.max(began, end));
    end = Math.max(end, began + ms);
  }
  return whole;
}

function worst(findings: readonly Finding[]): Mark {
  const rank = Math.max(0, ...findings.map((finding) => MARKS.indexOf(kindOf(finding).mark)));
  return MARKS[rank] ?? "good";
}

function notChecked(layers: readonly LayerVerdict[], needed: readonly Layer[]): Cause | undefined {
  const missing = layers.find(({ layer, state }) => state === "skipped" && needed.includes(layer));
  return missing &&
    { layer: missing.layer, finding: found("layer-not-checked", { text: LAYER_TITLES[missing.layer] }) };
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
