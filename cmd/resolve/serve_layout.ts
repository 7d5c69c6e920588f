import type { Layout } from "../../lib/cli/mod.ts";

/** Help groups of `resolve serve`. */
export const SERVE_LAYOUT: Layout = {
  everyday: ["host", "port", "tls-listen", "allow", "fault", "log", "json"],
  groups: {
    listening: ["host", "port", "tls-listen", "allow"],
    answers: ["nsid"],
    "simulated faults": ["fault", "fault-seed"],
    limits: ["rate-limit", "max-connections", "per-address", "idle"],
    TLS: [],
    output: ["log", "json"],
  },
};
