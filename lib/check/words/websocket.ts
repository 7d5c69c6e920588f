import { kind } from "./finding.ts";

/** Findings about WebSocket (RFC 6455). */
export const WEBSOCKET_FINDINGS = {
  "websocket-open": kind<{ url: string; ms: number; protocol: string }>({
    layer: "application",
    mark: "good",
    means: "the server accepts the upgrade to WebSocket",
    says: ({ ms, protocol }) =>
      `the server accepts the upgrade to WebSocket in ${ms} ms${protocol === "" ? "" : `; subprotocol ${protocol}`}`,
  }),
  "websocket-closed": kind({
    layer: "application",
    mark: "good",
    means: "the server answers the closing handshake",
    says: () => "the server answers the closing handshake",
  }),
  "websocket-not-closed": kind({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "the server does not answer the closing handshake",
    says: () => "the server does not answer the closing handshake (RFC 6455 §7)",
  }),
  "websocket-refused": kind<{ status: number; reason: string; url: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server answers the upgrade to WebSocket with an error",
    says: ({ status, reason, url }) =>
      status === 401 || status === 403
        ? `the server refuses the WebSocket ${url} without a login, or from this origin (status ${status} ${reason})`
        : status === 404
        ? `the server works, but has no WebSocket ${url} (status 404): check the path`
        : `the server refuses the WebSocket ${url}: status ${status} ${reason}`,
  }),
  "websocket-ignored": kind<{ status: number; url: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the request to upgrade is answered like one for a page; often a proxy in front does not pass Upgrade on",
    says: ({ status, url }) =>
      `the request to upgrade ${url} is answered like one for a page (status ${status}): a proxy in front may not pass on Upgrade`,
  }),
  "websocket-redirected": kind<{ status: number; to: string }>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the request to upgrade is redirected, which WebSocket clients do not follow",
    says: ({ status, to }) => `the WebSocket is redirected to ${to} (status ${status}), which clients do not follow`,
  }),
  "websocket-wrong-key": kind<{ url: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server accepts the upgrade without proof that it speaks WebSocket",
    says: () => "the answer to the upgrade does not have the right Sec-WebSocket-Accept: clients close the connection",
  }),
  "websocket-failed": kind<{ reason: string; url: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the request to upgrade is not answered with HTTP",
    says: ({ reason }) => `the request to upgrade failed: ${reason}`,
  }),
  "websocket-stalled": kind<{ url: string }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "the request to upgrade is not answered",
    says: ({ url }) => `the server accepts the request to upgrade ${url} and does not answer it`,
  }),
};
