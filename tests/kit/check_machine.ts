/**
 * Runs the set-ups of `check` that change the network of a machine, in the namespaces that {@link "./check_namespace.ts"} made for
 * this process alone. Prints an object: what failed, by the name of the set-up.
 * @module
 */
import { MACHINE_SETUPS } from "./check_machine_setups.ts";
import { testSetup } from "./check_setup.ts";

const failures: Record<string, string> = {};
for (const setup of MACHINE_SETUPS) {
  try {
    await testSetup(setup, { words: true });
  } catch (error) {
    failures[setup.name] = error instanceof Error ? error.stack ?? error.message : String(error);
  }
}
console.log(JSON.stringify(failures));
