import { kind } from "./finding.ts";

/** Findings about fields of an answer, and about what a server accepts. */
export const HTTP_FIELD_FINDINGS = {
  "clock-differs": kind<{ minutes: number; side: string }>({
    layer: "application",
    mark: "warning",
    means: "the clocks of the server and of this machine differ by more than 5 minutes",
    says: ({ minutes, side }) => `the clock of the server is ${duration(minutes)} ${side} that of this machine`,
  }),
  "http2-offered": kind({
    layer: "application",
    mark: "good",
    means: "the server speaks HTTP/2",
    says: () => "the server speaks HTTP/2",
  }),
  "http3-offered": kind<{ at: string }>({
    layer: "application",
    mark: "good",
    means: "the server offers HTTP/3",
    says: ({ at }) => `the server offers HTTP/3 at ${at}`,
  }),
  "http-compressed": kind<{ encoding: string }>({
    layer: "application",
    mark: "good",
    means: "the page is compressed",
    says: ({ encoding }) => `the page is compressed with ${encoding}`,
  }),
  "http-not-compressed": kind<{ bytes: number }>({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "a page of text is sent without compression",
    says: ({ bytes }) => `the page is sent without compression, ${bytes} bytes or more`,
  }),
  "http-not-cacheable": kind({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "the answer has nothing that a cache could use: no Cache-Control, ETag or Last-Modified",
    says: () => "nothing in the answer lets a cache use it again: no Cache-Control, ETag or Last-Modified",
  }),
  "hsts-set": kind<{ days: number }>({
    layer: "application",
    mark: "good",
    means: "HSTS is set for half a year or longer",
    says: ({ days }) => `HSTS is set for ${days} days`,
  }),
  "hsts-short": kind<{ days: number }>({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "HSTS is set for less than half a year",
    says: ({ days }) => `HSTS is set for only ${days} days`,
  }),
  "hsts-missing": kind({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "HSTS is not set: a first visit over http can be redirected by an attacker",
    says: () => "HSTS is not set (Strict-Transport-Security)",
  }),
  "security-fields-missing": kind<{ missing: readonly string[] }>({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "a page lacks fields that restrict its sources, its type, and the pages that may frame it",
    says: ({ missing }) => `the page does not set ${missing.join(", ")}`,
  }),
  "http-host-not-required": kind<{ status: number }>({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "the server answers HTTP/1.1 requests without Host, which RFC 9112 tells to reject",
    says: ({ status }) => `a request without Host is answered with ${status} instead of 400`,
  }),
};

function duration(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}
