import { NegativeError, NetworkError, type ToucanError } from "../../core/mod.ts";
import { type ClassifiedAnswer, classifyAnswer } from "./classify_answer.ts";
import { clientSubnet, cookies, nsid } from "../codec/edns.ts";
import { explainErrors, type ExtendedError, extendedErrors } from "../codec/extended_errors.ts";
import type { DnsHead, DnsMessage } from "../codec/message.ts";
import type { ResourceRecord } from "../codec/record.ts";
import type { Reply } from "./connections/dns_connections.ts";
import type { DnsProtocol } from "./name_server.ts";
import { rcodeName, statusError } from "./status.ts";

/** Result of one question. */
export interface LookupResult {
  /** The name that was asked about, absolute where a server was asked. */
  readonly name: string;
  /** The type of records that was asked for; several, with commas, for addresses. */
  readonly type: string;
  /** The response code by its name, where a server was asked: `NXDOMAIN`; `NODATA` for NOERROR without such records. */
  readonly status?: string;
  /** Which server answered: `192.0.2.53:53`. */
  readonly server?: string;
  /** The protocol over which the answer came: `udp`, `tcp`, `tls` or `https`. */
  readonly transport?: DnsProtocol;
  /** Whether the answer came over TCP. */
  readonly tcp?: boolean;
  /** Whether it did because it did not fit into a datagram. */
  readonly truncated?: boolean;
  /** The aliases on the way, then the records. */
  readonly answers: readonly ResourceRecord[];
  /** Without records: the authority of the answer (SOA), or the servers to query next (NS). */
  readonly authority?: readonly ResourceRecord[];
  /** Seconds for which a "no" may be kept. */
  readonly negativeTtl?: number;
  /** Flags of the response that are set, by their names in RFC 1035 and 4035: `aa`, `tc`, `rd`, `ra`, `ad`, `cd`. */
  readonly flags?: readonly string[];
  /** Reasons that the server gives for its answer (RFC 8914). */
  readonly extendedErrors?: readonly ExtendedError[];
  /** Identifier of the server, if it was requested (RFC 5001). */
  readonly nsid?: string;
  /** Network for which the answer holds, if one was sent (RFC 7871). */
  readonly subnet?: string;
  /**
   * The responses, where servers were asked.
   * @ignore
   */
  readonly replies?: readonly Reply[];
  /** Cookie that the server gave, in hexadecimal, if cookies were sent (RFC 7873). */
  readonly cookie?: string;
  /** Why there are no records. */
  readonly error?: ToucanError;
  /** Types whose query failed, although another has records: of addresses, one family. */
  readonly failures?: readonly TypeFailure[];
}

/** Why nothing is known about records of one type. */
export interface TypeFailure {
  /** The type. */
  readonly type: string;
  /** Why. */
  readonly error: ToucanError;
}

/** Returns the result of a question from a reply. */
export function lookupResultOf(reply: Reply, name: string, type: string): LookupResult {
  const { message, server, transport, truncated } = reply;
  const tcp = transport === "tcp";
  const answer = classifyAnswer(message, name, type);
  const { records: answers, negativeTtl } = answer;
  const status = rcodeName(message.rcode);
  const result = {
    name,
    type,
    status,
    server,
    transport,
    tcp,
    truncated,
    ...remarksOf(message),
    answers,
    replies: [reply],
  };
  if (answer.meaning === "found") return result;
  const error = errorOf(answer, reply, name, type);
  return { ...result, status: noData(error) ? "NODATA" : status, authority: message.authorities, negativeTtl, error };
}

function noData({ code }: ToucanError): boolean {
  return code === "no-data";
}

/** Names of what a response says beside its records. */
export type Remark = "flags" | "extendedErrors" | "nsid" | "subnet" | "cookie";

/** Returns what a response says beside its records. */
export function remarksOf(message: DnsMessage): Pick<LookupResult, Remark> {
  const reasons = extendedErrors(message);
  const server = nsid(message.edns);
  const network = clientSubnet(message.edns);
  const cookie = cookies(message.edns)?.server;
  return {
    flags: flagNames(message),
    ...(reasons.length > 0 && { extendedErrors: reasons }),
    ...(server !== undefined && { nsid: server }),
    ...(cookie && cookie.length > 0 && { cookie: cookie.toHex() }),
    ...(network && { subnet: `${network.address}/${network.scope}` }),
  };
}

/** Returns the names of the flags that are set. */
export function flagNames(head: DnsHead): string[] {
  return FLAGS.filter(([field]) => head[field]).map(([, name]) => name);
}

/** The flags, in the order of the header. */
const FLAGS = [
  ["authoritative", "aa"],
  ["truncated", "tc"],
  ["recursionDesired", "rd"],
  ["recursionAvailable", "ra"],
  ["authenticData", "ad"],
  ["checkingDisabled", "cd"],
] as const;

function errorOf(answer: ClassifiedAnswer, reply: Reply, name: string, type: string): ToucanError {
  const { meaning, canonical } = answer;
  const { server, message } = reply;
  const alias = canonical === name ? "" : ` is an alias of ${bare(canonical)}, which`;
  const subject = `${bare(name)}${alias}`;
  const details = { code: meaning, operation: "resolve", peer: server };
  switch (meaning) {
    case "name-not-found":
      return new NegativeError(missingName(subject, server), details);
    case "referral":
      return new NetworkError(
        `${server} has no records of ${bare(canonical)}, and refers to other servers: ${others(reply)}`,
        details,
      );
    case "alias-not-followed":
      return new NetworkError(`${subject} ${server} does not resolve`, {
        ...details,
        hint: `ask about ${bare(canonical)}, or ask a recursive server`,
      });
    case "alias-loop":
      return new NetworkError(`${bare(name)} is an alias of itself (from ${server})`, details);
    case "failed":
      return statusError(message.rcode, `${type} of ${bare(name)}`, server, explainErrors(extendedErrors(message)));
    default:
      return new NegativeError(missingType(subject, type, server), { ...details, code: "no-data" });
  }
}

/** Says that a name does not exist. */
export function missingName(subject: string, server: string): string {
  return `${subject} does not exist (NXDOMAIN from ${server})`;
}

/** Says that a name has no records of a type. */
export function missingType(subject: string, type: string, server: string): string {
  return `${subject} has no ${type} (NOERROR from ${server})`;
}

function others({ message }: Reply): string {
  const targets = message.authorities.flatMap(({ type, fields }) => type === "NS" ? [bare(String(fields.target))] : []);
  return targets.length > 3 ? `${targets.slice(0, 3).join(", ")} …` : targets.join(", ");
}

/** A name without the dot of the root at its end, as programs show it. */
export function bare(name: string): string {
  return /[^\\]\.$/.test(name) ? name.slice(0, -1) : name;
}
