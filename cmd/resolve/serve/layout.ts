import type { Layout } from "../../../lib/cli/mod.ts";

/** Help groups of `resolve serve`. */
export const SERVE_LAYOUT: Layout = {
  everyday: ["port", "zone", "forward", "allow", "fault", "log", "json"],
  groups: {
    listening: ["host", "port", "tls-listen", "https-listen", "allow"],
    answers: ["zone", "hosts", "nsid"],
    forwarding: ["forward", "timeout", "cache-size", "cacert", "pin", "insecure"],
    "zone transfers": ["transfer", "tsig"],
    "simulated faults": ["fault", "fault-seed"],
    limits: ["rate-limit", "max-connections", "per-address", "idle"],
    TLS: [],
    output: ["log", "json"],
  },
};
