import type { ProbeRun } from "../probe/run.ts";
import type { Application } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import type { Below } from "./below.ts";
import { planDns } from "./dns.ts";
import { planLines } from "./lines.ts";
import { planHttp, planWebSocket } from "./web.ts";

/** Starts the probes of a protocol. */
type Plan = (run: ProbeRun, target: ServiceTarget, below: Below) => void;

const PLANS: Partial<Record<Application, Plan>> = { http: planHttp, websocket: planWebSocket, dns: planDns };

/** Starts the probes of the application layer. */
export function planApplication(run: ProbeRun, target: ServiceTarget, application: Application, below: Below): void {
  if (!planLines(run, target, application, below)) PLANS[application]?.(run, target, below);
}
