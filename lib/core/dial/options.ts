import type { WaitOptions } from "../time/deadline.ts";
import type { Phase } from "../errors/errors.ts";
import type { TlsOptions } from "../tls/client/options.ts";
import type { Trace } from "../trace.ts";
import type { Connection } from "./connection.ts";
import type { Proxy } from "./proxy/proxy.ts";
import type { ConnectRule, ResolveRule } from "./routes.ts";
import type { SourceAddress } from "./source.ts";

/**
 * Options of {@link dial}. `timeout` limits all of it (lookup, connection, proxy, TLS handshake), `connectTimeout`
 * each step.
 */
export interface DialOptions extends WaitOptions {
  /**
   * Milliseconds for each step: the lookup, an attempt to connect to an address, the dialogue with the proxy, the TLS handshake.
   * @default `timeout` if given, else 10000
   * @default {undefined}
   */
  readonly connectTimeout?: number;
  /**
   * IP version of the addresses. Without it, both are raced.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
  /**
   * TLS, and how the server is verified.
   * @default {undefined}
   */
  readonly tls?: TlsOptions;
  /**
   * Communicates with the server before TLS begins, for protocols that start it by a command (STARTTLS): it must leave no byte
   * of the server unread, and returns whether TLS follows. If not, the connection is returned without it. It limits its
   * own waits, and is called for every connection that is opened: to explain a rejected certificate takes a second one.
   * @default {undefined}
   */
  readonly beforeTls?: (plain: Connection) => Promise<boolean>;
  /**
   * Local address and port to connect from; not with a proxy, and slower. Without it, the system's choice.
   * @default {undefined}
   */
  readonly from?: SourceAddress;
  /**
   * Proxy to connect through.
   * @default {undefined}
   */
  readonly proxy?: Proxy;
  /**
   * Whether the address is that of a proxy, to which requests for others are sent: errors name it as one.
   * @default {false}
   */
  readonly toProxy?: boolean;
  /**
   * Addresses of hosts that replace a lookup. They do not apply to a proxy that looks names up.
   * @default {undefined}
   */
  readonly resolve?: readonly ResolveRule[];
  /**
   * Other hosts and ports to connect to, of which the first for a host and port applies; TLS still verifies the name of the host.
   * @default {undefined}
   */
  readonly connectTo?: readonly ConnectRule[];
  /**
   * Receives trace events.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * Called when a step of connecting begins: the phase that a timeout names.
   * @default {undefined}
   */
  readonly onStep?: (phase: Phase) => void;
  /**
   * Called at the end of each phase. If a second connection is necessary, the first two occur twice.
   * @default {undefined}
   */
  readonly onPhase?: (phase: DialPhase) => void;
}

/** Phases of connecting, in order: the name was looked up, the connection established (to the proxy if there is one), the TLS handshake completed. */
export type DialPhase = "looked-up" | "connected" | "secured";
