import { type Finding, found } from "../words/findings.ts";
import type { CertificateSeen } from "./certificate_seen.ts";
import { day } from "../words/day.ts";
import { daysBetween } from "./certificates.ts";
import type { HandshakeInput } from "./handshake_seen.ts";
import type { OcspAnswer } from "./hello/ocsp.ts";
import { isValidAt, judgeDates } from "./judge_dates.ts";

/** Days before the end of a certificate in which it should have been renewed: ACME clients renew at 30. */
const SOON_DAYS = 14;

/** Judges certificates that the handshake trusts. */
export function judgeCertificate(seen: CertificateSeen, { host: name }: HandshakeInput, now: Date): Finding[] {
  const { chain, client, serverDate, resumption, ocsp } = seen;
  return [
    ...(client === "required" ? [found("client-certificate-required", { name })] : []),
    ...judgeLeaf(seen, now, serverDate),
    ...chain.slice(1).filter((certificate) => !isValidAt(certificate, now)).map(({ subject, notBefore, notAfter }) =>
      found("chain-has-outdated", { subject, from: day(notBefore), until: day(notAfter) })
    ),
    ...weaknesses(seen),
    ...(ocsp ? judgeOcsp(ocsp, now) : ocsp === null ? [found("ocsp-not-stapled", {})] : []),
    ...(client === "asked" ? [found("client-certificate-asked", {})] : []),
    ...(resumption === "none" ? [found("session-not-resumed", {})] : []),
  ];
}

function judgeLeaf({ chain }: CertificateSeen, now: Date, serverDate?: Date): Finding[] {
  const [leaf] = chain;
  if (!leaf) return [];
  if (!isValidAt(leaf, now)) return [judgeDates(leaf, now, serverDate)];
  const { subject, issuer, names, notAfter, key, hash = "" } = leaf;
  const days = daysBetween(now, notAfter);
  const data = { subject, issuer, names, until: day(notAfter), days, key, hash };
  return [
    ...(days < SOON_DAYS ? [found("certificate-expires-soon", data)] : []),
    found("certificate-valid", { ...data, chain: chain.map((certificate) => certificate.subject) }),
  ];
}

function weaknesses({ chain }: CertificateSeen): Finding[] {
  return chain.flatMap(({ subject, key, weak, hash = "", selfIssued }) => [
    ...(weak ? [found("certificate-weak-key", { key, subject })] : []),
    // The signature of a root is not what it is trusted for.
    ...(/^(?:SHA-1|MD5)$/.test(hash) && !selfIssued ? [found("certificate-old-signature", { hash, subject })] : []),
  ]);
}

function judgeOcsp({ status, produced, nextUpdate }: OcspAnswer, now: Date): Finding[] {
  if (status === "revoked") return [found("certificate-revoked", { date: produced ? day(produced) : "" })];
  if (status !== "good") return [found("ocsp-unusable", { status })];
  if (nextUpdate && nextUpdate < now) return [found("ocsp-stale", { until: day(nextUpdate) })];
  return [found("ocsp-stapled", { until: nextUpdate ? day(nextUpdate) : "" })];
}
