import type { HostAddress } from "../../core/mod.ts";
import type { ProbeRun } from "../probe/run.ts";
import type { Application } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import type { HandshakeSeen } from "../tls/handshake.ts";
import { planDns } from "./dns.ts";
import { planLines } from "./lines.ts";
import { planHttp, planWebSocket } from "./web.ts";

/** Results of the layers below, as promises: an address that accepted a connection, and the handshake if TLS begins with it. */
export interface Below {
  /** Address that accepted a connection; undefined if none did. */
  readonly open: Promise<HostAddress | undefined>;
  /** The handshake; undefined if there was none. */
  readonly handshake: Promise<HandshakeSeen | undefined>;
}

/** Starts the probes of a protocol. */
type Plan = (run: ProbeRun, target: ServiceTarget, below: Below) => void;

const PLANS: Partial<Record<Application, Plan>> = { http: planHttp, websocket: planWebSocket, dns: planDns };

/** Starts the probes of the application layer. */
export function planApplication(run: ProbeRun, target: ServiceTarget, application: Application, below: Below): void {
  if (!planLines(run, target, application, below)) PLANS[application]?.(run, target, below);
}
