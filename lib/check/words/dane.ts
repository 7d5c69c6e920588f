import { kind } from "./finding.ts";

/** Findings about what DNS says of certificates: TLSA (RFC 6698) and CAA (RFC 8659). */
export const DANE_FINDINGS = {
  "dane-match": kind<{ name: string; records: number }>({
    layer: "tls",
    mark: "good",
    means: "a signed TLSA record matches the certificates",
    says: ({ name }) => `the TLSA records of ${name} are signed, and match the certificates`,
  }),
  "dane-mismatch": kind<{ name: string; records: readonly string[] }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the domain",
    means:
      "no signed TLSA record matches the certificates: clients that require DANE, most of them mail servers, refuse the server",
    says: ({ name }) =>
      `none of the TLSA records of ${name} matches the certificates: clients that use DANE refuse the server`,
    evidence: ({ records }) => records.map((record) => `TLSA ${record}`),
  }),
  "dane-unsigned": kind<{ name: string; status: string }>({
    layer: "tls",
    mark: "note",
    who: "the owner of the domain",
    means: "there are TLSA records without valid DNSSEC signatures, which do not count",
    says: ({ name, status }) => `the TLSA records of ${name} do not count: they are ${status} according to DNSSEC`,
  }),
  "caa-issuers": kind<{ domain: string; issuers: readonly string[] }>({
    layer: "tls",
    mark: "good",
    means: "CAA records name the authorities that may issue certificates",
    says: ({ domain, issuers }) =>
      issuers.length === 0
        ? `CAA of ${domain} forbids every authority to issue certificates`
        : `CAA of ${domain} allows ${issuers.join(", ")} to issue certificates`,
  }),
};
