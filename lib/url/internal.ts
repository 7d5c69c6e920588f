/**
 * All of `lib/url`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { checkSegment } from "./edit/edit_path.ts";
export { unreadable } from "./error.ts";
export { excerpt } from "./show/excerpt.ts";
export { matchesPattern } from "./edit/glob.ts";
export {
  type Edit,
  EDITS_ACCEPT,
  parseAdd,
  parseRemove,
  parseSet,
  planEdits,
  type PlanOptions,
  type ReadValue,
} from "./edit/plan.ts";
export { PythonValueError } from "./models/python/urlsplit.ts";
export { comparisonRows, recordRows, refusals, type Row } from "./show/rows.ts";
export { fillTemplate, parseTemplate, type Slot, type Template, TEMPLATE_NAMES } from "./show/template.ts";
export { checkValue } from "./edit/value.ts";
