import { Deadline, type HostAddress, ipVersion, TimeoutError, ToucanError } from "../../core/mod.ts";
import {
  cookieOption,
  cookies,
  DnsConnections,
  type DnsMessage,
  type DnsRoute,
  fetchZone,
  type NameServer,
  rcodeName,
} from "../../dns/internal.ts";
import type { ProbeContext } from "../probe/probe.ts";
import type { Scheme } from "../target/scheme.ts";
import { cut } from "../words/cut.ts";

/** A name server. */
export interface DnsInput {
  /** Its name, or address. */
  readonly host: string;
  /** Address that is asked. */
  readonly address: HostAddress;
  /** Port that is connected to. */
  readonly port: number;
  /** Port of the target, from which a rule may lead to another. */
  readonly namedPort: number;
  /** Protocol: `dns`, `dot` or `doh`. */
  readonly scheme: Scheme;
  /** Path: the zone for `dns`, that of the URL for `doh`. */
  readonly path: string;
}

/** An answer, or why there is none. */
export interface Answered {
  /** Name of the response code. */
  readonly status?: string;
  /** Milliseconds. */
  readonly ms: number;
  /** The message. */
  readonly message?: DnsMessage;
  /** Why there is none. */
  readonly failure?: {
    readonly code: string;
    readonly reason: string;
    readonly timedOut: boolean;
    /** Number of bytes that came of an answer that did not end in time. */
    readonly bytes?: number;
  };
}

/** Observations of a name server. */
export interface DnsSeen {
  /** The name servers of the root, asked for with recursion. */
  readonly root: Answered;
  /** The same over TCP. */
  readonly tcp?: Answered;
  /** The same with an option of EDNS that no server knows. */
  readonly option: Answered;
  /** Whether it returned a cookie. */
  readonly cookie: boolean;
  /** Whether it answers the question for its version, which it knows by itself. */
  readonly runs: boolean;
  /** Its version, if it tells. */
  readonly version?: string;
  /** The zone of the target. */
  readonly zone?: {
    readonly name: string;
    /** Its SOA record, asked for without recursion. */
    readonly soa: Answered;
    /** Serial number. */
    readonly serial?: number;
    /** Number of records that were transferred, 0 if they were too many to be counted; undefined if the transfer was refused. */
    readonly transferred?: number;
  };
}

/** An option of EDNS for local use (RFC 6891 §9). */
const UNKNOWN_OPTION = { code: 65_001, data: Uint8Array.of(1) };
/** Bytes of a zone that are transferred: whether it is permitted is seen by then. */
const MAX_TRANSFER_BYTES = 256 * 1024;
const ROOT = { name: ".", type: "NS" } as const;

/** Asks a server what tells how it is set up. No names are asked for but that of the root, its version and the zone. */
export async function askServer(input: DnsInput, context: ProbeContext): Promise<DnsSeen> {
  const { scheme } = input;
  const server = serverOf(input);
  await using connections = new DnsConnections({
    // The certificate is judged by a probe of its own.
    tls: { ...context.dial.tls, pin: undefined, insecure: true },
    trace: context.trace,
    route: routeTo(input, context),
    noFallback: true,
  });
  let before: Promise<unknown> = Promise.resolve();
  const ask: Ask = (question, to = server) => {
    if (scheme !== "dot") return asked(connections, to, question, context);
    // NSD does not see the second of two queries in one TLS record until more comes: that must not look like a fault of the query.
    const answer = before.then(() => asked(connections, to, question, context));
    before = answer;
    return answer;
  };
  const zone = scheme === "dns" ? zoneOf(input.path) : undefined;
  const client = crypto.getRandomValues(new Uint8Array(8));
  const [root, tcp, option, version, zoneSeen] = await Promise.all([
    ask({ ...ROOT, options: [cookieOption(client)] }),
    scheme === "dns" ? ask(ROOT, { ...server, protocol: "tcp" }) : undefined,
    ask({ ...ROOT, options: [UNKNOWN_OPTION] }),
    ask({ name: "version.bind.", type: "TXT", class: "CH" }),
    zone === undefined ? undefined : askZone(zone, server, ask, context),
  ]);
  const strings = version.message?.answers.find(({ type }) => type === "TXT")?.fields.strings;
  const text = Array.isArray(strings) ? cut(strings.join("")) : "";
  const cookie = (cookies(root.message?.edns)?.server.length ?? 0) > 0;
  return {
    ...{ root, option, cookie, runs: version.failure === undefined },
    ...(tcp && { tcp }),
    ...(text !== "" && { version: text }),
    ...(zoneSeen && { zone: zoneSeen }),
  };
}

