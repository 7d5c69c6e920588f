import { type Finding, found } from "../../words/findings.ts";
import { parseDate } from "../../tls/server_date.ts";
import type { Hop } from "./hop.ts";
import type { HttpInput } from "./http_input.ts";

/** Minutes by which clocks may differ. */
const SKEW_MINUTES = 5;
/** Bytes of text from which compression is worth it. */
const WORTH_COMPRESSION = 1400;
/** Seconds that HSTS should hold at least: half a year. */
const HSTS_SECONDS = 15_768_000;
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|[\w.-]+\+(?:json|xml))|image\/svg)/i;

/** Judges fields of a page: clocks, offers of newer protocols, compression, caching, security. None of them breaks it. */
export function judgeFields(hop: Hop, { alpn }: HttpInput, now: Date): Finding[] {
  const { fields, status, body } = hop;
  const text = TEXT.test(fields["content-type"] ?? "");
  const h3 = /(?:^|,)\s*h3="?([^",;]*)/i.exec(fields["alt-svc"] ?? "")?.[1];
  const findings = [
    ...judgeClock(hop, now),
    ...(alpn === "h2" ? [found("http2-offered", {})] : []),
    ...(h3 === undefined ? [] : [found("http3-offered", { at: h3 })]),
  ];
  if (status >= 400) return findings;
  const encoding = fields["content-encoding"];
  if (encoding !== undefined) findings.push(found("http-compressed", { encoding }));
  // The client of HTTP/2 takes codings off, and does not tell.
  else if (text && hop.version !== "2" && (body?.bytes ?? 0) > WORTH_COMPRESSION) {
    findings.push(found("http-not-compressed", { bytes: body?.bytes ?? 0 }));
  }
  const cache = fields["cache-control"];
  const validators = fields.etag !== undefined || fields["last-modified"] !== undefined;
  if (cache === undefined && !validators) findings.push(found("http-not-cacheable", {}));
  return [...findings, ...judgeSecurity(hop)];
}

function judgeClock({ fields }: Hop, now: Date): Finding[] {
  const date = parseDate(fields.date);
  if (!date) return [];
  // A cache passes the date on, and tells how old it is.
  const age = Number(fields.age ?? 0);
  const minutes = Math.round((now.getTime() - date.getTime()) / 60_000 - (Number.isFinite(age) ? age / 60 : 0));
  if (Math.abs(minutes) <= SKEW_MINUTES) return [];
  return [found("clock-differs", { minutes: Math.abs(minutes), side: minutes > 0 ? "behind" : "ahead of" })];
}

function judgeSecurity({ url, fields }: Hop): Finding[] {
  const findings: Finding[] = [];
  if (url.startsWith("https:")) {
    const hsts = fields["strict-transport-security"];
    const seconds = Number(/max-age="?(\d+)/i.exec(hsts ?? "")?.[1] ?? 0);
    if (hsts === undefined || seconds === 0) findings.push(found("hsts-missing", {}));
    else if (seconds < HSTS_SECONDS) findings.push(found("hsts-short", { days: Math.floor(seconds / 86_400) }));
    else findings.push(found("hsts-set", { days: Math.floor(seconds / 86_400) }));
  }
  if (!/^text\/html/i.test(fields["content-type"] ?? "")) return findings;
  const csp = fields["content-security-policy"];
  const missing = [
    ...(csp === undefined ? ["Content-Security-Policy"] : []),
    ...(fields["x-content-type-options"] === undefined ? ["X-Content-Type-Options"] : []),
    ...(fields["x-frame-options"] === undefined && !/frame-ancestors/i.test(csp ?? "") ? ["X-Frame-Options"] : []),
  ];
  return missing.length === 0 ? findings : [...findings, found("security-fields-missing", { missing })];
}
