import { type CheckReport, type Finding, kindOf, type ProbeReport } from "../../lib/check/internal.ts";
import { type Checked, exitCodeOfCheck } from "./checked.ts";
import { triesOf } from "./tries/tries.ts";

/** Returns the record of a probe. */
export function probeRecord(target: string, report: ProbeReport) {
  const { probe, layer, subject, state, began, ms, findings, facts } = report;
  const whole = { target, layer, probe, subject, state, began: tenths(began), ms: tenths(ms) };
  return { event: "probe" as const, ...whole, findings: findings.map(findingRecord), facts };
}

function findingRecord(finding: Finding) {
  const { mark, says } = kindOf(finding);
  return { code: finding.code, mark, text: says(finding.data), data: finding.data };
}

/** Returns the record of a verdict. */
export function verdictRecord(checked: Checked) {
  const { report, expected, given } = checked;
  const { target, outcome, began, ms, layers, cause } = report;
  const unexpected = outcome === "well" && expected.some(({ met }) => !met);
  return {
    ...{ event: "verdict" as const, target: target.text, outcome: unexpected ? "unexpected" as const : outcome },
    ...{ exitCode: exitCodeOfCheck(checked), checked: began.getTime(), ms: tenths(ms) },
    layers: layers.map((layer) => ({ ...layer, began: tenths(layer.began), ms: tenths(layer.ms) })),
    cause: cause && causeRecord(report, cause, given),
    expected: expected.length === 0
      ? undefined
      : expected.map(({ expectation, met, found }) => ({ text: expectation.text, met, found })),
  };
}

function causeRecord(
  { target }: CheckReport,
  { layer, finding }: NonNullable<CheckReport["cause"]>,
  given: Checked["given"],
) {
  const { says, evidence, who } = kindOf(finding);
  const { code, data } = finding;
  return {
    layer,
    code,
    text: says(data),
    evidence: evidence?.(data) ?? [],
    who,
    tries: triesOf(finding, target, given),
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
