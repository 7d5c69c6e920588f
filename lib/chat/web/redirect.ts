import { type Handler, HostNames } from "../../http/internal.ts";

/** Redirects to the same path over TLS, unless a trusted proxy has done that. */
export function redirecting(handler: Handler, names: readonly string[] = []): Handler {
  const hosts = new HostNames(names);
  return (request) => {
    if (request.secure) return handler(request);
    const { authority, target, method } = request;
    const headers = { "Content-Type": "text/plain; charset=utf-8" };
    if (authority === "" || !hosts.allows(authority)) return { status: 421, headers, body: "host name not allowed\n" };
    if (!target.startsWith("/") || method !== "GET" && method !== "HEAD") {
      return { status: 403, headers, body: "TLS is required\n" };
    }
    return { status: 308, headers: { ...headers, Location: `https://${authority}${target}` }, body: "" };
  };
}
