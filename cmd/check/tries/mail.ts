import { formatAddress, ipVersion } from "../../../lib/core/mod.ts";
import { withPlain } from "./plain.ts";
import { LINE_TRIES } from "./lines.ts";
import type { Tries, Try } from "./try.ts";

/** The record of a type that a value of the finding names. */
const record = (type: string, field: string, prefix = ""): Try => (data) =>
  withPlain(data[field], (name) => [`resolve --type ${type} ${prefix}${name}`]);

const txt = record("TXT", "domain");
const dmarc = record("TXT", "domain", "_dmarc.");
const mx = record("MX", "domain");
const addresses = record("CNAME,A,AAAA", "host");
const port: Try = ({ host, address, port = 25 }) =>
  typeof address === "string" && ipVersion(address) && typeof port === "number"
    ? [`tcp check ${formatAddress({ transport: "ip", host: address, port })}`]
    : withPlain(host, (host) => [`tcp check ${host}:25`]);
const certificate: Try = ({ host }) => withPlain(host, (host) => [`check smtp://${host}`]);
const tlsa = record("TLSA", "host", "_25._tcp.");
const key: Try = ({ domain, selector }) =>
  withPlain(
    domain,
    (domain) => withPlain(selector, (selector) => [`resolve --type TXT ${selector}._domainkey.${domain}`]),
  );

/** Commands to try about mail. */
export const MAIL_TRIES: Tries = {
  ...LINE_TRIES,
  "domain-not-found": record("NS,SOA", "domain"),
  "mx-lookup-failed": mx,
  "mx-lookup-timed-out": mx,
  "mx-null": mx,
  "mx-missing": mx,
  "mx-implicit": mx,
  "mx-none-usable": mx,
  "mx-address": mx,
  "mx-null-and-others": mx,
  "mx-alias": addresses,
  "mx-without-address": addresses,
  "mx-silent": port,
  "mx-refused": port,
  "mx-none-reached": mx,
  "mx-all-silent": mx,
  "mx-ptr-missing": ({ address }) => withPlain(address, (address) => [`resolve ${address}`]),
  "mx-ptr-unconfirmed": ({ address }) => withPlain(address, (address) => [`resolve ${address}`]),
  "mx-certificate-untrusted": certificate,
  "mx-certificate-required": certificate,
  "mx-tls-lost": certificate,
  "mx-dane-mismatch": tlsa,
  "mx-dane-bogus": tlsa,
  "mx-dane-unsigned": tlsa,
  "spf-lookup-failed": txt,
  "spf-several": txt,
  "spf-syntax": txt,
  "spf-reference": txt,
  "spf-too-many-lookups": txt,
  "spf-void-lookups": txt,
  "spf-permits-all": txt,
  "dmarc-lookup-failed": dmarc,
  "dmarc-several": dmarc,
  "dmarc-syntax": dmarc,
  "dmarc-report-unauthorised": record("TXT", "name"),
  "dkim-key-missing": key,
  "dkim-key-invalid": key,
  "dkim-key-revoked": key,
  "mta-sts-unusable": ({ domain }) =>
    withPlain(domain, (domain) => [
      `resolve --type TXT _mta-sts.${domain}`,
      `get https://mta-sts.${domain}/.well-known/mta-sts.txt`,
    ]),
  "tls-rpt-invalid": record("TXT", "domain", "_smtp._tls."),
  "bimi-invalid": record("TXT", "domain", "default._bimi."),
};
