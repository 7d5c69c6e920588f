import type { HostAddress } from "../../core/mod.ts";
import type { HandshakeSeen } from "../tls/handshake_seen.ts";

/** Results of the layers below: an address that accepts a connection, its port, and the handshake if TLS begins with it. */
export interface Below {
  /** Port that connections go to: a rule may lead them to another one than the target has. */
  readonly port: number;
  /** Address that accepted a connection; undefined if none did. */
  readonly open: Promise<HostAddress | undefined>;
  /** The handshake; undefined if there was none. */
  readonly handshake: Promise<HandshakeSeen | undefined>;
}
