/**
 * All of `lib/url`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { demonstrateUrl, type UrlDemonstration } from "./demonstrate.ts";
export { checkSegment } from "./edit_path.ts";
export { unreadable } from "./error.ts";
export { excerpt } from "./excerpt.ts";
export { matchesPattern } from "./glob.ts";
export {
  type Edit,
  EDITS_ACCEPT,
  parseAdd,
  parseRemove,
  parseSet,
  planEdits,
  type PlanOptions,
  type ReadValue,
} from "./plan.ts";
export { PythonValueError } from "./python.ts";
export { comparisonRows, recordRows, refusals, type Row } from "./rows.ts";
export { fillTemplate, parseTemplate, type Slot, type Template, TEMPLATE_NAMES } from "./template.ts";
export { checkValue } from "./value.ts";
