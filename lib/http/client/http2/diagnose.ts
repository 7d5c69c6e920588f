import { Deadline, dial, NetworkError } from "../../../core/mod.ts";
import { isLost } from "../connection.ts";
import { hostPortOf } from "../read_url.ts";
import type { RequestOptions } from "../request_options.ts";
import { notSpoken } from "./failure.ts";

/** Milliseconds that a look at a server may take. */
const LOOK = 5000;

/**
 * What a lost connection was lost over. A server that knows nothing of HTTP/2 and agrees on no protocol in the TLS handshake (RFC 7301)
 * gets a preface that it does not understand, and may end the connection in whatever way: another handshake tells.
 */
export async function diagnose(error: unknown, url: URL, options: RequestOptions): Promise<unknown> {
  if (!isLost(error)) return error;
  if (url.protocol === "http:") {
    const hint = "it may not speak HTTP/2";
    const { message, code, operation, peer, cause } = error;
    return new NetworkError(message, { code, operation, peer, hint, cause });
  }
  const address = hostPortOf(url);
  using deadline = new Deadline({ signal: options.signal, timeout: LOOK }, `look at ${url.host}`);
  try {
    const { tls, family, proxy } = options;
    using connection = await dial(address, { signal: deadline.signal, family, proxy, tls: { ...tls, alpn: ["h2"] } });
    return connection.security?.alpn === "h2" ? error : notSpoken(url.host, error);
  } catch {
    return error;
  }
}
