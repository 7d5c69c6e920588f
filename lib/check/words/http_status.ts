import { kind } from "./finding.ts";

/** Answer with a status. */
interface Answer {
  readonly url: string;
  readonly status: number;
  readonly reason: string;
  readonly title: string;
  readonly server: string;
}

/** Answer that may say when to come back. */
interface Later extends Answer {
  readonly after: string;
}

/** Findings about the status of an answer. */
export const HTTP_STATUS_FINDINGS = {
  "http-ok": kind<Answer>({
    layer: "application",
    mark: "good",
    means: "the server answered with a status below 400",
    says: ({ status, reason }) => `status ${status} ${reason}`,
    evidence: ({ server }) => server === "" ? [] : [`server: ${server}`],
  }),
  "http-login-required": kind<Answer>({
    layer: "application",
    mark: "note",
    who: "you",
    means: "the server works, and asks for a login",
    says: ({ status }) => `the server works, and asks for a login (status ${status})`,
  }),
  "http-forbidden": kind<Answer>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server understands the request, and refuses it",
    says: ({ url }) =>
      `the server refuses access to ${url} (status 403): its rules, rights of its files, or a firewall in front`,
    evidence,
  }),
  "http-not-found": kind<Answer>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the server works, and has no such page",
    says: ({ url, status }) => `the server works, but has no page ${url} (status ${status}): check the path`,
    evidence,
  }),
  "http-proxy-login": kind<Answer>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "a proxy asks for a login",
    says: () => "a proxy on the way asks for a login (status 407)",
    evidence,
  }),
  "http-wrong-server": kind<Answer>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server is not configured for this host",
    says: ({ url }) => `the server is not configured for the host of ${url} (status 421)`,
    evidence,
  }),
  "http-too-many-requests": kind<Later>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the server limits requests, and refuses more",
    says: ({ after }) => `the server refuses more requests for now (status 429)${again(after)}`,
    evidence,
  }),
  "http-bad-gateway": kind<Answer>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server in front works, and does not get an answer from the one behind it",
    says: ({ status }) =>
      `the server in front works, but ${
        status === 504 ? "the one behind it does not answer in time" : "cannot use the one behind it"
      } (status ${status})`,
    evidence,
  }),
  "http-unavailable": kind<Later>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server is overloaded or under maintenance, by its own account",
    says: ({ after }) =>
      `the server is overloaded or under maintenance, by its own account (status 503)${again(after)}`,
    evidence,
  }),
  "http-server-error": kind<Answer>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the program of the server failed",
    says: ({ status, reason, url }) => `the server fails on ${url}: status ${status} ${reason}; its own log tells why`,
    evidence,
  }),
  "http-status": kind<Answer>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the server rejects the request with another status of 400 or more",
    says: ({ status, reason, url }) => `the server rejects the request for ${url}: status ${status} ${reason}`,
    evidence,
  }),
};

function evidence({ title, server }: Answer): string[] {
  return [...(title === "" ? [] : [`title of the page: ${title}`]), ...(server === "" ? [] : [`server: ${server}`])];
}

function again(after: string): string {
  if (after === "") return "";
  return /^\d+$/.test(after) ? `; try again in ${after} seconds` : `; try again after ${after}`;
}
