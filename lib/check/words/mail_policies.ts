import { kind } from "./finding.ts";

/** Findings about DMARC. */
const DMARC = {
  "dmarc-valid": kind<{ domain: string; record: string; policy: string }>({
    layer: "application",
    mark: "good",
    means: "the DMARC record is valid",
    says: ({ domain, policy }) => `DMARC of ${domain}: ${policy}`,
    evidence: ({ record }) => [record],
  }),
  "dmarc-lookup-failed": kind<{ domain: string; reason: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "the DMARC record cannot be looked up",
    says: ({ domain }) => `the DMARC record of ${domain} cannot be looked up`,
    evidence: ({ reason }) => [reason],
  }),
  "dmarc-missing": kind<{ domain: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "the domain has no DMARC record",
    says: ({ domain }) => `${domain} has no DMARC record: receivers decide by themselves what to do with forged mail`,
  }),
  "dmarc-several": kind<{ domain: string; records: readonly string[] }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the domain has several DMARC records, so that none counts",
    says: ({ domain, records }) => `${domain} has ${records.length} DMARC records, so that none of them counts`,
    evidence: ({ records }) => records,
  }),
  "dmarc-syntax": kind<{ domain: string; record: string; problem: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the DMARC record has a syntax error",
    says: ({ domain, problem }) => `the DMARC record of ${domain} is invalid: ${problem}`,
    evidence: ({ record }) => [record],
  }),
  "dmarc-policy-none": kind<{ domain: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the domain",
    means: "the DMARC policy only asks for reports (p=none)",
    says: ({ domain }) => `the DMARC policy of ${domain} is "none": forged mail is delivered all the same`,
  }),
  "dmarc-without-reports": kind<{ domain: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the domain",
    means: "the DMARC record asks for no reports",
    says: ({ domain }) => `the DMARC record of ${domain} asks for no reports (rua): its owner does not see what fails`,
  }),
  "dmarc-report-unauthorised": kind<{ host: string; name: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "DMARC reports are sent to another domain, which has no record that it accepts them",
    says: ({ host, name }) =>
      `DMARC reports to ${host} are not sent: ${host} would need a record "v=DMARC1" at ${name}`,
  }),
};

/** Findings about DKIM. */
const DKIM = {
  "dkim-key": kind<{ selector: string; kind: string }>({
    layer: "application",
    mark: "good",
    means: "a DKIM key can be used",
    says: ({ selector, kind }) => `the DKIM key ${selector} is there: ${kind}`,
  }),
  "dkim-key-missing": kind<{ domain: string; selector: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "there is no DKIM key for a selector",
    says: ({ domain, selector }) =>
      `there is no DKIM key at ${selector}._domainkey.${domain}: signatures with the selector ${selector} cannot be verified`,
  }),
  "dkim-lookup-failed": kind<{ selector: string; reason: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "a DKIM key cannot be looked up",
    says: ({ selector }) => `the DKIM key ${selector} cannot be looked up`,
    evidence: ({ reason }) => [reason],
  }),
  "dkim-key-invalid": kind<{ domain: string; selector: string; problem: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the record of a DKIM key is invalid",
    says: ({ domain, selector, problem }) => `the DKIM key at ${selector}._domainkey.${domain} is invalid: ${problem}`,
  }),
  "dkim-key-revoked": kind<{ domain: string; selector: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the DKIM key of a selector that was asked for is revoked (p= is empty)",
    says: ({ domain, selector }) => `the DKIM key at ${selector}._domainkey.${domain} is revoked (p= is empty)`,
  }),
  "dkim-key-retired": kind<{ domain: string; selector: string }>({
    layer: "application",
    mark: "note",
    means: "a DKIM key under one of the usual selectors is revoked",
    says: ({ selector }) => `the DKIM key ${selector} is revoked (p= is empty): it is not used any more`,
  }),
  "dkim-key-weak": kind<{ selector: string; bits: number }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "a DKIM key of less than 1024 bits, which receivers do not accept",
    says: ({ selector, bits }) => `the DKIM key ${selector} has ${bits} bits: receivers do not accept less than 1024`,
  }),
  "dkim-key-short": kind<{ selector: string; bits: number }>({
    layer: "application",
    mark: "note",
    who: "the owner of the domain",
    means: "a DKIM key of less than 2048 bits",
    says: ({ selector, bits }) => `the DKIM key ${selector} has ${bits} bits: 2048 are recommended`,
  }),
  "dkim-testing": kind<{ selector: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the domain",
    means: "a DKIM key is marked as a test (t=y)",
    says: ({ selector }) => `the DKIM key ${selector} is marked as a test (t=y): receivers may ignore its signatures`,
  }),
  "dkim-unknown": kind<{ domain: string }>({
    layer: "application",
    mark: "note",
    means: "no DKIM key was found under the usual selectors: only a signed message tells the selector",
    says: ({ domain }) =>
      `${domain} has no DKIM key under the usual selectors: the tag s= of a signed message tells which it uses`,
  }),
};

