import { kind } from "./finding.ts";

/** A certificate that does not end at a trusted authority. */
interface Untrusted {
  readonly name: string;
  readonly subject: string;
  readonly issuer: string;
}

/** A certificate outside its dates. */
interface Outdated {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly date: string;
  readonly days: number;
  readonly clock: string;
}

/** A certificate within its dates. */
interface Valid {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly until: string;
  readonly days: number;
  readonly key: string;
  readonly hash: string;
}

/** Findings about certificates. */
export const CERTIFICATE_FINDINGS = {
  "certificate-valid": kind<Valid & { readonly chain: readonly string[] }>({
    layer: "tls",
    mark: "good",
    means: "the certificate is within its dates",
    says: ({ subject, until, days, key }) =>
      `the certificate of ${subject} is valid until ${until} (${count(days)}); key ${key}`,
    evidence: ({ issuer, names, chain, hash }) => [
      `names: ${names.join(", ")}`,
      `issuer: ${issuer}`,
      `chain: ${chain.join(" < ")}`,
      ...(hash === "" ? [] : [`signature: ${hash}`]),
    ],
  }),
  "certificate-expires-soon": kind<Valid>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the certificate expires in less than 14 days",
    says: ({ subject, until, days }) =>
      `the certificate of ${subject} expires in ${count(days)}, on ${until}: renew it now`,
  }),
  "certificate-expired": kind<Outdated>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "a certificate of the chain has expired",
    says: ({ subject, date, days }) => `the certificate of ${subject} expired on ${date}, ${count(days)} ago`,
    evidence,
  }),
  "certificate-not-yet-valid": kind<Outdated>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "a certificate of the chain is not valid yet",
    says: ({ subject, date, days }) => `the certificate of ${subject} is valid only from ${date}, in ${count(days)}`,
    evidence,
  }),
  "clock-wrong": kind<{ ours: string; theirs: string; days: number; from: string; until: string }>({
    layer: "tls",
    mark: "fault",
    blame: "machine",
    who: "you",
    means: "the certificate looks outdated because the clock of this machine is wrong: the server tells another time",
    says: ({ ours, days }) =>
      `the clock of this machine is wrong by ${
        count(days)
      }: here it is ${ours}, and so a good certificate looks outdated`,
    evidence: ({ theirs, from, until }) => [
      `date of the server: ${theirs}`,
      `the certificate is valid from ${from} to ${until}`,
    ],
  }),
  "certificate-wrong-name": kind<{ name: string; names: readonly string[] }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the certificate is for other names",
    says: ({ name, names }) => `the certificate is for ${shortList(names)}, not for ${name}`,
    evidence: ({ names }) => names.length > LISTED ? [`all names: ${names.join(", ")}`] : [],
  }),
  "certificate-without-names": kind<{ name: string; subject: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the certificate has no subject alternative name, which clients of today require",
    says: ({ name, subject }) =>
      `the certificate has no subject alternative name that could match ${name}: clients ignore ${subject}`,
  }),
  "certificate-self-signed": kind<Untrusted & { readonly pin: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the certificate is self-signed: no authority vouches for it",
    says: ({ name }) => `the certificate of ${name} is self-signed: no authority vouches for it`,
    evidence: ({ subject, pin }) => [`subject: ${subject}`, `pin of its key: ${pin}`],
  }),
  "certificate-unknown-authority": kind<Untrusted & { readonly authority: string }>({
    layer: "tls",
    mark: "fault",
    who: "you",
    means: "the certificate is signed by an authority that this machine does not trust",
    says: ({ authority }) =>
      `this machine does not trust the authority ${authority}: a private one must be given, another may be a proxy that reads along`,
    evidence: ({ subject, issuer }) => [`certificate: ${subject}`, `issuer: ${issuer}`],
  }),
  "chain-incomplete": kind<Untrusted & { readonly missing: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the server does not send an intermediate certificate; browsers may know it, other clients fail",
    says: ({ missing }) =>
      `the server does not send the intermediate certificate ${missing}: browsers may have it, other clients fail`,
    evidence: (
      { subject, issuer },
    ) => [`sent: ${subject}, issued by ${issuer}`, "the server's file needs the whole chain"],
  }),
  "chain-has-outdated": kind<{ subject: string; from: string; until: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the server sends another certificate that is outside its dates; clients that build the chain from it fail",
    says: ({ subject, from, until }) =>
      `the chain has a certificate outside its dates, ${subject} (${from} to ${until}): older clients may fail`,
  }),
  "certificate-weak-key": kind<{ key: string; subject: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "a certificate has a key that clients of today refuse: RSA below 2048 bits, or a curve below 224",
    says: ({ key, subject }) => `the key of ${subject} is too weak (${key}): clients of today refuse it`,
  }),
  "certificate-large-key": kind<{ key: string; subject: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "a certificate has a key that clients of today refuse as too large: RSA above 8192 bits",
    says: ({ key, subject }) =>
      `the key of ${subject} is too large (${key}): clients of today refuse RSA above 8192 bits`,
  }),
  "certificate-old-signature": kind<{ hash: string; subject: string }>({
    layer: "tls",
    mark: "fault",
    who: "the certificate authority",
    means: "a certificate is signed with SHA-1 or MD5, which clients of today refuse",
    says: ({ hash, subject }) => `the certificate of ${subject} is signed with ${hash}, which clients of today refuse`,
  }),
  "certificate-wrong-purpose": kind<{ reason: string; subject: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the certificate is not for a server",
    says: ({ reason }) => reason,
    evidence: ({ subject }) => [`subject: ${subject}`],
  }),
  "certificate-refused": kind<{ reason: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the certificate, or the proof that the server has its key, is not acceptable",
    says: ({ reason }) => `the certificate cannot be accepted: ${reason}`,
  }),
  "certificate-revoked": kind<{ date: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the certificate is revoked according to the stapled OCSP response, whose signature was verified",
    says: ({ date }) =>
      `the certificate is revoked according to the OCSP response of its issuer, which the server itself sends (${date})`,
  }),
  "ocsp-stapled": kind<{ until: string }>({
    layer: "tls",
    mark: "good",
    means: "the server staples a valid OCSP response, signed for the issuer of the certificate",
    says: ({ until }) =>
      `the server staples an OCSP response of the issuer: good${until === "" ? "" : `, valid until ${until}`}`,
  }),
  "ocsp-invalid": kind<{ reason: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the stapled OCSP response proves nothing: another signed it, or it is about another certificate",
    says: ({ reason }) => `the stapled OCSP response is not valid: ${reason}; clients that check it fail`,
  }),
  "ocsp-unverified": kind<{ status: string; reason: string }>({
    layer: "tls",
    mark: "note",
    means: "the signature of the stapled OCSP response could not be verified here",
    says: ({ status, reason }) =>
      `the status in the stapled OCSP response is "${status}", but its signature was not verified: ${reason}`,
  }),
  "ocsp-not-yet-valid": kind<{ from: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the stapled OCSP response is from the future: a clock is wrong, that of its responder or of this machine",
    says: ({ from }) =>
      `the stapled OCSP response is valid from ${from} only: the clock of its responder or of this machine is wrong`,
  }),
  "ocsp-not-stapled": kind({
    layer: "tls",
    mark: "good",
    means: "the server staples no OCSP response, which is usual",
    says: () => "no OCSP response is stapled",
  }),
  "ocsp-stale": kind<{ until: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the stapled OCSP response is outdated; clients that check it fail",
    says: ({ until }) => `the stapled OCSP response ended on ${until}: clients that check it fail`,
  }),
  "ocsp-unusable": kind<{ status: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the status in the stapled OCSP response is not good",
    says: ({ status }) => `the status in the stapled OCSP response is "${status}" instead of good`,
  }),
  "key-not-pinned": kind<{ reason: string }>({
    layer: "tls",
    mark: "fault",
    who: "you",
    means: "the key of the server is not the one that was pinned",
    says: ({ reason }) => reason,
  }),
};

const LISTED = 3;

function shortList(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
  return names.length === 0 ? "other names" : names.slice(0, LISTED).join(", ") + more;
}

function count(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

function evidence({ issuer, names, clock }: Outdated): string[] {
  return [
    ...(names.length === 0 ? [] : [`names: ${names.join(", ")}`]),
    `issuer: ${issuer}`,
    `date of this machine: ${clock}`,
  ];
}
