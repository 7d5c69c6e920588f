import { Deadline, type HostPort, type ToucanError, type Trace, type WaitOptions } from "../../core/mod.ts";
import { NetworkError, TimeoutError } from "../../core/mod.ts";
import { DnsConnections, type Reply, type TlsSettings } from "../client/connections/dns_connections.ts";
import { formatNameServer, type NameServer } from "../client/name_server.ts";
import { asNameServer, Resolver } from "../client/resolver.ts";
import { rcodeName } from "../client/status.ts";
import { canonicalData, nameKey } from "../codec/canonical.ts";
import type { DnsMessage } from "../codec/message.ts";
import { formatName, parseName } from "../codec/name.ts";
import type { ResourceRecord } from "../codec/record.ts";
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
export interface Comparison {
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
  readonly servers: readonly (HostPort | NameServer)[];
  /** Maximum number of queries to each. */
  readonly attempts?: number;
  /** Asks over TCP at once. */
  readonly tcp?: boolean;
  /** Verification of the servers of encrypted connections. */
  readonly tls?: TlsSettings;
  /** Takes what crosses the wire. */
  readonly trace?: Trace;
}

/**
 * Asks all servers the same question at the same time. Answers are equal if they have the same code and the same
 * records in any order, whatever their TTL.
 *
 * @throws {UsageError} `invalid-name`.
 */
export async function compareServers(name: string, type: string, options: CompareOptions): Promise<Comparison> {
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
  const results = await Promise.all(options.servers.map((server) => ask(asNameServer(server, tcp))));
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
