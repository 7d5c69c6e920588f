/**
 * All of `lib/check`: the public library, and what `toucan check` and tests use of it.
 * @module
 */
export * from "./mod.ts";
export { CHECK_TIMEOUT } from "./check.ts";
export { LAYER_TITLES } from "./layers.ts";
export { addressOf, THIS_MACHINE } from "./target/target.ts";
export { findingKinds } from "./words/findings.ts";
export {
  type Expectation,
  type ExpectationResult,
  meetExpectations,
  type Operator,
  parseExpectations,
} from "./verdict/expectation.ts";
export { type TimedEvent } from "./report/ladder.ts";
export { redactEvents, redactReport } from "./report/redact.ts";
export { Redaction } from "./report/redaction.ts";
export { type ReportedCheck, reportPage } from "./report/report_page.ts";
export { waterfallRows, waterfallSvg } from "./report/waterfall.ts";
export { type Round, type StateChange, TargetHistory } from "./watch/history.ts";
export { type MeasuredTarget, metricsText } from "./watch/metrics.ts";
export { LAYER_STATES } from "./verdict/states.ts";
