import { type Proxy, proxyFromEnvironment, UsageError } from "../../core/mod.ts";
import { hostPortOf } from "./read_url.ts";

/** Which variables name the proxy for a scheme. HTTP_PROXY in capitals is not among them: a CGI server sets it from a field of the request. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  "http:": ["http_proxy"],
  "https:": ["https_proxy", "HTTPS_PROXY"],
};

/** The variables for every scheme. */
const FOR_ALL: readonly string[] = ["all_proxy", "ALL_PROXY"];
const ACCEPTED = "it has to be [http://|https://|socks5://|socks5h://][USER:PASSWORD@]HOST[:PORT]";

/**
 * Returns the proxy that the environment sets for a URL, by the variables that curl reads; undefined for none.
 *
 * @param url The URL.
 * @param get Returns the value of an environment variable.
 * @returns The proxy.
 * @throws {UsageError} `invalid-proxy` when the variable holds none; the message names the variable, whose value may
 * hold a password.
 * @example Choose a proxy
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
  const names = [...VARIABLES[url.protocol] ?? [], ...FOR_ALL];
  const chosen = names.find((name) => get(name));
  if (chosen === undefined) return undefined;
  const { host, port } = hostPortOf(url);
  try {
    return proxyFromEnvironment(host, (name) => get(FOR_ALL.includes(name) ? chosen : name), port);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`invalid proxy in the variable ${chosen}: ${ACCEPTED}`, {
      code: "invalid-proxy",
      cause: error,
    });
  }
}
