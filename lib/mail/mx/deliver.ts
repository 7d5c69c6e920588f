import {
  type Address,
  asciiHostName,
  type ConnectRule,
  formatAddress,
  ipVersion,
  NegativeError,
  NetworkError,
  type TlsOptions,
  ToucanError,
  UsageError,
} from "../../core/mod.ts";
import type { ServerInput } from "../../dns/mod.ts";
import { MailClient } from "../client/client.ts";
import { openSession } from "../client/open_session.ts";
import type { MailClientOptions } from "../client/options.ts";
import type { MailReport } from "../client/report.ts";
import { parseMailbox } from "../codec/mailbox.ts";
import { buildMail } from "../message/build.ts";
import { isUncertain } from "../spool/sender.ts";
import type { BuiltMail, MailMessage } from "../message/types.ts";
import { pinByTlsa } from "./dane.ts";
import { MailDns, type MailLookups } from "./mail_dns.ts";
import { type MailRoute, mailRoutes } from "./mail_routes.ts";
import { type RouteSecurity, routeSecurity, stsPolicyOf } from "./security.ts";

/** Options of {@link deliverMail}. */
export interface DeliverOptions extends Omit<MailClientOptions, "auth" | "tls" | "trust"> {
  /**
   * Name servers to ask, and the trust anchors for DANE.
   *
   * @default {the system's name servers, and the keys of the root}
   */
  readonly dns?: { readonly servers?: readonly ServerInput[]; readonly anchors?: string };
  /**
   * Port of mail servers.
   *
   * @default {25}
   */
  readonly port?: number;
  /**
   * Authorities to trust in addition, for servers whose policy requires a certificate, and for those of policies.
   *
   * @default {none}
   */
  readonly caCerts?: readonly string[];
  /**
   * Whether TLS with a verified certificate is required of all servers, also where no policy asks for it.
   *
   * @default {false}
   */
  readonly requireTls?: boolean;
  /**
   * Lookups by other means than name servers.
   *
   * @ignore
   * @default {undefined}
   */
  readonly lookups?: MailLookups;
  /**
   * Other hosts and ports to connect to for policies of MTA-STS.
   *
   * @default {none}
   */
  readonly connectTo?: readonly ConnectRule[];
}

/** Mail server that was tried. */
export interface TriedServer {
  /** Name of the server. */
  readonly host: string;
  /** Address, if one was tried. */
  readonly address?: string;
  /** Why it did not take the message. */
  readonly error: ToucanError;
}

/** Result for the recipients of one domain. */
export interface DomainReport {
  /** Domain of the recipients. */
  readonly domain: string;
  /** Recipients. */
  readonly to: readonly string[];
  /** Answer of the mail server; undefined if none took the message. */
  readonly report?: MailReport;
  /** Name of the server that has answered. */
  readonly host?: string;
  /** Policy for TLS that was obeyed. */
  readonly policy?: "dane" | "mta-sts" | "none";
  /** Findings about policies that did not stop the delivery. Untrusted. */
  readonly notes: readonly string[];
  /** Servers that were tried before. */
  readonly tried: readonly TriedServer[];
  /** Why no server has taken the message. */
  readonly error?: ToucanError;
}

const SMTP_PORT = 25;

/**
 * Delivers a message directly to the mail servers of its recipients (RFC 5321 §5.1): one delivery for each domain, to its MX servers in the
 * order of their preference; to its own address where it has none; not at all where it accepts no mail (RFC 7505). DANE (RFC 7672) and
 * MTA-STS (RFC 8461) are obeyed; without a policy TLS is used where it is offered, without verification of the certificate.
 *
 * The next server is tried after a failed connection or a temporary refusal of everything; what a server rejects for good stays rejected. None
 * is tried after one that may have accepted the message, since its reply was lost.
 *
 * Permissions: `--allow-net`, and those of `resolve` and `validate`.
 *
 * @param message Message to build and send, or one that is built already.
 * @returns The result for each domain, in the order of the recipients.
 * @throws {UsageError} When the message is invalid.
 * @example Deliver to a lab
 * ```ts
 * import { answering, deliverMail, mailSink } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using dns = answering({
 *   "example.test.": { MX: [{ data: "10 mx.example.test." }] },
 *   "mx.example.test.": { A: [{ data: "127.0.0.1" }] },
 * });
 * const message = { from: "ada@example.com", to: "bob@example.test", text: "hello" };
 * const options = { port: sink.port, dns: { servers: [dns.address] } };
 * for await (const { host, report } of deliverMail(message, options)) assertEquals([host, report?.accepted], ["mx.example.test", 1]);
 * ```
 */
export function deliverMail(message: MailMessage | BuiltMail, options?: DeliverOptions): AsyncGenerator<DomainReport>;
export async function* deliverMail(
  message: MailMessage | BuiltMail,
  options: DeliverOptions = {},
): AsyncGenerator<DomainReport> {
  const mail = "chunks" in message ? message : await buildMail(message);
  const { signal, timeout, trace } = options;
  const dns = options.lookups ?? new MailDns({ ...options.dns, signal, timeout, trace });
  for (const { domain, mail: part } of mailsByDomain(mail)) yield await deliverTo(domain, part, dns, options);
}

/**
 * Returns a message once for each domain of its recipients.
 *
 * @throws {UsageError} `invalid-address` for a recipient without a domain.
 */
