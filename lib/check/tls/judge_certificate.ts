import { type Finding, found } from "../words/findings.ts";
import type { CertificateSeen } from "./certificate_seen.ts";
import { day } from "../words/day.ts";
import { daysBetween } from "./certificates.ts";
import type { HandshakeInput } from "./handshake_seen.ts";
import type { OcspAnswer } from "./ocsp.ts";
import { isValidAt, judgeDates } from "./judge_dates.ts";

/** Days before the end of a certificate in which it should have been renewed: ACME clients renew at 30. */
const SOON_DAYS = 14;

/** Milliseconds that clocks may differ. */
const TOLERANCE_MS = 300_000;

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

/** Judges a stapled response: what is proved by its signature, then what it says. Pure. */
export function judgeOcsp(answer: OcspAnswer, now: Date): Finding[] {
  const { status, problem, unverified, produced, thisUpdate, nextUpdate } = answer;
  if (problem !== undefined) return [found("ocsp-invalid", { reason: problem })];
  if (status === "error") return [found("ocsp-unusable", { status })];
  const doubt = unverified === undefined ? [] : [found("ocsp-unverified", { status, reason: unverified })];
  const date = produced ? day(produced) : "";
  if (status === "revoked" && doubt.length === 0) return [found("certificate-revoked", { date })];
  if (status !== "good") return [...doubt, found("ocsp-unusable", { status })];
  if (thisUpdate && thisUpdate.getTime() > now.getTime() + TOLERANCE_MS) {
    return [...doubt, found("ocsp-not-yet-valid", { from: day(thisUpdate) })];
  }
  if (nextUpdate && nextUpdate < now) return [...doubt, found("ocsp-stale", { until: day(nextUpdate) })];
  return doubt.length > 0 ? doubt : [found("ocsp-stapled", { until: nextUpdate ? day(nextUpdate) : "" })];
}
