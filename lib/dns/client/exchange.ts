import type { Deadline } from "../../core/mod.ts";
import { DnsConnections, type DnsConnectionsOptions, type Reply } from "./connections/dns_connections.ts";
import type { Question } from "../codec/query.ts";
import type { NameServer } from "./name_server.ts";

/** Options of {@link exchange}. */
export interface ExchangeOptions extends DnsConnectionsOptions {
  /** Limit of both queries. */
  readonly deadline: Deadline;
}

/**
 * Asks one server one question, whatever it says: nothing is repeated, except over TCP what does not fit into a datagram.
 * The connection is closed afterwards; for many questions see {@link DnsConnections}.
 *
 * @throws {NetworkError} When the server cannot be reached, or its response cannot be read.
 * @throws {TimeoutError} When there is no response in time.
 * @throws {UsageError} `invalid-name`.
 * @throws {SystemError} When datagrams or the net permission are missing.
 */
export async function exchange(server: NameServer, question: Question, options: ExchangeOptions): Promise<Reply> {
  await using connections = new DnsConnections(options);
  return await connections.exchange(server, question, options.deadline);
}
