import { kind } from "./finding.ts";

/** Findings about connections to addresses. */
export const REACH_FINDINGS = {
  "connected": kind<{ address: string; port: number; ms: number }>({
    layer: "reach",
    mark: "good",
    means: "a connection to an address was established",
    says: ({ address, port, ms }) => `${address} port ${port} answers in ${ms} ms`,
  }),
  "port-refused": kind<{ address: string; port: number }>({
    layer: "reach",
    mark: "fault",
    who: "the owner of the server",
    means: "the host is there, but nothing listens on the port",
    says: ({ address, port }) => `${address} refuses port ${port}: nothing listens there`,
  }),
  "port-filtered": kind<{ address: string; port: number; ms: number }>({
    layer: "reach",
    mark: "fault",
    blame: "timeout",
    who: "your network",
    means: "no answer to an attempt to connect",
    says: ({ address, port, ms }) => `no answer from ${address} port ${port} within ${ms} ms`,
  }),
  "host-unreachable": kind<{ address: string; port: number; reason: string }>({
    layer: "reach",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "no route to the address",
    says: ({ address, reason }) => `${address} cannot be reached: ${reason}`,
  }),
};
