import { type Proxy, proxyFromEnvironment } from "../../core/mod.ts";
import { hostPortOf } from "./read_url.ts";

/** Which variables name the proxy for a scheme. HTTP_PROXY in capitals is not among them: a CGI server sets it from a field of the request. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  "http:": ["http_proxy"],
  "https:": ["https_proxy", "HTTPS_PROXY"],
};

/**
 * The proxy that the environment names for a URL: the variable of its scheme, else `ALL_PROXY`, unless `NO_PROXY` lists
 * the host. A value without a scheme is an HTTP proxy, as in other tools.
 *
 * @throws {UsageError} When the variable holds no proxy.
 * @example
 * ```ts
 * import { proxyForUrl } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const environment: Record<string, string> = { https_proxy: "http://proxy.test:3128", NO_PROXY: "example.org" };
 * const proxy = (url: string) => proxyForUrl(new URL(url), (name) => environment[name])?.address.host;
 * assertEquals(proxy("https://example.com/"), "proxy.test");
 * assertEquals([proxy("https://www.example.org/"), proxy("http://example.com/")], [undefined, undefined]);
 * ```
 */
export function proxyForUrl(url: URL, get: (name: string) => string | undefined): Proxy | undefined {
  const value = VARIABLES[url.protocol]?.map(get).find((value) => value);
  const { host, port } = hostPortOf(url);
  return proxyFromEnvironment(host, (name) => value && name.toLowerCase() === "all_proxy" ? value : get(name), port);
}
