import { openRemote } from "./open_remote.ts";
import { listAll } from "./parts.ts";
import type { RemoteListing } from "./remote_entry.ts";
import type { RemoteOptions } from "./remote_options.ts";

/**
 * Lists a folder of a Toucan file server, or a file as the only entry; with `digest` also the SHA-256 of files, but of
 * those larger than 256 MiB in a folder. For a large folder the server responds in several parts, each within `timeout`.
 * Names are untrusted text.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @param url The folder or file on the server.
 * @returns The entries in the server's order.
 * @throws {NegativeError} `http-status` for a status of 400 and above, `not-a-listing` for other content.
 * @throws {NetworkError} What {@link follow} throws.
 * @example List a folder
 * ```ts
 * import { list, serveFiles } from "../../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.txt`, "hello");
 * await using server = serveFiles(folder, "127.0.0.1:0");
 * const { entries } = await list(server.url);
 * assertEquals(entries.map(({ name, type, size }) => [name, type, size]), [["a.txt", "file", 5]]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function list(
  url: string | URL,
  options?: RemoteOptions & { readonly digest?: boolean },
): Promise<RemoteListing>;
export async function list(
  url: string | URL,
  { digest, ...options }: RemoteOptions & { readonly digest?: boolean } = {},
): Promise<RemoteListing> {
  await using remote = await openRemote(url, options);
  return await listAll(remote, [], { digest, each: digest });
}
