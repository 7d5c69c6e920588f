import { HTTP_FINDINGS } from "./http.ts";
import { PROBE_FINDINGS } from "./probe.ts";

/** Findings about what speaks on a connection, one table per protocol. */
export const APPLICATION_FINDINGS = { ...PROBE_FINDINGS, ...HTTP_FINDINGS };
