/**
 * Runs the set-ups of `check` that change the network of a machine, in the namespaces that {@link "./check_namespace.ts"} made for
 * this process alone: those of the group that the argument names. Prints an object: what failed, by the name of the set-up.
 * @module
 */
import { CURL_TIMES } from "./check_curl.ts";
import { MACHINE_SETUPS } from "./check_machine_setups.ts";
import { PUBLIC_SETUPS } from "./check_public.ts";
import { MACHINE_PUZZLES } from "./check_puzzles.ts";
import type { MachineWork } from "./check_namespace.ts";
import { type CheckSetup, testSetup } from "./check_setup.ts";

const GROUPS: Readonly<Record<string, readonly (CheckSetup | MachineWork)[]>> = {
  curl: CURL_TIMES,
  machine: MACHINE_SETUPS,
  public: PUBLIC_SETUPS,
  puzzles: MACHINE_PUZZLES,
};

const failures: Record<string, string> = {};
for (const setup of GROUPS[Deno.args[0] ?? ""] ?? []) {
  try {
    await ("run" in setup ? setup.run() : testSetup(setup, { words: true }));
  } catch (error) {
    failures[setup.name] = told(error);
  }
}

/** Returns all that is known of an error, also if an end of the set-up failed after it. */
function told(error: unknown): string {
  if (error instanceof SuppressedError) return `${told(error.error)}\nafter: ${told(error.suppressed)}`;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

console.log(JSON.stringify(failures));
