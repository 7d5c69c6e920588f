import { Deadline, dial, NetworkError } from "../../../core/mod.ts";
import { isLost } from "../connection.ts";
import { hostPortOf } from "../read_url.ts";
import type { RequestOptions } from "../request_options.ts";
import { notSpoken } from "./failure.ts";

/** Milliseconds that a look at a server may take. */
const LOOK = 5000;

/**
 * Finds the reason of a lost connection. A server without HTTP/2 that negotiates no protocol in the TLS handshake (RFC
 * 7301) receives a preface that it cannot parse, and may close the connection in any way: another handshake shows that.
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