export function mailsByDomain(mail: BuiltMail): { readonly domain: string; readonly mail: BuiltMail }[] {
  const groups = new Map<string, string[]>();
  for (const address of mail.to) {
    const { domain } = parseMailbox(address);
    if (domain === "") throw new UsageError(`the recipient ${address} has no domain`, { code: "invalid-address" });
    const name = domain.startsWith("[") ? domain : asciiHostName(domain).toLowerCase();
    groups.set(name, [...groups.get(name) ?? [], address]);
  }
  return [...groups].map(([domain, to]) => ({ domain, mail: { ...mail, to } }));
}

async function deliverTo(
  domain: string,
  mail: BuiltMail,
  dns: MailLookups,
  options: DeliverOptions,
): Promise<DomainReport> {
  const tried: TriedServer[] = [];
  const notes: string[] = [];
  const base = { domain, to: mail.to, notes, tried };
  try {
    const routes = await mailRoutes(domain, dns);
    const { policy: sts, note } = await stsPolicyOf(domain, dns, {
      ...{ signal: options.signal, proxy: options.proxy, tls: { caCerts: options.caCerts } },
      connectTo: options.connectTo,
    });
    if (note !== undefined) notes.push(note);
    let refused: DomainReport | undefined;
    for (const route of routes) {
      const port = options.port ?? SMTP_PORT;
      try {
        const security = await routeSecurity(route, { domain, port, dns, sts });
        notes.push(...security.notes.filter((note) => !notes.includes(note)));
        for (const address of await addressesOf(route, dns, options.family)) {
          const to: Address = { transport: "ip", host: address, port };
          try {
            const report = await sendTo(to, route.host, mail, security, { ...options, domain });
            const { policy } = security;
            const done = {
              ...base,
              host: route.host,
              policy,
              report: { ...report, server: `${route.host} (${formatAddress(to)})` },
            };
            if (!isTemporary(report)) return done;
            refused = done;
            break;
          } catch (error) {
            const failure = tryable(error, options);
            // Another server would deliver it a second time.
            if (isUncertain(failure)) return { ...base, host: route.host, error: failure };
            tried.push({ host: route.host, address: formatAddress(to), error: failure });
          }
        }
      } catch (error) {
        tried.push({ host: route.host, error: tryable(error, options) });
      }
    }
    if (refused) return refused;
    const last = tried.at(-1)?.error;
    const error = tried.length === 1 && last
      ? last
      : new NetworkError(`cannot deliver to ${domain}: no mail server took the message`, {
        code: "no-mail-server",
        peer: domain,
        cause: last,
      });
    return { ...base, error };
  } catch (error) {
    return { ...base, error: tryable(error, options) };
  }
}

/** Returns an error after which the next server is tried, or rethrows it. */
function tryable(error: unknown, { signal }: DeliverOptions): ToucanError {
  if (!(error instanceof ToucanError) || error instanceof UsageError || signal?.aborted) throw error;
  return error;
}

async function addressesOf({ host }: MailRoute, dns: MailLookups, family?: 4 | 6): Promise<string[]> {
  if (ipVersion(host) !== undefined) return [host];
  const types = ([["AAAA", 6], ["A", 4]] as const).filter(([, version]) => family === undefined || family === version);
  const found = await Promise.all(types.map(([type]) => dns.records(host, type)));
  const addresses = found.flatMap((records) => records.map(({ fields }) => String(fields.address)));
  if (addresses.length > 0) return addresses;
  throw new NegativeError(`the mail server ${host} has no address`, { code: "no-address", peer: host });
}

async function sendTo(
  to: Address,
  host: string,
  mail: BuiltMail,
  { pins = [], records = [], tls, verify }: RouteSecurity,
  options: DeliverOptions & { readonly domain: string },
): Promise<MailReport> {
  const { requireTls, caCerts, helo, dsn, chunking, proxy, connectTimeout, timeout, signal, trace, domain } = options;
  const client: MailClientOptions = {
    ...{ helo, dsn, chunking, proxy, connectTimeout, timeout, signal, trace },
    tls: tls || requireTls ? "starttls" : "opportunistic",
  };
  const send = async (trust: TlsOptions) => {
    await using sender = new MailClient(to, { ...client, trust: { serverName: host, ...trust } });
    return await sender.send(mail);
  };
  if (pins.length === 0 && records.length === 0) return await send({ caCerts, insecure: !(verify || requireTls) });
  let mismatch: unknown;
  for (const pin of pins) {
    try {
      return await send({ pin });
    } catch (error) {
      // While keys are exchanged there are several.
      if (!(error instanceof NetworkError) || error.code !== "pin-mismatch") throw error;
      mismatch = error;
    }
  }
  const pin = records.length === 0
    ? undefined
    : await pinByTlsa(await chainOf(to, host, client), records, [host, domain]);
  if (pin !== undefined) return await send({ pin });
  throw mismatch ?? new NetworkError(`cannot send to ${host}: its certificate does not match its TLSA records`, {
    code: "dane-mismatch",
    peer: host,
  });
}

/** Returns the certificates of a server, by a connection of their own, which carries nothing. */
async function chainOf(
  to: Address,
  host: string,
  options: MailClientOptions,
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const { channel, clock, security } = await openSession(to, {
    ...options,
    trust: { serverName: host, insecure: true, reportChain: true },
  });
  channel.connection.close();
  clock[Symbol.dispose]();
  return security?.chain ?? [];
}

/** Whether a server has refused all recipients for now: another one may take them. */
function isTemporary({ accepted, recipients }: MailReport): boolean {
  return accepted === 0 && recipients.every(({ reply }) => reply.code >= 400 && reply.code < 500);
}
