import { follow } from "../../../http/mod.ts";
import { refused } from "./listing.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/** Answers of servers to which a PUT makes no folder. */
const NOT_BY_PUT = new Set([400, 405, 409, 501]);

/**
 * Makes a folder on a server: by PUT of a path that ends with a slash, which a Toucan file server accepts, or else by MKCOL
 * (RFC 4918), where 405 means that it is there.
 *
 * @throws {NegativeError} `http-status`
 */
export async function makeRemoteFolder(url: URL, options: RemoteOptions): Promise<void> {
  using response = await follow(url, { ...options, method: "PUT" });
  if (response.status < 300) return void await response.body.bytes(4096);
  if (NOT_BY_PUT.has(response.status)) {
    using made = await follow(url, { ...options, method: "MKCOL" });
    if (made.status < 300 || (made.status === 405 && response.status !== 405)) return void await made.body.bytes(4096);
  }
  throw await refused(response);
}
