import { formatAddress, type Proxy, readVariable, SystemError } from "../../../core/mod.ts";
import { RESPONSE_LIMITS } from "../../codec/limits.ts";
import type { RequestOptions } from "../request_options.ts";

/** A client of `fetch`, with its connections. */
export interface Http2Client {
  /** The client. */
  readonly client: Deno.HttpClient;
  /** Releases it; one whose connections may be dead is not used again. */
  release(sound: boolean): void;
}

/** Variables in which `fetch` looks for proxies by itself. */
const VARIABLES = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
/** A local address that only reaches addresses of the family. */
const ANY_ADDRESS = { 4: "0.0.0.0", 6: "::" } as const;

/** The client for these options: the pool's, or one for a single request. */
export function takeClient(options: RequestOptions): Http2Client {
  const { pool, family, proxy, tls, limits } = options;
  const key = JSON.stringify([tls?.caCerts ?? null, proxy ?? null, family ?? 0, limits?.head ?? 0]);
  const kept = pool?.client(key, () => makeClient(options));
  const client = kept ?? makeClient(options);
  return { client, release: (sound) => !kept ? client.close() : sound ? undefined : pool?.drop(key, client) };
}

function makeClient({ family, proxy, tls, limits }: RequestOptions): Deno.HttpClient {
  return withoutProxyVariables(() =>
    Deno.createHttpClient({
      http1: false,
      http2: true,
      caCerts: tls?.caCerts && [...tls.caCerts],
      proxy: proxy && proxyForFetch(proxy),
      // With a proxy the proxy chooses the address family, as it does without HTTP/2.
      localAddress: family && !proxy ? ANY_ADDRESS[family] : undefined,
      http2MaxHeaderListSize: limits?.head ?? RESPONSE_LIMITS.head,
    })
  );
}

function proxyForFetch({ scheme, address, user, password = "" }: Proxy): Deno.Proxy {
  return {
    transport: scheme === "http" ? "http" : "socks5",
    url: `${scheme}://${formatAddress(address)}`,
    basicAuth: user === undefined ? undefined : { username: user, password },
  };
}

/**
 * Creates a client without the proxy variables: it would use the proxies of the environment, and NO_PROXY would override
 * the given one.
 */
function withoutProxyVariables<T>(make: () => T): T {
  for (const variable of VARIABLES) {
    if (Deno.permissions.querySync({ name: "env", variable }).state === "granted") continue;
    throw new SystemError("cannot speak HTTP/2: the env permission is missing, so fetch could take any proxy", {
      code: "permission-missing",
      operation: "connect",
      hint: `this run lacks --allow-env=${VARIABLES.join(",")}`,
    });
  }
  const values = new Map(VARIABLES.map((name) => [name, readVariable(name)]));
  try {
    for (const [name, value] of values) if (value !== undefined) Deno.env.delete(name);
    return make();
  } finally {
    for (const [name, value] of values) if (value !== undefined) Deno.env.set(name, value);
  }
}
