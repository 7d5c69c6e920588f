import type { CheckedSetup } from "./check_setup.ts";

/**
 * Settings for a server that does not answer. Whether there is time left to hear what the port sends by itself, and to warn in
 * the layer of reach that this is nothing, depends on the machine.
 */
export const STALLED: Pick<CheckedSetup, "options" | "hide"> = {
  options: { timeout: 600 },
  hide: { "! reach        warning": "✓ reach        ok" },
};
