import type { HostAddress } from "../../core/mod.ts";
import type { ProbeReport } from "../probe/probe.ts";
import type { ProbeRun } from "../probe/run.ts";
import { talkProbe } from "../reach/talk.ts";
import { factsOf } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import { kindOf } from "../words/findings.ts";

/** Names of the protocols, as findings say them. */
const NAMES: Readonly<Record<string, string>> = { websocket: "HTTP", dns: "DNS" };

/** Findings of the layers above that say themselves which protocol the port speaks, or that it says nothing. */
const TELLING = /(?:protocol|plain|spoken|speaks|silent|greeting|on-tls-port)/;

/** Part of the time for a step after which there is not enough left. */
const LATEST = 1.2;

/**
 * Starts the probe of what an open port says: at once if there is no layer above, and otherwise only after these have failed and
 * could not say why, so that a server that works gets no connection that looks strange in its log.
 */
export function planTalk(run: ProbeRun, target: ServiceTarget, open: Promise<HostAddress | undefined>): void {
  const { host, port, scheme } = target;
  const { tls, application } = factsOf(scheme);
  if (tls === "none" && !application) {
    run.start(talkProbe, open.then((address) => address && { host, address, port }));
    return;
  }
  const protocol = application && (NAMES[application] ?? application.toUpperCase());
  const expected = { protocol, tls: tls === "direct" };
  const needed = async () => {
    const address = await open;
    if (!address) return undefined;
    const reports = [...await run.ended("tls"), ...await run.ended("application")];
    // What would not end in time says nothing.
    if (run.elapsed > run.context.timeout * LATEST) return undefined;
    return needsExplanation(reports) ? { host, address, port, expected } : undefined;
  };
  run.start(talkProbe, needed());
}

/** Whether a layer above failed without a status of its own, and without telling what the port speaks. */
function needsExplanation(reports: readonly ProbeReport[]): boolean {
  const faults = reports.flatMap(({ findings }) => findings).filter((finding) => kindOf(finding).mark === "fault");
  const explained = faults.some(({ code }) => TELLING.test(code));
  return faults.length > 0 && !explained && reports.every(({ facts }) => facts.status === undefined);
}
