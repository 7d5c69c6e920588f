import type { HostAddress } from "../../core/mod.ts";
import type { ProbeReport } from "../probe/probe.ts";
import type { ProbeRun } from "../probe/run.ts";
import { pathMtuProbe } from "../reach/path_mtu.ts";
import { talkProbe } from "../reach/talk.ts";
import { factsOf } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import type { Finding } from "../words/finding.ts";
import { kindOf } from "../words/findings.ts";

/** Names of the protocols, as findings say them. */
const NAMES: Readonly<Record<string, string>> = { websocket: "HTTP", dns: "DNS" };

/** Findings of the layers above that say themselves which protocol the port speaks, or that it says nothing, or too little. */
const TELLING = /(?:protocol|plain|spoken|speaks|silent|greeting|on-tls-port|-slow$)/;

/** Faults of the layers above with which the server did not answer in time. */
const STALLED = /(?:stalled|timed-out|head-slow)$/;

/** Part of the time that is left which the explanation may take, and milliseconds with which no server can be expected to answer. */
const [SHARE, SHORTEST_MS] = [0.8, 20];

/**
 * Starts the probe of what an open port says: at once if there is no layer above, and otherwise only after these have failed and
 * could not say why, so that a server that works gets no connection that looks strange in its log.
 */
export function planTalk(run: ProbeRun, target: ServiceTarget, open: Promise<HostAddress | undefined>): void {
  const { host, port, scheme } = target;
  const { tls, application } = factsOf(scheme);
  if (tls === "none" && !application) {
    run.start(talkProbe, open.then((address) => address && { host, address, port, within: run.context.timeout }));
    return;
  }
  const protocol = application && (NAMES[application] ?? application.toUpperCase());
  const expected = { protocol, tls: tls === "direct" };
  const reached = async () => {
    const address = await open;
    const reports = [...await run.ended("tls"), ...await run.ended("application")];
    const within = run.left * SHARE;
    return address && within > SHORTEST_MS ? { address, faults: faultsOf(reports), within } : undefined;
  };
  const needed = reached();
  run.start(
    talkProbe,
    needed.then((seen) =>
      seen && needsExplanation(seen.faults)
        ? { host, address: seen.address, port, expected, within: seen.within }
        : undefined
    ),
  );
  if (!expected.tls && protocol !== "HTTP") return;
  run.start(
    pathMtuProbe,
    needed.then((seen) =>
      seen?.faults.some(({ code }) => STALLED.test(code))
        ? { host, address: seen.address, port, tls: expected.tls, within: seen.within }
        : undefined
    ),
  );
}

/** Faults of layers above; none if one of them has got a status from the server. */
function faultsOf(reports: readonly ProbeReport[]): readonly Finding[] {
  if (reports.some(({ facts }) => facts.status !== undefined)) return [];
  return reports.flatMap(({ findings }) => findings).filter((finding) => kindOf(finding).mark === "fault");
}

/** Whether layers above failed without telling what the port speaks. */
function needsExplanation(faults: readonly Finding[]): boolean {
  return faults.length > 0 && !faults.some(({ code }) => TELLING.test(code));
}
