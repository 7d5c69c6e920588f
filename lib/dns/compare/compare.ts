import { Deadline, type ToucanError, type Trace, type WaitOptions } from "../../core/mod.ts";
import { NetworkError, TimeoutError } from "../../core/mod.ts";
import { DnsConnections, type Reply, type TlsSettings } from "../client/connections/dns_connections.ts";
import { formatNameServer, type NameServer } from "../client/name_server.ts";
import { asNameServer } from "../client/name_server.ts";
import { Resolver } from "../client/resolver.ts";
import { type ServerInput, serverOf } from "../client/server_input.ts";
import { rcodeName } from "../client/status.ts";
import { canonicalData, nameKey } from "../codec/canonical.ts";
import type { DnsMessage } from "../codec/message.ts";
import { formatName, parseName } from "../codec/name.ts";
import type { ResourceRecord } from "../codec/record.ts";
import type { QueryType } from "../codec/types.ts";
import { serverConfig } from "../system/server_config.ts";

/** Servers that answer the same. */
export interface AnswerGroup {
  /** Response code by name. */
  readonly status: string;
  /** The records, as the first of the servers sent them. */
  readonly answers: readonly ResourceRecord[];
  /** The servers, and how long each took in milliseconds. */
  readonly servers: readonly { readonly server: string; readonly ms: number }[];
}

/** Answers of several servers to one question. */
export interface ServerComparison {
  /** The name that was asked for, absolute. */
  readonly name: string;
  /** The type that was asked for. */
  readonly type: string;
  /** Equal answers, the most frequent first; one group where all agree. */
  readonly groups: readonly AnswerGroup[];
  /** Servers without an answer. */
  readonly failures: readonly { readonly server: string; readonly error: ToucanError }[];
}

/** Options of {@link compareServers}; `timeout` is total. */
export interface CompareOptions extends WaitOptions {
  /** The servers. */
  readonly servers: readonly ServerInput[];
  /**
   * Maximum number of queries to each.
   * @default {2}
   */
  readonly attempts?: number;
  /**
   * Ask over TCP at once.
   * @default {false}
   */
  readonly tcp?: boolean;
  /**
   * Verification of the servers of encrypted connections.
   * @default {undefined}
   */
  readonly tls?: TlsSettings;
  /**
   * Takes what crosses the wire.
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/**
 * Asks all servers the same question at the same time, and returns which of them answer the same. Answers are equal if
 * they have the same code and the same records in any order, whatever their TTL.
 *
 * Permissions: `--unstable-net` and `--allow-net=SERVER:53,0.0.0.0:0` (for a server on this machine `127.0.0.1:0`
 * instead of `0.0.0.0:0`, for IPv6 `[::]:0`).
 *
 * @param name The name, taken as absolute.
 * @param type The record type.
 * @returns The groups of servers, and those without an answer.
 * @throws {UsageError} `invalid-name`, `invalid-name-server`.
 * @throws {SystemError} When datagrams or the net permission are missing.
 * @example Find servers that disagree
 * ```ts
 * import { answering, compareServers } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using one = answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } });
 * await using other = answering({ "a.test.": { A: [{ data: "192.0.2.2" }] } });
 * const { groups } = await compareServers("a.test", "A", { servers: [one.address, other.address] });
 * assertEquals(groups.map(({ answers }) => answers[0]?.data).sort(), ["192.0.2.1", "192.0.2.2"]);
 * ```
 */
export function compareServers(name: string, type: QueryType, options: CompareOptions): Promise<ServerComparison>;
export async function compareServers(
  name: string,
  type: QueryType,
  options: CompareOptions,
): Promise<ServerComparison> {
  const { tls, trace, tcp = false } = options;
  const absolute = formatName(parseName(name).labels);
  using deadline = new Deadline(options, `compare ${type} of ${name}`, "resolve");
  await using connections = new DnsConnections({ tls, trace });
  const groups = new Map<string, { reply: Reply; servers: { server: string; ms: number }[] }>();
  const failures: { server: string; error: ToucanError }[] = [];
  const ask = async (server: NameServer) => {
    const config = serverConfig([server]);
    const resolver = new Resolver({ ...config, attempts: options.attempts ?? config.attempts }, { connections, trace });
    try {
      return { server, reply: await resolver.query(absolute, type, deadline) };
    } catch (error) {
      if (!(error instanceof NetworkError || error instanceof TimeoutError)) throw error;
      return { server, error };
    }
  };
  const results = await Promise.all(options.servers.map((server) => ask(asNameServer(serverOf(server), tcp))));
  options.signal?.throwIfAborted();
  for (const { server, reply, error } of results) {
    const shown = formatNameServer(server);
    if (!reply) failures.push({ server: shown, error });
    else {
      const key = answerKey(reply.message);
      const group = groups.get(key) ?? { reply, servers: [] };
      group.servers.push({ server: shown, ms: Math.round(reply.ms) });
      groups.set(key, group);
    }
  }
  const ordered = [...groups.values()].toSorted((a, b) => b.servers.length - a.servers.length);
  return {
    name: absolute,
    type,
    groups: ordered.map(({ reply: { message }, servers }) => ({
      status: rcodeName(message.rcode),
      answers: message.answers,
      servers,
    })),
    failures,
  };
}

/** Returns what two answers have in common if they are equal. */
function answerKey({ rcode, answers }: DnsMessage): string {
  const records = answers.map(({ name, type, class: klass, rdata }) =>
    `${nameKey(name)} ${klass} ${type} ${canonicalData(type, rdata).toHex()}`
  );
  return [rcode, ...new Set(records.sort())].join("\n");
}
