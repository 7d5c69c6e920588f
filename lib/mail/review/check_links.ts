import {
  concurrently,
  Deadline,
  lookup,
  NegativeError,
  NetworkList,
  ToucanError,
  type WaitOptions,
} from "../../core/mod.ts";
import { ipVersion } from "../../core/address/ip.ts";
import type { LinkOutcome } from "./types.ts";

/** Only link checks load it. */
const loadHttp = () => import("../../http/internal.ts");

/** Options of {@link checkLinks}; `timeout` is in milliseconds, for each link, 10000 unless given. */
export interface LinkCheckOptions extends WaitOptions {
  /**
   * Networks that are not connected to: addresses, networks such as `10.0.0.0/8`, `loopback`, `private`.
   *
   * @default {this machine, private networks, and what may lead to them: what listens there may trust this machine}
   */
  readonly refuse?: readonly string[];
  /**
   * Number of links to check; the others are left out.
   *
   * @default {100}
   */
  readonly maxLinks?: number;
  /**
   * Number of redirects to follow for each link.
   *
   * @default {5}
   */
  readonly maxRedirects?: number;
  /**
   * Returns the addresses of a host.
   *
   * @default {asks the system}
   */
  readonly addressesOf?: (host: string, options: WaitOptions) => Promise<readonly string[]>;
}

const TIMEOUT_MS = 10_000;
const MAX_LINKS = 100;
const MAX_REDIRECTS = 5;
const CONCURRENT_COUNT = 4;
/** Statuses that servers without HEAD answer it with. */
const NO_HEAD: ReadonlySet<number> = new Set([403, 404, 405, 501]);
const INSIDE = [
  ...["private", "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"],
  // Forms of IPv6 with an IPv4 address in them may lead back inside.
  ...["::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "fec0::/10", "ff00::/8"],
];

/**
 * Requests links, by HEAD and where that fails by GET, whose body is not read; four at once. Redirects are followed. A host at this
 * machine or a private network is not connected to: each address is checked after the lookup, also after a redirect.
 *
 * Permissions: `--allow-net`.
 *
 * @param urls The URLs, http and https.
 * @returns The outcomes, in order.
 * @throws {UsageError} `invalid-network`.
 * @throws {DOMException} The reason of the signal.
 * @example Leave private addresses alone
 * ```ts
 * import { checkLinks } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [outcome] = await checkLinks(["http://127.0.0.1/"]);
 * assertEquals([outcome?.ok, outcome?.error?.code], [false, "private-address"]);
 * ```
 */
export function checkLinks(urls: readonly string[], options?: LinkCheckOptions): Promise<LinkOutcome[]>;
export async function checkLinks(urls: readonly string[], options: LinkCheckOptions = {}): Promise<LinkOutcome[]> {
  const { maxLinks = MAX_LINKS, refuse = INSIDE } = options;
  const refused = new NetworkList(refuse);
  const checked = concurrently(urls.slice(0, maxLinks), CONCURRENT_COUNT, (url) => checkLink(url, refused, options), {
    ahead: CONCURRENT_COUNT,
  });
  return await Array.fromAsync(checked);
}

async function checkLink(url: string, refused: NetworkList, options: LinkCheckOptions): Promise<LinkOutcome> {
  const { signal, timeout = TIMEOUT_MS, maxRedirects = MAX_REDIRECTS } = options;
  using deadline = new Deadline({ signal, timeout }, `request ${url}`);
  let target = url;
  try {
    for (let redirects = 0;; redirects++) {
      const { status, location } = await ask(target, refused, options, deadline);
      const next = location === undefined ? null : URL.parse(location, target);
      const moved = target === url ? undefined : target;
      if (status < 300 || status > 399 || !next) {
        return { url, ok: status < 400, status, ...(moved !== undefined && { location: moved }) };
      }
      if (redirects >= maxRedirects) throw refusal("too-many-redirects", `more than ${maxRedirects} redirects`);
      next.hash = "";
      target = next.href;
    }
  } catch (error) {
    signal?.throwIfAborted();
    const reason = deadline.signal.aborted ? deadline.signal.reason : error;
    const { code, message } = reason instanceof ToucanError ? reason : refusal("failed", "the request failed");
    return { url, ok: false, ...(target !== url && { location: target }), error: { code, message } };
  }
}

async function ask(url: string, refused: NetworkList, options: LinkCheckOptions, deadline: Deadline) {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") {
    throw refusal("unsupported-scheme", `not http or https: ${protocol}`);
  }
  const host = hostname.replace(/^\[|\]$/g, "");
  const { signal } = deadline;
  const find = options.addressesOf ?? addressesOf;
  const addresses = ipVersion(host) ? [host] : await deadline.race(find(host, { signal }));
  // All of them: which one is connected to, the network decides.
  if (addresses.length === 0 || addresses.some((address) => refused.has(address))) {
    throw refusal("private-address", `${host} is at this machine or in a private network`);
  }
  const { request } = await loadHttp();
  const rule = { host, port: Number(port) || (protocol === "https:" ? 443 : 80), addresses };
  const headers = { "User-Agent": "toucan-link-check", "Accept": "*/*" };
  const one = async (method: "HEAD" | "GET") => {
    using response = await request(url, { method, headers, signal, resolve: ipVersion(host) ? undefined : [rule] });
    return { status: response.status, location: response.headers.get("location") ?? undefined };
  };
  const first = await one("HEAD");
  return NO_HEAD.has(first.status) ? await one("GET") : first;
}

async function addressesOf(host: string, options: WaitOptions): Promise<string[]> {
  return (await lookup(host, options)).map(({ address }) => address);
}

function refusal(code: string, message: string): ToucanError {
  return new NegativeError(message, { code });
}
