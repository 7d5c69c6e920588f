import type { ServerRequest } from "../../http/mod.ts";

/**
 * Returns whether a request comes from a page of this server. Browsers send Origin, which no page can change; a request
 * without it does not come from a browser.
 */
export function isOwnOrigin(request: ServerRequest): boolean {
  const origin = request.headers.get("origin");
  if (origin === undefined) return true;
  return origin.toLowerCase() === `${request.secure ? "https" : "http"}://${request.authority.toLowerCase()}`;
}
