import { Deadline, NetworkError, TimeoutError, type Trace, type WaitOptions } from "../../core/mod.ts";
import { DnsConnections, type Reply } from "../client/connections/dns_connections.ts";
import type { NameServer } from "../client/name_server.ts";
import { rcodeName } from "../client/status.ts";
import { nameKey } from "../codec/canonical.ts";
import { explainErrors, extendedErrors } from "../codec/extended_errors.ts";
import type { DnsMessage } from "../codec/message.ts";
import { formatName, parseName } from "../codec/name.ts";
import type { ResourceRecord } from "../codec/record.ts";
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

/** Asks one server one question. */
export type AskServer = (server: NameServer, query: ValidationQuery) => Promise<Pick<Reply, "message">>;

/** Options of {@link validate}; `timeout` is total. */
export interface ValidateOptions extends WaitOptions {
  /** Servers to ask, recursive ones or authorities of all zones of the chain; the next where one does not answer. */
  readonly servers: readonly NameServer[];
  /** DS or DNSKEY records to trust; without them, the keys of the root. */
  readonly anchors?: readonly ResourceRecord[];
  /** The time of validation; now unless given. */
  readonly time?: Date;
  /** Asks a server, in place of the network. */
  readonly ask?: AskServer;
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
  const { anchors, time = new Date(), servers, trace } = options;
  const absolute = formatName(parseName(name).labels);
  using deadline = new Deadline(options, `validate ${type} of ${name}`, "resolve");
  await using connections = new DnsConnections({ trace });
  const ask: AskServer = options.ask ?? ((server, query) => connections.exchange(server, query, deadline));
  const lookup = lookupFrom(servers, ask);
  const context = { now: Math.floor(time.getTime() / 1000), work: new Work() };
  const trusted = anchors ? anchorsOf(anchors, "given") : [rootAnchor()];
  const validation = await new Validator(trusted, lookup, context).validate(absolute, type);
  options.signal?.throwIfAborted();
  return validation;
}

/** Asks the servers in turn until one answers, each question once. */
function lookupFrom(servers: readonly NameServer[], ask: AskServer): Lookup {
  const messages = new Map<string, Promise<DnsMessage>>();
  const once: Lookup = async (name, type) => {
    let failure = "no server to ask";
    for (const server of servers) {
      try {
        const { message } = await ask(server, { name, type, dnssecOk: true, checkingDisabled: true });
        const status = rcodeName(message.rcode);
        if (status === "NOERROR" || status === "NXDOMAIN") return message;
        const more = explainErrors(extendedErrors(message));
        failure = `${server.host} answers ${type} of ${name} with ${status}${more === "" ? "" : ` (${more})`}`;
      } catch (error) {
        if (!(error instanceof NetworkError || error instanceof TimeoutError)) throw error;
        failure = `no answer about ${type} of ${name}: ${error.message}`;
      }
    }
    throw new LookupFailure(failure);
  };
  return (name, type) => {
    const key = `${nameKey(name)} ${type}`;
    const message = messages.get(key) ?? once(name, type);
    messages.set(key, message);
    return message;
  };
}
