import type { WaitOptions } from "../time/deadline.ts";
import type { Phase } from "../errors/errors.ts";
import type { TlsOptions } from "../tls/client/options.ts";
import type { Trace } from "../trace.ts";
import type { Connection } from "./connection.ts";
import type { Proxy } from "./proxy/proxy.ts";
import type { ConnectRule, ResolveRule } from "./routes.ts";
import type { SourceAddress } from "./source.ts";

/**
 * How `dial` connects. `timeout` limits the whole of it (lookup, connecting, proxy, TLS handshake), `connectTimeout`
 * each step.
 */
export interface DialOptions extends WaitOptions {
  /**
   * Milliseconds for each of these: the lookup, an attempt at one address, the proxy's dialogue, and the TLS handshake.
   * @default `timeout` where that is given, else 10000
   * @default {undefined}
   */
  readonly connectTimeout?: number;
  /**
   * Only addresses of this family. Without it, both are raced.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
  /**
   * TLS, and how the server is trusted.
   * @default {undefined}
   */
  readonly tls?: TlsOptions;
  /**
   * Speaks to the server before TLS begins, for protocols that start it by a command (STARTTLS): it has to leave no byte
   * of the server unread, and says whether TLS follows. When it does not, the connection is handed out as it is. It limits its
   * own waits, and is called for every connection that is opened: to tell why a certificate was rejected takes a second one.
   * @default {undefined}
   */
  readonly beforeTls?: (plain: Connection) => Promise<boolean>;
  /**
   * The address and port of this machine to connect from; not with a proxy, and slower.
   * @default the system's choice
   */
  readonly from?: SourceAddress;
  /**
   * A proxy to go through.
   * @default {undefined}
   */
  readonly proxy?: Proxy;
  /**
   * Whether the address itself is that of a proxy, to which requests for others are sent: errors name it as one.
   * @default {false}
   */
  readonly toProxy?: boolean;
  /**
   * Addresses of hosts, in place of a lookup. A proxy that looks names up does so without them.
   * @default {undefined}
   */
  readonly resolve?: readonly ResolveRule[];
  /**
   * Other places to connect to, of which the first for a host and port counts; TLS verifies the name of the host all the same.
   * @default {undefined}
   */
  readonly connectTo?: readonly ConnectRule[];
  /**
   * Takes what happens on the way.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * Called when a step of connecting begins: what a timeout then names.
   * @default {undefined}
   */
  readonly onStep?: (phase: Phase) => void;
  /**
   * Called when a phase is over. Where it has to connect twice, the first two come twice.
   * @default {undefined}
   */
  readonly onPhase?: (phase: DialPhase) => void;
}

/** What dialling does, in order: the name looked up, the connection made (to the proxy where there is one), the TLS handshake. */
export type DialPhase = "looked-up" | "connected" | "secured";
