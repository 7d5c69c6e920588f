import type { HostAddress } from "../../core/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { connectProbe } from "./connect.ts";
import type { ConnectSeen } from "./connect_seen.ts";

/** Addresses whose port for HTTPS did not accept. */
export interface OtherPortInput {
  readonly host: string;
  readonly addresses: readonly HostAddress[];
  /** The port for HTTP. */
  readonly port: number;
}

/** Whether a host that was named without a port, and refuses that for HTTPS, has a web site without TLS. */
export const otherPortProbe: Probe<OtherPortInput, ConnectSeen> = {
  name: "other-port",
  layer: "reach",
  explains: true,
  observe: ({ addresses, port }, context) => connectProbe.observe({ addresses, port }, context),
  judge({ attempts }, { host, port }) {
    const open = attempts.find(({ result }) => result === "connected");
    return open ? [found("web-without-tls", { name: host, address: open.address, port })] : [];
  },
};
