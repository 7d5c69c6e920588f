import { kind } from "./finding.ts";
import { HTTP_STATUS_FINDINGS } from "./http_status.ts";
import { HTTP_FIELD_FINDINGS } from "./http_fields.ts";
import { WEBSOCKET_FINDINGS } from "./websocket.ts";

/** URLs on the way of redirects. */
interface Loop {
  readonly urls: readonly string[];
}

/** Whether an https URL redirects to exactly itself, as no server does that knows that the request came by https. */
function isToItself([first, second]: readonly string[]): boolean {
  return first !== undefined && first.startsWith("https:") && first === second;
}

/** Findings about HTTP. */
export const HTTP_FINDINGS = {
  ...HTTP_STATUS_FINDINGS,
  "http-on-tls-port": kind<{ port: number }>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the port speaks HTTPS, and the URL is for http",
    says: ({ port }) => `port ${port} speaks HTTPS, not plain HTTP`,
  }),
  "http-not-spoken": kind<{ port: number; said: string; protocol: string }>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the port answers, but not with HTTP",
    says: ({ port, protocol }) => `port ${port} does not speak HTTP${protocol === "" ? "" : `; it speaks ${protocol}`}`,
    evidence: ({ said }) => said === "" ? [] : [`first line of the server: ${said}`],
  }),
  "http2-only": kind({
    layer: "application",
    mark: "note",
    means: "the server speaks HTTP/2 alone, which needs a permission that is missing: no page was requested",
    says: () => "the server speaks HTTP/2 alone, and no page could be requested that way",
  }),
  "http-stalled": kind<{ url: string }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "the server accepts the request and does not answer",
    says: ({ url }) => `the server accepts the request for ${url} and does not answer it`,
  }),
  "http-head-slow": kind<{ url: string; bytes: number; ms: number }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "the head of the answer comes so slowly that it was not complete in time",
    says: ({ bytes, ms }) =>
      `the server answers too slowly: ${bytes} byte${bytes === 1 ? "" : "s"} of the header came in ${ms} ms`,
    evidence: ({ url }) => [`URL: ${url}`],
  }),
  "http-closed": kind<{ url: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server closes the connection instead of answering",
    says: ({ url }) => `the server closes the connection instead of answering the request for ${url}`,
  }),
  "http-invalid": kind<{ reason: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the answer is not HTTP/1.1",
    says: ({ reason }) => `the answer is not valid HTTP: ${reason}`,
  }),
  "http-head-too-large": kind<{ reason: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the header of the answer is larger than clients accept",
    says: ({ reason }) => `the header of the answer is larger than clients accept: ${reason}`,
  }),
  "http-failed": kind<{ reason: string }>({
    layer: "application",
    mark: "fault",
    blame: "network",
    means: "the request failed for another reason",
    says: ({ reason }) => `the request failed: ${reason}`,
  }),
  "body-stalled": kind<{ url: string; bytes: number; length: string; after: string }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "the body of the answer stops coming",
    says: ({ bytes, length }) =>
      `the answer stops after ${bytes}${length === "" ? "" : ` of ${length}`} bytes: the server hangs while it sends`,
    evidence: ({ url }) => [`URL: ${url}`],
  }),
  "body-slow": kind<{ url: string; bytes: number; length: string; ms: number }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the body of the answer comes so slowly that its begin was not there in time",
    says: ({ bytes, length, ms }) =>
      `the answer comes very slowly: ${bytes}${length === "" ? "" : ` of ${length}`} bytes in ${ms} ms`,
    evidence: ({ url }) => [`URL: ${url}`],
  }),
  "body-not-coded": kind<{ url: string; coding: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the body is not compressed, against its Content-Encoding: browsers show an error instead of the page",
    says: ({ coding }) =>
      `the body is not compressed, against its Content-Encoding (${coding}): browsers show an error instead of the page`,
    evidence: ({ url }) => [`URL: ${url}`],
  }),
  "body-cut": kind<{ url: string; bytes: number; length: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the connection ends before the body does",
    says: ({ bytes, length }) =>
      `the answer is cut after ${bytes}${
        length === "" ? "" : ` of ${length}`
      } bytes: the server, or a proxy, closes too early`,
    evidence: ({ url }) => [`URL: ${url}`],
  }),
  "body-invalid": kind<{ url: string; bytes: number }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the chunks of the body are invalid",
    says: ({ bytes }) => `the body of the answer is invalid after ${bytes} bytes: its chunks cannot be read`,
    evidence: ({ url }) => [`URL: ${url}`],
  }),
  "redirected": kind<{ count: number; to: string; list: readonly string[] }>({
    layer: "application",
    mark: "good",
    means: "the server redirects",
    says: ({ count, to }) => `${count} redirect${count === 1 ? "" : "s"}, to ${to}`,
    evidence: ({ list }) => list,
  }),
  "redirect-to-other-host": kind<{ from: string; to: string }>({
    layer: "application",
    mark: "note",
    means: "a redirect leads to another host",
    says: ({ from, to }) => `the server redirects from ${from} to another host, ${to}`,
  }),
  "redirect-needs-cookie": kind<{ url: string }>({
    layer: "application",
    mark: "note",
    means: "a URL sets a cookie and redirects back to itself: clients without cookies are redirected without end",
    says: ({ url }) =>
      `${url} sets a cookie and redirects until it is returned: a client without cookies is redirected without end`,
  }),
  "redirect-downgrade": kind<{ from: string; to: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "a redirect leads from https to http",
    says: ({ from, to }) => `the server redirects from https to plain http: ${from} to ${to}`,
  }),
  "redirect-loop": kind<Loop>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "redirects lead back to a URL that redirects",
    says: ({ urls }) =>
      `the redirects never end: ${urls[0] ?? ""} leads back to itself${
        isToItself(urls)
          ? ": mostly a proxy in front does TLS, and the server behind takes every request for plain http"
          : ""
      }`,
    evidence: ({ urls }) => urls,
  }),
  "redirect-scheme-loop": kind<Loop>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means:
      "redirects lead from http to https and back, often because a proxy in front does TLS and the server does not know",
    says: () =>
      "http redirects to https, and https back to http: mostly a proxy in front does TLS, and the server behind takes every request for plain http",
    evidence: ({ urls }) => urls,
  }),
  "too-many-redirects": kind<{ count: number; urls: readonly string[] }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "more redirects than clients follow",
    says: ({ count }) => `the redirects do not end: ${count} were followed`,
    evidence: ({ urls }) => [...urls, "…"],
  }),
  "redirect-invalid": kind<{ from: string; to: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "a redirect leads to something other than an http URL",
    says: ({ from, to }) => `${from} redirects to "${to}", which is not an http URL`,
  }),
  "redirect-target-broken": kind<{ from: string; to: string; reason: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "a redirect leads to a server that cannot be reached, or is not trusted",
    says: ({ from, to }) => `${from} redirects to ${to}, which cannot be reached`,
    evidence: ({ reason }) => [reason],
  }),
  ...HTTP_FIELD_FINDINGS,
  ...WEBSOCKET_FINDINGS,
};
