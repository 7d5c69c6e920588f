import { Deadline, type HostPort, NetworkError, TimeoutError, type Trace, type WaitOptions } from "../../core/mod.ts";
import { DnsConnections, type Reply, type TlsSettings } from "../client/connections/dns_connections.ts";
import { formatNameServer, type NameServer } from "../client/name_server.ts";
import { asNameServer, Resolver } from "../client/resolver.ts";
import { rcodeName } from "../client/status.ts";
import { nameKey } from "../codec/canonical.ts";
import { explainErrors, extendedErrors } from "../codec/extended_errors.ts";
import type { DnsMessage } from "../codec/message.ts";
import { formatName, parseName } from "../codec/name.ts";
import type { ResourceRecord } from "../codec/record.ts";
import { serverConfig } from "../system/server_config.ts";
import { Validator } from "./answers.ts";
import type { Validation } from "./chain.ts";
import { type Lookup, LookupFailure } from "./lookup.ts";
import { anchorsOf, rootAnchor } from "./trust_anchors.ts";
import { Work } from "./work.ts";

/** A question of a validation, which asks for signatures and for data that the server itself finds bogus. */
export interface ValidationQuery {
  /** The name, absolute. */
  readonly name: string;
  /** The type of the records. */
  readonly type: string;
  /** Requests signatures (DO). */
  readonly dnssecOk: true;
  /** Requests data that the server finds bogus, too (CD). */
  readonly checkingDisabled: true;
}

/** Asks one server one question; tells which one answered, if that may be another. */
export type AskServer = (
  server: NameServer,
  query: ValidationQuery,
) => Promise<Pick<Reply, "message"> & Partial<Pick<Reply, "server">>>;

/** Options of {@link validate}; `timeout` is total. */
export interface ValidateOptions extends WaitOptions {
  /** Servers to ask, recursive ones or authorities of all zones of the chain; the next where one does not answer. */
  readonly servers: readonly (HostPort | NameServer)[];
  /** DS or DNSKEY records to trust; without them, the keys of the root. */
  readonly anchors?: readonly ResourceRecord[];
  /** The time of validation; now unless given. */
  readonly time?: Date;
  /** Maximum number of queries to each server. */
  readonly attempts?: number;
  /** Asks over TCP at once. */
  readonly tcp?: boolean;
  /** Asks a server, in place of the network. */
  readonly ask?: AskServer;
  /** Verification of the servers of encrypted connections. */
  readonly tls?: TlsSettings;
  /** Takes what crosses the wire. */
  readonly trace?: Trace;
}

/**
 * Validates the records of a name, or that there are none, from a trust anchor down (RFC 4035 §5), and returns the
 * chain. A server that does not answer makes the result indeterminate.
 *
 * @throws {UsageError} `invalid-name`.
 */
export async function validate(name: string, type: string, options: ValidateOptions): Promise<Validation> {
  const { anchors, time = new Date(), tls, trace } = options;
  const absolute = formatName(parseName(name).labels);
  using deadline = new Deadline(options, `validate ${type} of ${name}`, "resolve");
  await using connections = new DnsConnections({ tls, trace });
  const servers = options.servers.map((server) => asNameServer(server, options.tcp ?? false));
  const resolver = resolverOf(servers, { ...options, connections });
  // The resolver asks all servers by itself, and remembers which of them are silent.
  const lookup = options.ask
    ? lookupFrom(servers, options.ask)
    : lookupFrom(servers.slice(0, 1), (_, { name, type }) => resolver.query(name, type, deadline));
  const context = { now: Math.floor(time.getTime() / 1000), work: new Work() };
  const trusted = anchors ? anchorsOf(anchors, "given") : [rootAnchor()];
  const validation = await new Validator(trusted, lookup, context).validate(absolute, type);
  options.signal?.throwIfAborted();
  return validation;
}

/** A resolver that asks for signatures, and for data that a server finds bogus. */
function resolverOf(
  servers: readonly NameServer[],
  { attempts, connections, trace }: Pick<ValidateOptions, "attempts" | "trace"> & { connections: DnsConnections },
): Resolver {
  const config = serverConfig(servers);
  const flags = { dnssecOk: true, checkingDisabled: true };
  return new Resolver({ ...config, attempts: attempts ?? config.attempts }, { connections, flags, trace });
}

/** Asks the servers in turn until one answers, each question once. */
function lookupFrom(servers: readonly NameServer[], ask: AskServer): Lookup {
  const messages = new Map<string, Promise<DnsMessage>>();
  const once: Lookup = async (name, type) => {
    let [failure, silent] = ["no server to ask", false];
    for (const server of servers) {
      try {
        const { message, server: by = formatNameServer(server) } = await ask(server, {
          name,
          type,
          dnssecOk: true,
          checkingDisabled: true,
        });
        const status = rcodeName(message.rcode);
        if (status === "NOERROR" || status === "NXDOMAIN") return message;
        const more = explainErrors(extendedErrors(message));
        silent = false;
        failure = `${by} answers ${type} of ${name} with ${status}${more === "" ? "" : ` (${more})`}`;
      } catch (error) {
        if (!(error instanceof NetworkError || error instanceof TimeoutError)) throw error;
        silent = error instanceof TimeoutError;
        failure = `no answer about ${type} of ${name}: ${error.message}`;
      }
    }
    throw new LookupFailure(failure, silent ? "timeout" : "no-answer");
  };
  return (name, type) => {
    const key = `${nameKey(name)} ${type}`;
    const message = messages.get(key) ?? once(name, type);
    messages.set(key, message);
    return message;
  };
}
