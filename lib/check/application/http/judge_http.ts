import { formatDuration } from "../../../core/mod.ts";
import { protocolOfLine } from "../../reach/protocol.ts";
import { cut } from "../../words/cut.ts";
import { type Finding, found } from "../../words/findings.ts";
import type { Hop, HopError } from "./hop.ts";
import type { HttpInput } from "./http_input.ts";
import type { HttpSeen } from "./http_seen.ts";
import { judgeFields } from "./judge_fields.ts";

/** Judges what a web server answered: the cause first, then what else is worth knowing. */
export function judgeHttp(seen: HttpSeen, input: HttpInput, now: Date): Finding[] {
  const { ended, other, http2Only } = seen;
  const hops = seen.hops.map(bounded);
  const error = seen.error && { ...seen.error, url: cut(seen.error.url) };
  if (other) {
    const { tls, said } = other;
    const { port } = input;
    return [
      tls
        ? found("http-on-tls-port", { port })
        : found("http-not-spoken", { port, said, protocol: protocolOfLine(said) }),
    ];
  }
  if (http2Only) return [found("http2-only", {})];
  const last = hops.at(-1);
  return [
    ...(ended ? [judgeEnd(hops, ended)] : []),
    ...(error ? [judgeError(error, hops)] : []),
    ...judgeRedirects(hops),
    ...(ended ? [] : judgeCookies(hops)),
    ...(last && !error && !ended ? [...judgeBody(last), judgeStatus(last), ...judgeFields(last, input, now)] : []),
  ];
}

/** Returns an answer with URLs as data of findings may have them: those that were asked for have their full length. */
function bounded(hop: Hop): Hop {
  return { ...hop, url: cut(hop.url), ...(hop.location === undefined ? {} : { location: cut(hop.location) }) };
}

function judgeEnd(hops: readonly Hop[], ended: NonNullable<HttpSeen["ended"]>): Finding {
  const { location: to = "", url: from } = hops.at(-1) ?? { url: "" };
  const urls = [...hops.map(({ url }) => url), to];
  if (ended === "invalid") return found("redirect-invalid", { from, to });
  if (ended === "many") return found("too-many-redirects", { count: hops.length, urls: urls.slice(0, 4) });
  const loop = urls.slice(urls.indexOf(to));
  const schemes = new Set(loop.map((url) => URL.parse(url)?.protocol));
  return found(schemes.size > 1 ? "redirect-scheme-loop" : "redirect-loop", { urls: loop.slice(0, 12) });
}

function judgeError({ url, code, message, phase = "", bytes = 0, ms }: HopError, hops: readonly Hop[]): Finding {
  const from = hops.at(-1)?.url;
  const reason = message.replace(/^(?:cannot connect to|cannot get a response from|invalid response from) [^ ]+: /, "");
  const connecting = /^(?:resolve|connect|proxy|tls)$/.test(phase) ||
    /^(?:name-|connection-refused|network-|host-|tls-)/.test(code);
  if (code === "tls-client-certificate") {
    return found("client-certificate-required", { name: URL.parse(url)?.host ?? url });
  }
  if (from !== undefined && connecting) return found("redirect-target-broken", { from, to: url, reason });
  if ((code === "timeout" || code === "stalled") && bytes > 0) return found("http-head-slow", { url, bytes, ms });
  if (code === "timeout" || code === "stalled") return found("http-stalled", { url });
  if (code.startsWith("http-too-large")) return found("http-head-too-large", { reason });
  if (code.startsWith("http-") || code === "http2-invalid") return found("http-invalid", { reason });
  if (code === "connection-cut" || code === "connection-reset") return found("http-closed", { url });
  return found("http-failed", { reason });
}

function judgeRedirects(hops: readonly Hop[]): Finding[] {
  const redirects = hops.flatMap(({ url, status, location }) =>
    location === undefined ? [] : [{ url, status, location }]
  );
  const [first] = redirects;
  const last = redirects.at(-1);
  if (!first || !last) return [];
  const away = redirects.find(({ url, location }) => hostOf(url) !== hostOf(location));
  const down = redirects.find(({ url, location }) => url.startsWith("https:") && location.startsWith("http:"));
  const list = redirects.map(({ url, status, location }) => `${status} ${url} -> ${location}`);
  return [
    ...(down ? [found("redirect-downgrade", { from: down.url, to: down.location })] : []),
    ...(away ? [found("redirect-to-other-host", { from: hostOf(away.url), to: hostOf(away.location) })] : []),
    found("redirected", { count: redirects.length, to: last.location, list }),
  ];
}

/** A URL that is asked for twice, and does not redirect in circles, needs the cookie that it set. */
function judgeCookies(hops: readonly Hop[]): Finding[] {
  const urls = hops.map(({ url }) => url);
  const twice = urls.find((url, index) => urls.indexOf(url) !== index);
  return twice === undefined ? [] : [found("redirect-needs-cookie", { url: twice })];
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}

function judgeBody({ url, body, fields }: Hop): Finding[] {
  if (!body) return [];
  const { state, bytes, length, ms, notCoded } = body;
  const promised = length === undefined ? "" : `${length}`;
  if (state === "stalled" || state === "slow") {
    // Events come when there are any (WHATWG HTML, server-sent events).
    if (/^text\/event-stream\b/i.test(fields["content-type"] ?? "")) return [];
    if (state === "slow") return [found("body-slow", { url, bytes, length: promised, ms: Math.round(ms) })];
    return [found("body-stalled", { url, bytes, length: promised, after: formatDuration(Math.round(ms)) })];
  }
  if (notCoded !== undefined) return [found("body-not-coded", { url, coding: notCoded })];
  if (state === "cut") return [found("body-cut", { url, bytes, length: promised })];
  return state === "invalid" ? [found("body-invalid", { url, bytes })] : [];
}

/** Codes of statuses that have words of their own. */
const STATUSES = {
  401: "http-login-required",
  403: "http-forbidden",
  404: "http-not-found",
  407: "http-proxy-login",
  410: "http-not-found",
  421: "http-wrong-server",
  429: "http-too-many-requests",
  502: "http-bad-gateway",
  503: "http-unavailable",
  504: "http-bad-gateway",
} as const;

function judgeStatus({ url, status, reason, fields, body }: Hop): Finding {
  const data = { url, status, reason, title: body?.title ?? "", server: fields.server ?? "" };
  if (status < 400) return found("http-ok", data);
  const after = fields["retry-after"] ?? "";
  const known = STATUSES[status as keyof typeof STATUSES];
  if (known === "http-unavailable" || known === "http-too-many-requests") return found(known, { ...data, after });
  return found(known ?? (status >= 500 ? "http-server-error" : "http-status"), data);
}
