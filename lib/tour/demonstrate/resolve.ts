import type { TraceEvent } from "../../core/mod.ts";
import type { RecordType } from "../../dns/codec/types.ts";
import { serverConfig } from "../../dns/system/server_config.ts";
import type { LookupResult } from "../../dns/client/lookup_result.ts";
import { query } from "../../dns/client/query.ts";
import { answering, type AnswerTable } from "../../dns/server/responder.ts";
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

const TABLE: AnswerTable = {
  "toucan.test.": {
    A: [{ ttl: 300, data: "192.0.2.7" }],
    MX: [{ ttl: 3600, data: { preference: 10, exchange: "mail.toucan.test" } }],
  },
};
const QUESTIONS: readonly (readonly [name: string, type: RecordType])[] = [
  ["toucan.test.", "A"],
  ["toucan.test.", "MX"],
  ["dodo.test.", "A"],
];

/**
 * Sends three queries to a server on loopback that has one name: for its address, for its mail exchanger, and for a name
 * that does not exist. Returns the results in this order.
 *
 * Permissions: `--allow-net=127.0.0.1` and `--unstable-net`.
 */
export async function demonstrateResolver(options: ResolverDemonstration): Promise<LookupResult[]> {
  const { listening, crossed: trace, signal } = options;
  await using server = answering(TABLE);
  using _accepting = acceptTcp(server.addr);
  listening(server.address);
  const results = [];
  for (const [name, type] of QUESTIONS) {
    results.push(
      await query(name, type, { config: serverConfig([server.addr]), trace, timeout: STEP_TIMEOUT_MS, signal }),
    );
  }
  return results;
}

/**
 * Listens on the TCP port of a server, where a client connects on a slow machine to see whether a server runs there; the
 * system accepts connections by itself. A port that is in use does the same.
 */
function acceptTcp({ hostname, port }: Deno.NetAddr): Disposable | undefined {
  try {
    return Deno.listen({ hostname, port });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
  }
}
