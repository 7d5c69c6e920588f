import type { HostAddress } from "../../core/mod.ts";
import type { HandshakeSeen } from "../tls/handshake_seen.ts";

/** Results of the layers below, as promises: an address that accepted a connection, and the handshake if TLS begins with it. */
export interface Below {
  /** Address that accepted a connection; undefined if none did. */
  readonly open: Promise<HostAddress | undefined>;
  /** The handshake; undefined if there was none. */
  readonly handshake: Promise<HandshakeSeen | undefined>;
}