/** Findings about MTA-STS, TLS-RPT, BIMI, and the names of addresses. */
const OTHERS = {
  "mta-sts": kind<{ domain: string; mode: string; patterns: readonly string[] }>({
    layer: "application",
    mark: "good",
    means: "the policy for TLS between mail servers is valid",
    says: ({ mode, patterns }) =>
      `MTA-STS policy: ${mode}${patterns.length === 0 ? "" : ` for ${patterns.join(", ")}`}`,
  }),
  "mta-sts-missing": kind<{ domain: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the domain",
    means: "the domain does not require TLS of senders (MTA-STS)",
    says: ({ domain }) => `${domain} has no MTA-STS policy: an attacker between the servers can prevent encryption`,
  }),
  "mta-sts-unusable": kind<{ domain: string; problem: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "the domain announces an MTA-STS policy that cannot be used",
    says: ({ domain }) => `${domain} announces an MTA-STS policy that cannot be used`,
    evidence: ({ problem }) => [problem],
  }),
  "mta-sts-mismatch": kind<{ host: string; patterns: readonly string[] }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the domain",
    means: "a mail server is not in the MTA-STS policy, which is enforced: no mail is delivered to it",
    says: ({ host }) =>
      `the MTA-STS policy does not name the mail server ${host}: senders that follow it deliver nothing there`,
    evidence: ({ patterns }) => patterns.map((pattern) => `mx: ${pattern}`),
  }),
  "mta-sts-mismatch-testing": kind<{ host: string; patterns: readonly string[] }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "a mail server is not in the MTA-STS policy, which is being tested",
    says: ({ host }) => `the MTA-STS policy, which is being tested, does not name the mail server ${host}`,
    evidence: ({ patterns }) => patterns.map((pattern) => `mx: ${pattern}`),
  }),
  "tls-rpt": kind<{ domain: string; record: string }>({
    layer: "application",
    mark: "good",
    means: "senders are asked for reports about TLS",
    says: ({ domain }) => `${domain} asks for reports about TLS`,
    evidence: ({ record }) => [record],
  }),
  "tls-rpt-missing": kind<{ domain: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the domain",
    means: "the domain asks for no reports about TLS (TLS-RPT)",
    says: ({ domain }) => `${domain} asks for no reports about TLS (TLS-RPT)`,
  }),
  "tls-rpt-invalid": kind<{ domain: string; record: string; problem: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "the record for reports about TLS is invalid",
    says: ({ domain, problem }) => `the TLS-RPT record of ${domain} is invalid: ${problem}`,
    evidence: ({ record }) => [record],
  }),
  "bimi": kind<{ domain: string; record: string }>({
    layer: "application",
    mark: "good",
    means: "the domain has a logo (BIMI)",
    says: ({ domain }) => `${domain} has a logo (BIMI)`,
    evidence: ({ record }) => [record],
  }),
  "bimi-invalid": kind<{ domain: string; record: string; problem: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the domain",
    means: "the record of the logo (BIMI) is invalid",
    says: ({ domain, problem }) => `the BIMI record of ${domain} is invalid: ${problem}`,
    evidence: ({ record }) => [record],
  }),
  "mx-ptr": kind<{ host: string; address: string; names: readonly string[] }>({
    layer: "application",
    mark: "good",
    means: "the address of a mail server has a name that leads back to it",
    says: ({ address, names }) => `${address} is ${names.join(", ")}`,
  }),
  "mx-ptr-missing": kind<{ host: string; address: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the address of a mail server has no name (PTR)",
    says: ({ host, address }) =>
      `${address} (${host}) has no name (PTR): if it sends mail, too, many receivers reject it`,
  }),
  "mx-ptr-unconfirmed": kind<{ host: string; address: string; names: readonly string[] }>({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "the name of the address of a mail server does not lead back to it",
    says: ({ host, address, names }) =>
      `${address} (${host}) has the name ${names.join(", ")}, which does not lead back to it`,
  }),
};

