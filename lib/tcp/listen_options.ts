import type { KeyPair } from "../core/mod.ts";
import type { ExchangeOptions } from "./exchange.ts";
import type { ConnectionReport } from "./report.ts";

/** How `listen` serves. */
export interface ListenOptions extends Omit<ExchangeOptions, "keepOutput" | "grace"> {
  /** The certificate to speak TLS with; without it plain. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
  /** The protocols offered in the TLS handshake, the best first. */
  readonly alpn?: readonly string[];
  /** Milliseconds that a client has for the TLS handshake. @default 10000 */
  readonly handshakeTimeout?: number;
  /** Whether it serves client after client. Without it the first one is the only one. */
  readonly keep?: boolean;
  /** Whether all clients are served at once, and what one end sends goes to all others. */
  readonly broadcast?: boolean;
  /** How many clients there may be at once. @default 100 */
  readonly maxConnections?: number;
  /** Milliseconds to wait for the first client. Without it for ever. */
  readonly timeout?: number;
  /** Called for each client that was let in. */
  readonly onConnect?: (peer: string) => void;
  /** Called for each connection that is over. */
  readonly onReport?: (report: ConnectionReport) => void;
}
