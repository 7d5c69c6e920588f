import type { LayerState } from "./verdict.ts";

/** Signs and words of the states, for those who do not see colour. */
export const LAYER_STATES: Readonly<Record<LayerState, readonly [sign: string, text: string]>> = {
  good: ["✓", "ok"],
  note: ["✓", "ok"],
  warning: ["!", "warning"],
  fault: ["✗", "broken"],
  skipped: ["–", "not checked"],
  unused: ["–", "not used"],
};