/** Findings about TLS of mail servers of a domain. */
const SERVER_TLS = {
  "mx-certificate": kind<{ host: string }>({
    layer: "tls",
    mark: "good",
    means: "the certificate of a mail server is valid for its name",
    says: ({ host }) => `the certificate of ${host} is valid`,
  }),
  "mx-certificate-untrusted": kind<{ host: string; problem: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the certificate of a mail server is not valid for its name; mail is delivered all the same",
    says: ({ host }) =>
      `the certificate of the mail server ${host} is not valid: mail is encrypted, but the server is not authenticated`,
    evidence: ({ problem }) => [problem],
  }),
  "mx-certificate-required": kind<{ host: string; problem: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the certificate of a mail server is not valid, and the MTA-STS policy requires it: no mail is delivered",
    says: ({ host }) =>
      `the certificate of the mail server ${host} is not valid, but the MTA-STS policy of the domain requires it`,
    evidence: ({ problem }) => [problem],
  }),
  "mx-tls-required": kind<{ host: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "a mail server offers no TLS, and the MTA-STS policy requires it: no mail is delivered",
    says: ({ host }) => `the mail server ${host} offers no TLS, but the MTA-STS policy of the domain requires it`,
  }),
  "mx-tls-lost": kind<{ host: string; problem: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the TLS handshake with a mail server did not come to an end",
    says: ({ host }) => `the TLS handshake with ${host} did not come to an end`,
    evidence: ({ problem }) => [problem],
  }),
  "mx-dane": kind<{ host: string; count: number }>({
    layer: "tls",
    mark: "good",
    means: "a mail server has signed TLSA records (DANE)",
    says: ({ host, count }) => `${host} has ${count} signed TLSA record${count === 1 ? "" : "s"} (DANE)`,
  }),
  "mx-dane-unsigned": kind<{ host: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the domain",
    means: "a mail server has TLSA records that are not signed, so that they do not count",
    says: ({ host }) => `the TLSA records of ${host} are not signed by DNSSEC, so that senders ignore them`,
  }),
  "mx-dane-bogus": kind<{ host: string; reason: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the domain",
    means:
      "the DNSSEC signatures of the TLSA records of a mail server are not valid: senders with DANE deliver nothing",
    says: ({ host }) =>
      `the DNSSEC signatures of the TLSA records of ${host} are not valid: senders with DANE deliver nothing`,
    evidence: ({ reason }) => [reason],
  }),
  "mx-dane-match": kind<{ host: string }>({
    layer: "tls",
    mark: "good",
    means: "the certificate of a mail server matches its TLSA records",
    says: ({ host }) => `the certificate of ${host} matches its TLSA records (DANE)`,
  }),
  "mx-dane-mismatch": kind<{ host: string; pins: readonly string[] }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the certificate of a mail server matches none of its TLSA records: senders with DANE deliver nothing",
    says: ({ host }) =>
      `the certificate of ${host} matches none of its TLSA records (DANE): senders that follow them deliver nothing`,
    evidence: ({ pins }) => pins,
  }),
};

/** Findings about policies of mail domains. */
export const MAIL_POLICY_FINDINGS = { ...DMARC, ...DKIM, ...OTHERS, ...SERVER_TLS };
