import { NegativeError } from "../../../core/mod.ts";
import { encodePath } from "../../codec/path.ts";
import { below } from "../remote/urls.ts";
import { listParts } from "./listing.ts";
import { joinParts } from "../remote/parts.ts";
import type { RemoteAnchor, RemoteListing } from "../remote/remote_entry.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/** Returns the folder of these names, or the closest one above it that exists; undefined where the server gives no listings. */
export async function findAnchor(
  url: URL,
  names: readonly string[],
  listing: RemoteListing | undefined,
  options: RemoteOptions,
): Promise<RemoteAnchor | undefined> {
  for (let depth = names.length; depth >= 0; depth--) {
    const there = depth === names.length ? listing : await listAt(url, names.slice(0, depth), options);
    if (there === "foreign") return undefined;
    if (there) return { listing: there, rest: names.slice(depth) };
  }
  return undefined;
}

async function listAt(url: URL, names: readonly string[], options: RemoteOptions) {
  try {
    return await joinParts(listParts(below(new URL("/", url), encodePath(names, true)), options));
  } catch (error) {
    if (!(error instanceof NegativeError)) throw error;
    return error.code === "not-a-listing" ? "foreign" : undefined;
  }
}
