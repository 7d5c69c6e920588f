import type { ServerRequest } from "../../http/mod.ts";

/**
 * Whether a request comes from a page of this server itself. A browser says so in Origin, which no page can change; who
 * gives none is no browser.
 */
export function isOwnOrigin(request: ServerRequest): boolean {
  const origin = request.headers.get("origin");
  if (origin === undefined) return true;
  return origin.toLowerCase() === `${request.secure ? "https" : "http"}://${request.authority.toLowerCase()}`;
}
