import { kind } from "./finding.ts";

/** Findings about the check itself. */
export const PROBE_FINDINGS = {
  "probe-failed": kind<{ probe: string; reason: string }>({
    layer: "application",
    mark: "fault",
    blame: "network",
    means: "a probe ended with an error that it does not know",
    says: ({ probe, reason }) => `${probe}: ${reason}`,
  }),
  "layer-not-checked": kind<{ text: string }>({
    layer: "application",
    mark: "fault",
    blame: "network",
    means: "a layer that the target has could not be checked, and no probe below found why",
    says: ({ text }) => `${text} could not be checked, and no layer below shows why`,
  }),
  "probe-timed-out": kind<{ probe: string; ms: number }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    means: "a probe was ended by the timeout of the check",
    says: ({ probe, ms }) =>
      `the time of the check was over before the probe ${probe} had a result (after ${ms} ms): the network or the server is slow`,
  }),
};
