/**
 * Checks of a target, layer by layer: interfaces, name, reach, TLS, application; what is broken, why, and who can change it.
 * @module
 */
export { check, type CheckReport, type CheckTargetOptions } from "./check.ts";
export { type Layer, LAYERS } from "./layers.ts";
export type { Facts, ProbeReport } from "./probe/probe.ts";
export {
  type MachineTarget,
  type MailDomainTarget,
  parseCheckTarget,
  type ServiceTarget,
  type Target,
} from "./target/target.ts";
export type { Scheme } from "./target/scheme.ts";
export type { Cause, LayerState, LayerVerdict, Verdict } from "./verdict/verdict.ts";
export type { Blame, Finding, FindingData, FindingKind, FindingValue, Mark, Who } from "./words/finding.ts";
export { kindOf } from "./words/findings.ts";
