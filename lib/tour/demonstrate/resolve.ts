import type { TraceEvent } from "../../core/mod.ts";
import type { RecordType } from "../../dns/codec/rdata.ts";
import { serverConfig } from "../../dns/system/config.ts";
import type { LookupResult } from "../../dns/client/lookup_result.ts";
import { query } from "../../dns/client/query.ts";
import { answering, type AnswerTable } from "../../dns/server/responder.ts";

/** What {@link demonstrateResolver} tells while it goes. */
export interface ResolverDemonstration {
  /** Called when the server listens, with its address. */
  readonly listening: (address: string) => void;
  /** Called with what crosses the wire: what the client sends, what it gets. */
  readonly crossed: (event: TraceEvent) => void;
  /** Ends it early. */
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
 * Three questions to a server on loopback that knows one name: its address, its mail server, and a name that does not
 * exist. Returns what was found out, in this order.
 *
 * Needs the net permission, and `--unstable-net`.
 */
export async function demonstrateResolver(options: ResolverDemonstration): Promise<LookupResult[]> {
  const { listening, crossed: trace, signal } = options;
  await using server = answering(TABLE);
  listening(server.address);
  const results = [];
  for (const [name, type] of QUESTIONS) {
    results.push(await query(name, type, { config: serverConfig([server.addr]), trace, timeout: 5000, signal }));
  }
  return results;
}
