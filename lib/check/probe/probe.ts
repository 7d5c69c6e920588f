import type { DialOptions, Trace } from "../../core/mod.ts";
import type { DnsConnections } from "../../dns/internal.ts";
import type { NameServer } from "../../dns/mod.ts";
import type { Layer } from "../layers.ts";
import type { Finding } from "../words/findings.ts";

/** Surroundings of every probe. */
export interface ProbeContext {
  /** Fires when the check is over. */
  readonly signal: AbortSignal;
  /** Milliseconds that one step may take, such as a connection: half of the check's timeout, so that it can still be said which step it was. */
  readonly timeout: number;
  /**
   * When the check ends, on the clock of `performance.now()`: a session of many steps has to be over a little before, so that it can
   * still be said which step it was. Without it, after two timeouts.
   */
  readonly ends?: number;
  /** The time of day, for dates of certificates. */
  readonly now: () => Date;
  /** Name servers to ask instead of those of the system. */
  readonly servers?: readonly NameServer[];
  /** Connections to these servers, which all probes share: by the rules for names, and with the authorities of the check. */
  readonly connections?: DnsConnections;
  /** Selectors of DKIM keys to look for. */
  readonly selectors?: readonly string[];
  /** DS or DNSKEY records to trust instead of the keys of the root. */
  readonly anchors?: string;
  /** Options for connections: family, authorities, proxy, rules for names. */
  readonly dial: Pick<DialOptions, "family" | "tls" | "proxy" | "resolve" | "connectTo">;
  /** Receives what crosses the wire. */
  readonly trace?: Trace;
}

/** Values of a probe that can be compared and drawn: milliseconds, counts, a status, versions. */
export type Facts = Readonly<Record<string, number | string | boolean | undefined>>;

/**
 * A probe of one layer: `observe` does the input and output and returns plain data, `judge` is pure. What was seen, also that a
 * connection failed, is data; `observe` rejects only for what it does not expect, and the run reports that.
 */
export interface Probe<Input, Seen> {
  /** Stable name: `resolvers`, `connect`, `handshake`, `http`. */
  readonly name: string;
  /** Its layer. */
  readonly layer: Layer;
  /** Whether it only adds to what others found, or explains it: when the check's time ends it, it counts as skipped, and not as broken. @default false */
  readonly explains?: boolean;
  /** Looks. */
  readonly observe: (input: Input, context: ProbeContext) => Promise<Seen>;
  /** Judges what was seen. */
  readonly judge: (seen: Seen, input: Input, now: Date) => readonly Finding[];
  /** Values for expectations, metrics and records. */
  readonly facts?: (seen: Seen, input: Input, now: Date) => Facts;
  /** Text for the line of the layer: the number that matters, such as `4 addresses, 12 ms`. */
  readonly summary?: (seen: Seen, input: Input, now: Date) => string;
  /** Its duration in milliseconds, of a probe that waits for others meanwhile. Without it, the time until it ended. */
  readonly lasted?: (seen: Seen) => number;
  /** Address or server, if there are several probes of the name. */
  readonly subject?: (input: Input) => string;
}

/** Result of a probe. */
export interface ProbeReport {
  /** Name of the probe. */
  readonly probe: string;
  /** Its layer. */
  readonly layer: Layer;
  /** Address or server, if there are several probes of the name. */
  readonly subject?: string;
  /** `skipped` if a layer below did not allow it. */
  readonly state: "done" | "skipped" | "failed";
  /** Milliseconds from the begin of the check to that of the probe. */
  readonly began: number;
  /** Its duration in milliseconds, without what it waited for other probes. */
  readonly ms: number;
  /** Findings. */
  readonly findings: readonly Finding[];
  /** Values for expectations and metrics. */
  readonly facts: Facts;
  /** Text for the line of the layer. */
  readonly summary?: string;
}
