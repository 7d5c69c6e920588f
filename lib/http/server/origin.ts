import type { ServerRequest } from "./types.ts";

/** Options of {@link isForeign}. */
export interface OriginOptions {
  /**
   * Whether the scheme of the page may differ: behind a proxy that terminates TLS and is not trusted, the request arrives without
   * it. @default false
   */
  readonly anyScheme?: boolean;
}

/**
 * Returns whether a page of another origin made a request (cross-site request forgery): by Sec-Fetch-Site, which no page can
 * set, and which browsers send to HTTPS and to this machine, otherwise by Origin. Programs send neither field.
 */
export function isForeign(
  { headers, authority, secure }: Pick<ServerRequest, "headers" | "authority" | "secure">,
  options: OriginOptions = {},
): boolean {
  const site = headers.get("sec-fetch-site");
  // A proxy that changes Host makes an own Origin look foreign.
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  if (origin === undefined) return false;
  // "null" is that of a sandboxed frame.
  const page = /^https?:\/\/[^/]+$/i.test(origin) ? URL.parse(origin) : null;
  const scheme = options.anyScheme && page ? page.protocol : secure ? "https:" : "http:";
  // Case and the default port make no difference.
  return page === null || page.origin !== URL.parse(`${scheme}//${authority}`)?.origin;
}
