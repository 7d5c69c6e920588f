import { NetworkError, proxyStatus } from "../../core/mod.ts";
import { reasonOf } from "../codec/status.ts";
import type { HttpResponse } from "./response.ts";

/** Statuses with which proxies answer instead of a server that they could not or would not reach; 500 where they name themselves. */
const OF_PROXIES = new Set([401, 403, 407, 500, 502, 503, 504]);
/** Proxies that name themselves as the server where an answer is their own. */
const SERVERS = /\b(?:squid|tinyproxy|privoxy|polipo|mitmproxy|blue\s?coat|proxysg|zscaler|forefront|ats)\b/i;

/**
 * Returns the error for an answer that is an HTTP proxy's own, in place of the server's: 407 always; 401, 403 and 500 to 504 where
 * the proxy says so (RFC 9209, RFC 9110 §11.7), or the answer has no field of a server, and none that a proxy has to add to what it passes on
 * (Via, RFC 9110 §7.6.3). Undefined for any other.
 */
export function proxyFailure(response: HttpResponse): NetworkError | undefined {
  const { proxy, status, reason, url } = response;
  if (proxy === undefined || !OF_PROXIES.has(status) || !isOwn(response)) return undefined;
  const { code, message } = proxyStatus(status, reason || reasonOf(status));
  return new NetworkError(`cannot get a response from ${url.host}: the proxy ${proxy} reports: ${message}`, {
    code,
    operation: "get",
    peer: url.host,
  });
}

function isOwn({ status, headers }: HttpResponse): boolean {
  if (status === 407 || headers.has("proxy-authenticate") || headers.has("x-squid-error")) return true;
  if (/;\s*error=/i.test(headers.get("proxy-status") ?? "")) return true;
  const server = headers.get("server");
  if (server !== undefined) return SERVERS.test(server);
  return status !== 500 && !headers.has("via") && !headers.has("www-authenticate");
}