type Question = Parameters<DnsConnections["exchange"]>[1];
type Ask = (question: Question, server?: NameServer) => Promise<Answered>;

async function asked(
  connections: DnsConnections,
  server: NameServer,
  question: Question,
  { signal, timeout }: ProbeContext,
): Promise<Answered> {
  const begin = performance.now();
  // A datagram may be lost.
  for (let attempts = server.protocol === "udp" ? 2 : 1;; attempts--) {
    const share = server.protocol === "udp" ? timeout / 2 : timeout;
    using deadline = new Deadline({ signal, timeout: share }, `ask ${server.host}`, "resolve");
    try {
      const { message, ms } = await connections.exchange(server, question, deadline);
      return { status: rcodeName(message.rcode), ms, message };
    } catch (error) {
      if (!(error instanceof ToucanError) || signal.aborted) throw error;
      const timedOut = error instanceof TimeoutError;
      if (timedOut && attempts > 1) continue;
      const { bytes } = timedOut ? error : {};
      const failure = { code: error.code, reason: cut(error.message), timedOut, ...(bytes && { bytes }) };
      return { ms: Math.round(performance.now() - begin), failure };
    }
  }
}

async function askZone(
  name: string,
  server: NameServer,
  ask: Ask,
  { signal, timeout, trace }: ProbeContext,
): Promise<DnsSeen["zone"]> {
  const { host, port } = server;
  const transfer = async () => {
    try {
      const options = { signal, timeout, trace, maxBytes: MAX_TRANSFER_BYTES };
      const { zone } = await fetchZone(name, [{ protocol: "tcp", host, port }], options);
      return zone.kind === "full" ? zone.records.count : 0;
    } catch (error) {
      if (!(error instanceof ToucanError) || signal.aborted) throw error;
      return error.code === "transfer-too-large" ? 0 : undefined;
    }
  };
  const [soa, transferred] = await Promise.all([
    ask({ name: `${name}.`, type: "SOA", recursionDesired: false }),
    transfer(),
  ]);
  const serial = soa.message?.answers.find(({ type }) => type === "SOA")?.fields.serial;
  return {
    ...{ name, soa },
    ...(typeof serial === "number" && { serial }),
    ...(transferred !== undefined && { transferred }),
  };
}

function serverOf({ host, address, port, namedPort, scheme, path }: DnsInput): NameServer {
  if (scheme === "doh") {
    return { protocol: "https", host, port: namedPort, path: path === "/" ? "/dns-query" : path };
  }
  if (scheme === "dns") return { protocol: "udp", host: address.address, port };
  return { protocol: "tls", host: address.address, port, ...(ipVersion(host) ? {} : { tlsName: host }) };
}

/** Requests over HTTPS name the host of the target, and go to the address that was found to answer. */
function routeTo({ host, address, port, namedPort }: DnsInput, { dial: { proxy } }: ProbeContext): DnsRoute {
  return { proxy, connectTo: [{ host, port: namedPort, toHost: address.address, toPort: port }] };
}

function zoneOf(path: string): string | undefined {
  const name = path.replace(/^\//, "").replace(/[/?].*$/s, "").replace(/\.$/, "");
  return name === "" ? undefined : name;
}
