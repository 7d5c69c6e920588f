import { type Proxy, proxyFromEnvironment } from "../../core/mod.ts";

/**
 * The proxy that the environment names for a URL: `HTTP_PROXY` or `HTTPS_PROXY` by its scheme, else `ALL_PROXY`, unless
 * `NO_PROXY` lists the host; lower-case names go first, and a value without a scheme is an HTTP proxy, as in other tools.
 *
 * @throws {UsageError} When the variable holds no proxy.
 * @example
 * ```ts
 * import { webProxy } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const env: Record<string, string> = { https_proxy: "proxy.test:3128", NO_PROXY: "inside.test" };
 * assertEquals(webProxy(new URL("https://example.com/"), (name) => env[name])?.address.host, "proxy.test");
 * assertEquals(webProxy(new URL("https://www.inside.test/"), (name) => env[name]), undefined);
 * ```
 */
export function webProxy(url: URL, get: (name: string) => string | undefined): Proxy | undefined {
  const own = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  const value = get(own) || get(own.toUpperCase()) || get("all_proxy") || get("ALL_PROXY");
  if (!value) return undefined;
  const proxy = /^[a-z0-9+]+:\/\//i.test(value) ? value : `http://${value}`;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return proxyFromEnvironment(host, (name) => /^all_proxy$/i.test(name) ? proxy : get(name));
}
