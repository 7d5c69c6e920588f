import type { HostNames, ServerRequest } from "../../http/internal.ts";
import { parseAddress } from "../../core/mod.ts";

/**
 * Whether a request may be one of the inbox's own page, or of somebody at this machine. A page from elsewhere cannot
 * reach it under a name of its own (DNS rebinding: the Host is checked), nor send requests for the user (the Origin is).
 */
export function mayAsk(request: ServerRequest, hosts: ReadonlySet<string>, names?: HostNames): boolean {
  const { headers, authority } = request;
  if (!hosts.has(hostOf(authority)) && (authority === "" || names?.allows(authority) !== true)) return false;
  const origin = headers.get("origin");
  if (origin !== undefined && origin !== `${request.secure ? "https" : "http"}://${authority}`) return false;
  const site = headers.get("sec-fetch-site");
  return site === undefined || site === "same-origin" || site === "none";
}

function hostOf(authority: string): string {
  try {
    const address = parseAddress(authority, { port: 80 });
    return address.transport === "ip" ? address.host.toLowerCase() : "";
  } catch {
    return "";
  }
}
