import type { ServerRequest } from "../../http/mod.ts";

/**
 * Whether a request may be meant for a server on this machine: its Host is an address, `localhost`, or a name that the server
 * was told it has. Any other name could be one that somebody else has pointed here (DNS rebinding).
 */
export function isOwnHost(request: ServerRequest, names: readonly string[] = []): boolean {
  const host = hostOf(request.authority);
  if (host === undefined) return false;
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.startsWith("[") || host === "localhost" ||
    host.endsWith(".localhost") || names.some((name) => name.toLowerCase() === host);
}

/**
 * Whether a request comes from a page of this server itself. A browser says so in Origin, which no page can change; who
 * gives none is no browser.
 */
export function isOwnOrigin(request: ServerRequest): boolean {
  const origin = request.headers.get("origin");
  if (origin === undefined) return true;
  return origin.toLowerCase() === `${request.secure ? "https" : "http"}://${request.authority.toLowerCase()}`;
}

function hostOf(authority: string): string | undefined {
  try {
    return new URL(`http://${authority}/`).hostname;
  } catch {
    return undefined;
  }
}
