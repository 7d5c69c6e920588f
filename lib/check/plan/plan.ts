import type { ProbeRun } from "../probe/run.ts";
import type { Target } from "../target/target.ts";
import { planMachine } from "./machine.ts";
import { planMail } from "./mail.ts";
import { planService } from "./service.ts";

/** Starts the probes of a target. */
export function planTarget(run: ProbeRun, target: Target): void {
  if (target.kind === "service") planService(run, target);
  else if (target.kind === "mail") planMail(run, target);
  else planMachine(run, target);
}
