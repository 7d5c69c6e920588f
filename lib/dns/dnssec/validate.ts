import { Deadline, NetworkError, TimeoutError, type Trace, type WaitOptions } from "../../core/mod.ts";
import { DnsConnections, type Reply, type TlsSettings } from "../client/connections/dns_connections.ts";
import { formatNameServer, type NameServer } from "../client/name_server.ts";
import { asNameServer } from "../client/name_server.ts";
import { Resolver } from "../client/resolver.ts";
import { type ServerInput, serverOf } from "../client/server_input.ts";
import { rcodeName } from "../client/status.ts";
import { nameKey } from "../codec/canonical.ts";
import { explainErrors, extendedErrors } from "../codec/extended_errors.ts";
import type { DnsMessage } from "../codec/message.ts";
import { formatName, parseName } from "../codec/name.ts";
import type { ResourceRecord } from "../codec/record.ts";
import type { QueryType } from "../codec/types.ts";
import { serverConfig } from "../system/server_config.ts";
import { Validator } from "./answers.ts";
import type { Validation } from "./chain.ts";
import { type Lookup, LookupFailure } from "./lookup.ts";
import { anchorRecords, anchorsOf, rootAnchor } from "./trust_anchors.ts";
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
  readonly servers: readonly ServerInput[];
  /**
   * DS or DNSKEY records to trust, as in a zone file: `. IN DS 20326 8 2 E06D…`. Without them, the keys of the root.
   * @default {undefined}
   */
  readonly anchors?: string | readonly ResourceRecord[];
  /**
   * The time for which signatures have to be valid. Without it, now.
   * @default {undefined}
   */
  readonly time?: Date;
  /**
   * Maximum number of queries to each server.
   * @default {2}
   */
  readonly attempts?: number;
  /**
   * Ask over TCP at once.
   * @default {false}
   */
  readonly tcp?: boolean;
  /**
   * Ask a server in another way than over the network.
   * @ignore
   * @default {undefined}
   */
  readonly ask?: AskServer;
  /**
   * Verification of the servers of encrypted connections.
   * @default {undefined}
   */
  readonly tls?: TlsSettings;
  /**
   * Connections to the servers, shared with other questions. Without them, the validation opens its own.
   * @ignore
   * @default {undefined}
   */
  readonly connections?: DnsConnections;
  /**
   * Takes what crosses the wire.
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/**
 * Validates the records of a name, or that there are none, from a trust anchor down (RFC 4035 §5): keys, DS records,
 * signatures (RSA with SHA-256 and SHA-512, ECDSA with P-256 and P-384, Ed25519) and proofs by NSEC and NSEC3. The
 * result has the chain of all that was verified. Data is `secure`; or `insecure`, where a zone on the way is proven not
 * to be signed; or `bogus`, where a signature is missing or not valid, also where the server returns none at all; or
 * `indeterminate`, where no server answers or no anchor is above the name.
 *
 * Work is limited: 400 signatures, and 12,000 hashes of NSEC3 (CVE-2023-50387, CVE-2023-50868). More is `bogus`.
 *
 * Permissions: `--unstable-net` and `--allow-net=SERVER:53,0.0.0.0:0` (for a server on this machine `127.0.0.1:0`
 * instead of `0.0.0.0:0`, for IPv6 `[::]:0`).
 *
 * @param name The name, taken as absolute.
 * @param type The record type.
 * @returns The status, the reason for it, the records and the chain.
 * @throws {UsageError} `invalid-name`, `invalid-anchor`, `invalid-name-server`.
 * @throws {SystemError} When datagrams or the net permission are missing.
 * @example A server without signatures
 * ```ts
 * import { answering, validate } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = answering({ "www.example.com.": { A: [{ data: "192.0.2.1" }] } });
 * const { status, reason, answers } = await validate("www.example.com", "A", { servers: [server.address] });
 * assertEquals([status, reason?.code, answers[0]?.data], ["bogus", "no-signatures", "192.0.2.1"]);
 * ```
 */
export function validate(name: string, type: QueryType, options: ValidateOptions): Promise<Validation>;
export async function validate(name: string, type: QueryType, options: ValidateOptions): Promise<Validation> {
  const { anchors, time = new Date(), tls, trace, connections: shared } = options;
  const absolute = formatName(parseName(name).labels);
  const trusted = anchors === undefined ? [rootAnchor()] : anchorsOf(anchorRecords(anchors), "given");
  using deadline = new Deadline(options, `validate ${type} of ${name}`, "resolve");
  await using own = shared ? undefined : new DnsConnections({ tls, trace });
  const servers = options.servers.map((server) => asNameServer(serverOf(server), options.tcp ?? false));
  const resolver = resolverOf(servers, { ...options, connections: shared ?? own });
  // The resolver asks all servers by itself, and remembers which of them are silent.
  const lookup = options.ask
    ? lookupFrom(servers, options.ask)
    : lookupFrom(servers.slice(0, 1), (_, { name, type }) => resolver.query(name, type, deadline));
  const context = { now: Math.floor(time.getTime() / 1000), work: new Work() };
  const validation = await new Validator(trusted, lookup, context).validate(absolute, type);
  options.signal?.throwIfAborted();
  return validation;
}

/** A resolver that asks for signatures, and for data that a server finds bogus. */
function resolverOf(
  servers: readonly NameServer[],
  { attempts, connections, trace }: Pick<ValidateOptions, "attempts" | "trace" | "connections">,
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
