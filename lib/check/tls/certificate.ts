import { Deadline, dial, formatAddress, ipVersion, NetworkError, TimeoutError } from "../../core/mod.ts";
import { fetchCertificates } from "../../core/tls/client/fetch_certificates.ts";
import { certificatesOf } from "../../core/tls/files/pem.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { askHello, type HelloResult, type TlsPlace } from "./ask_hello.ts";
import type { CertificateSeen } from "./certificate_seen.ts";
import { daysBetween, readChain } from "./certificates.ts";
import type { HandshakeInput } from "./handshake_seen.ts";
import { judgeCertificate } from "./judge_certificate.ts";
import { isValidAt } from "./judge_dates.ts";
import { type OcspAnswer, readOcsp } from "./ocsp.ts";
import { serverDate } from "./server_date.ts";

/** Milliseconds in which a server of TLS 1.3 rejects a client without a certificate, after the handshake. */
const REJECTION_MS = 500;

/** Certificates, stapled status, resumption and client certificates, as they are seen unencrypted with TLS 1.2. */
export const certificateProbe: Probe<HandshakeInput, CertificateSeen> = {
  name: "certificate",
  layer: "tls",
  explains: true,
  async observe(input, context) {
    const reply = await askHello(input, context, "TLS 1.2");
    const hello = reply.kind === "hello" && reply.certificates.length > 0 ? reply : undefined;
    const certificates = hello?.certificates ?? await hiddenCertificates(input, context);
    const [chain, client] = await Promise.all([
      readChain(certificates),
      hello?.wantsCertificate ? rejection(input, context) : "no" as const,
    ]);
    const [leaf] = chain;
    const outdated = input.http && leaf && !isValidAt(leaf, context.now());
    const date = outdated ? await serverDate(input, context) : undefined;
    return {
      ...{ chain, client },
      ...(hello && { resumption: hello.resumption ?? "none", ocsp: await ocspOf(hello, context) }),
      ...(date && { serverDate: date }),
    };
  },
  judge: judgeCertificate,
  facts({ chain, ocsp, resumption }, _, now) {
    const [leaf] = chain;
    if (!leaf) return {};
    const first = Math.min(...chain.map(({ notAfter }) => notAfter.getTime()));
    const { key, subject, issuer, notAfter } = leaf;
    return {
      ...{ days: daysBetween(now, notAfter), "chain-expires": Math.floor(first / 1000), key, subject, issuer },
      ...(ocsp === undefined ? {} : { ocsp: ocspFact(ocsp) }),
      ...(resumption && { resumption }),
    };
  },
  summary: ({ chain: [leaf] }, _, now) => leaf ? daysLeft(daysBetween(now, leaf.notAfter)) : "",
};

function ocspFact(ocsp: OcspAnswer | null): string {
  if (ocsp === null) return "none";
  return ocsp.problem !== undefined ? "invalid" : ocsp.unverified !== undefined ? "unverified" : ocsp.status;
}

function daysLeft(days: number): string {
  return days < 0 ? `expired ${-days} days ago` : `${days} days left`;
}

/** Reads the stapled response. The issuer is among the certificates of the server, or those that are trusted beside the usual authorities. */
async function ocspOf(
  { ocsp, certificates: [leaf, ...others] }: Extract<HelloResult, { kind: "hello" }>,
  { dial: { tls }, now }: ProbeContext,
): Promise<OcspAnswer | null> {
  if (ocsp === undefined || leaf === undefined) return null;
  return await readOcsp(ocsp, leaf, [...others, ...(tls?.caCerts ?? []).flatMap(derOf)], now());
}

function derOf(text: string): Uint8Array<ArrayBuffer>[] {
  try {
    return certificatesOf(text, "").map((pem) => Uint8Array.fromBase64(pem.replace(/-----[^-]+-----|\s+/g, "")));
  } catch {
    return [];
  }
}

/** Reads the certificates of a server that supports only TLS 1.3, which encrypts them: a whole handshake is necessary. */
async function hiddenCertificates(
  { host, address, port, beforeTls }: TlsPlace,
  { signal, timeout, dial: { proxy } }: ProbeContext,
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  if (beforeTls || proxy) return [];
  using deadline = new Deadline({ signal, timeout }, `read the certificates of ${host}`, "tls");
  try {
    const { certificates } = await fetchCertificates({
      ...{ name: host, sni: ipVersion(host) ? undefined : host, peer: host },
      open: () => Deno.connect({ hostname: address.address, port, signal: deadline.signal }),
      handshake: (work) => work(deadline.signal),
    });
    return certificates;
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/** Whether the server, which asks for a client certificate, ends the connection without one: with TLS 1.3 it says so after the handshake. */
async function rejection(
  { host, address, port, alpn, beforeTls }: TlsPlace,
  { signal, timeout, dial: { tls, proxy } }: ProbeContext,
): Promise<CertificateSeen["client"]> {
  if (tls?.clientCertificate) return "asked";
  try {
    const to = formatAddress({ transport: "ip", host: address.address, port });
    using connection = await dial(to, {
      ...{ signal, timeout, proxy, beforeTls },
      tls: { ...tls, serverName: host, alpn },
    });
    using deadline = new Deadline({ signal, timeout: REJECTION_MS }, `read from ${to}`);
    await deadline.race(connection.read(new Uint8Array(1)));
    return "asked";
  } catch (error) {
    signal.throwIfAborted();
    const text = error instanceof NetworkError ? error.code : error instanceof Error ? error.message : "";
    if (error instanceof TimeoutError) return "asked";
    return /client-certificate|CertificateRequired|alert/i.test(text) ? "required" : "asked";
  }
}
