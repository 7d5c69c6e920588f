import { dialDirect, type TraceEvent } from "../../core/mod.ts";
import {
  type LookupResult,
  query,
  type RecordType,
  type ResourceRecord,
  serveDns,
  serverConfig,
  transferZone,
} from "../../dns/internal.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Callbacks of {@link demonstrateResolver}. */
export interface ResolverDemonstration {
  /** Called when the server listens, with its address. */
  readonly listening: (address: string) => void;
  /** Called with each message that the client sends or receives. */
  readonly crossed: (event: TraceEvent) => void;
  /** Aborts the demonstration. */
  readonly signal?: AbortSignal;
}

/** Result of {@link demonstrateResolver}. */
export interface ResolverResults {
  /** The results of the queries, in their order. */
  readonly found: readonly LookupResult[];
  /** The records of the zone, as they were transferred. */
  readonly transferred: readonly ResourceRecord[];
}

/** The zone file of the server. */
export const ZONE_FILE = `$ORIGIN toucan.test.
@     3600 SOA ns hostmaster 1 2h 15m 2w 5m
@     3600 NS  ns
@     3600 MX  10 mail
@      300 A   192.0.2.7
ns     300 A   127.0.0.1
*.dev  300 A   192.0.2.8
`;
const QUESTIONS: readonly (readonly [name: string, type: RecordType])[] = [
  ["toucan.test.", "A"],
  ["toucan.test.", "MX"],
  ["any.dev.toucan.test.", "A"],
  ["dodo.toucan.test.", "A"],
];

/**
 * Sends four queries to a server on loopback that has one zone: for an address, for a mail exchanger, for a name that a
 * wildcard stands for, and for one that does not exist; then transfers the zone.
 *
 * Permissions: `--allow-net=127.0.0.1` and `--unstable-net`.
 */
export async function demonstrateResolver(options: ResolverDemonstration): Promise<ResolverResults> {
  const { listening, crossed: trace, signal } = options;
  await using server = serveDns("127.0.0.1:0", {
    zones: [{ origin: "toucan.test", text: ZONE_FILE }],
    transfer: ["loopback"],
  });
  listening(server.address);
  const found: LookupResult[] = [];
  for (const [name, type] of QUESTIONS) {
    found.push(
      await query(name, type, { config: serverConfig([server.addr]), trace, timeout: STEP_TIMEOUT_MS, signal }),
    );
  }
  const address = { transport: "ip", host: "127.0.0.1", port: server.addr.port } as const;
  const { zone } = await transferZone("toucan.test.", ({ signal }) => dialDirect(address, { signal }), {
    timeout: STEP_TIMEOUT_MS,
    trace,
    signal,
  });
  return { found, transferred: zone.kind === "full" ? [...zone.records] : [] };
}
