import { ipVersion, ToucanError } from "../../core/mod.ts";
import { query, readResolverConfig, type ResourceRecord, serverConfig, validate } from "../../dns/mod.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { cut } from "../words/cut.ts";
import type { SeenCertificate } from "./certificates.ts";

/** Which TLSA records to look for, and what they must match. */
export interface TlsaInput {
  /** Name of the server. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Certificates that the server presents, its own first. */
  readonly chain: Promise<readonly SeenCertificate[]>;
}

/** TLSA records of a server. */
export interface TlsaSeen {
  /** Name that they are of: `_443._tcp.example.com`. */
  readonly name: string;
  /** Their data. */
  readonly records: readonly string[];
  /** Whether DNSSEC proves them. */
  readonly status: "secure" | "insecure" | "bogus" | "indeterminate";
  /** Whether one matches the certificates; undefined if these could not be read. */
  readonly matches?: boolean;
}

/** TLSA records (RFC 6698): only those that DNSSEC proves count. */
export const tlsaProbe: Probe<TlsaInput, TlsaSeen> = {
  name: "tlsa",
  layer: "tls",
  async observe({ host, port, chain }, context) {
    const name = `_${port}._tcp.${host.replace(/\.$/, "")}`;
    const records = hasRecords(host) ? await recordsOf(name, "TLSA", context) : [];
    if (records.length === 0) return { name, records: [], status: "insecure" };
    const { signal, timeout, servers, now, anchors, connections } = context;
    const ask = servers ?? (await readResolverConfig())?.servers ?? [];
    const limits = { signal, timeout, connections };
    const { status } = await validate(name, "TLSA", { servers: ask, anchors, time: now(), ...limits });
    const certificates = await chain;
    const matches = certificates.length === 0 ? undefined : await anyMatch(records, certificates);
    return {
      name,
      records: records.map(({ data }) => cut(data)),
      status,
      ...(matches === undefined ? {} : { matches }),
    };
  },
  judge({ name, records, status, matches }) {
    if (records.length === 0) return [];
    if (status !== "secure") return [found("dane-unsigned", { name, status })];
    if (matches === undefined) return [];
    return [
      matches ? found("dane-match", { name, records: records.length }) : found("dane-mismatch", { name, records }),
    ];
  },
  facts: ({ records, matches }) => records.length === 0 ? {} : { tlsa: records.length, dane: matches },
};

/** Whether a host may have records of its own in the global DNS. */
export function hasRecords(host: string): boolean {
  return !ipVersion(host) && host.includes(".") && !/\.(?:localhost|local|invalid|internal|onion)\.?$/i.test(host);
}

/** Returns records of a name; none where that cannot be told, which the probes of names report. */
export async function recordsOf(
  name: string,
  type: "TLSA" | "CAA",
  { signal, timeout, servers, trace, connections }: ProbeContext,
): Promise<readonly ResourceRecord[]> {
  try {
    const config = servers && serverConfig(servers);
    const { answers } = await query(`${name}.`, type, { config, signal, timeout, trace, connections });
    return answers.filter((record) => record.type === type);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ToucanError)) throw error;
    return [];
  }
}

async function anyMatch(records: readonly ResourceRecord[], chain: readonly SeenCertificate[]): Promise<boolean> {
  const results = await Promise.all(records.map(({ rdata }) => matchesTlsa(rdata, chain)));
  return results.includes(true);
}

/**
 * Whether the data of a TLSA record matches certificates (RFC 6698 §2.1): usages 1 and 3 the server's own, 0 and 2 one of its
 * authorities, or the server's own if it is alone.
 */
export async function matchesTlsa(rdata: Uint8Array, chain: readonly SeenCertificate[]): Promise<boolean> {
  const [usage = 0, selector = 0, matching = 0] = rdata;
  const wanted = rdata.subarray(3).toHex();
  const candidates = usage === 1 || usage === 3 ? chain.slice(0, 1) : chain.length > 1 ? chain.slice(1) : chain;
  for (const { der, publicKey } of candidates) {
    const content = selector === 1 ? publicKey : der;
    const hash = matching === 1 ? "SHA-256" : matching === 2 ? "SHA-512" : undefined;
    const bytes = hash === undefined ? content : new Uint8Array(await crypto.subtle.digest(hash, content));
    if (bytes.toHex() === wanted) return true;
  }
  return false;
}
