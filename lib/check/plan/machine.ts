import { interfacesProbe } from "../link/interfaces.ts";
import type { ProbeRun } from "../probe/run.ts";
import type { MachineTarget } from "../target/target.ts";

/** Is my own network all right? No address is contacted but those that are configured. */
export function planMachine(run: ProbeRun, target: MachineTarget): void {
  run.start(interfacesProbe, target);
}
