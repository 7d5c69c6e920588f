import { NetworkList } from "../../core/mod.ts";
import type { RecordFields } from "../codec/rdata/kind.ts";
import { recordFrom, type ResourceRecord } from "../codec/record.ts";
import type { RecordType } from "../codec/types.ts";
import { RCODE } from "../client/status.ts";
import type { AnswerSource, ClientQuery, ServedAnswer } from "./answer/types.ts";
import { RunningServer } from "./dns_server.ts";

/** Records of an {@link answering} server by name (absolute, lower case) and type. */
export type AnswerTable = Readonly<Record<string, Readonly<Partial<Record<RecordType, readonly TableRecord[]>>>>>;

/** A record in such a table. */
export interface TableRecord {
  /** Seconds for which it may be kept. @default 60 */
  readonly ttl?: number;
  /** Data as in a zone file, or by its fields: `192.0.2.1`, `10 mail.test.`, `{ preference: 10, exchange: "mail.test" }`. */
  readonly data: string | RecordFields;
}

/** A server that answers from a table. */
export interface AnsweringServer extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Where it listens, as text: `127.0.0.1:53`. */
  readonly address: string;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops it. */
  shutdown(): Promise<void>;
}

const MAX_CONNECTIONS = 100;
const IDLE_TIMEOUT_MS = 10_000;

/**
 * Answers questions from a table over UDP and TCP on loopback, at a free port: for demonstrations and tests, not for a network.
 *
 * Permissions: `--allow-net=127.0.0.1` and `--unstable-net`.
 *
 * @param table The records by name and type.
 * @returns The server.
 * @throws {SystemError} When datagrams are missing.
 * @throws {UsageError} `invalid-record`, `invalid-name`.
 * @example Answer one name on loopback
 * ```ts
 * import { answering, query, serverConfig } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } });
 * const { answers } = await query("a.test.", "A", { config: serverConfig([server.addr]) });
 * assertEquals(answers[0]?.data, "192.0.2.1");
 * ```
 */
export function answering(table: AnswerTable): AnsweringServer {
  const server = new RunningServer({ transport: "ip", host: "127.0.0.1", port: 0 }, {
    sources: [new TableSource(recordsOf(table))],
    recursive: false,
    transfers: [],
    access: new NetworkList(["loopback"]),
    transferAccess: new NetworkList([]),
    keys: [],
    maxConnections: MAX_CONNECTIONS,
    perAddress: MAX_CONNECTIONS,
    idleMs: IDLE_TIMEOUT_MS,
    cacheSize: 0,
  });
  const { addr, address, finished } = server;
  const shutdown = () => server.shutdown();
  return { addr, address, finished, shutdown, [Symbol.asyncDispose]: shutdown };
}

/** Answers from a table; names that it does not have do not exist. */
class TableSource implements AnswerSource {
  readonly #records: ReadonlyMap<string, readonly ResourceRecord[]>;

  constructor(records: ReadonlyMap<string, readonly ResourceRecord[]>) {
    this.#records = records;
  }

  answer({ question: { name, type } }: ClientQuery): ServedAnswer {
    const known = this.#records.get(name.toLowerCase());
    const answers = (known ?? []).filter((record) => record.type === type).map((record) => ({ ...record, name }));
    return { rcode: known ? RCODE.NOERROR : RCODE.NXDOMAIN, authoritative: true, answers, source: "table" };
  }
}

/** Reads the records of a table. */
function recordsOf(table: AnswerTable): ReadonlyMap<string, readonly ResourceRecord[]> {
  return new Map(
    Object.entries(table).map(([name, byType]) => [
      name,
      Object.entries(byType).flatMap(([type, records]) =>
        records.map(({ ttl = 60, data }) => recordFrom({ name, type, ttl, data }))
      ),
    ]),
  );
}
