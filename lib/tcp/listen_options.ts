import type { KeyPair } from "../core/mod.ts";
import type { PipeEnds } from "./connect.ts";
import type { ExchangeOptions } from "./exchange.ts";
import type { ConnectionReport } from "./report.ts";
import type { ConnectionOptions } from "./server.ts";

/** How a pipe serves, its ends as sources and sinks. */
export interface ListenOptions extends Omit<ExchangeOptions, "keepOutput" | "grace"> {
  /** The certificate to speak TLS with; without it plain. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
  /** The protocols offered in the TLS handshake, the best first. */
  readonly alpn?: readonly string[];
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

/** How a pipe serves, its ends as whatever can be one. */
export interface ListenPipeOptions extends Omit<ListenOptions, "input" | "output">, PipeEnds {}

/** How `listen` serves: connections by a handler or a loop, or a pipe. */
export interface TcpListenOptions extends ConnectionOptions, Omit<ListenPipeOptions, keyof ConnectionOptions> {
  /** How many clients there may be at once; further ones are closed. @default 1000, with `broadcast` 100 */
  readonly maxConnections?: number;
}
