import { interfacesProbe } from "../link/interfaces.ts";
import { routesProbe } from "../link/routes.ts";
import { rootProbe } from "../name/root.ts";
import type { ProbeRun } from "../probe/run.ts";
import type { MachineTarget } from "../target/target.ts";

/** Is my own network all right? No address is contacted but those of the name servers that are configured. */
export function planMachine(run: ProbeRun, target: MachineTarget): void {
  run.start(interfacesProbe, target);
  run.start(routesProbe, target);
  run.start(rootProbe, target);
}
