import { NetworkError } from "../../../core/mod.ts";
import { follow, type HttpResponse } from "../../../http/mod.ts";
import { differs, sizeDiffers } from "../remote/differs.ts";
import type { TreeEntry } from "../report.ts";
import type { RemoteOptions } from "../remote/remote_options.ts";

/** A file that was uploaded. */
export interface SentFile {
  /** Where to. */
  readonly url: URL;
  /** Name for error messages. */
  readonly name: string;
  /** Its bytes. */
  readonly size: number;
  /** The SHA-256 of what was read. */
  readonly digest?: Uint8Array<ArrayBuffer>;
}

/**
 * Compares what a server has stored with what was sent: by the SHA-256 in its answer (RFC 9530), or where it gives none
 * by the size that it gives for the file.
 *
 * @throws {NetworkError} `digest-mismatch`, `size-mismatch`, `not-stored`.
 */
export async function verifyPut(
  { headers }: HttpResponse,
  { url, name, size, digest }: SentFile,
  options: RemoteOptions,
): Promise<Pick<TreeEntry, "sha256" | "verified">> {
  const given = /(?:^|,)[\t ]*sha-256=:([A-Za-z0-9+/=]+):/.exec(headers.get("repr-digest") ?? "")?.[1];
  if (given !== undefined && digest) {
    if (given !== digest.toBase64()) throw differs(name);
    return { sha256: digest.toHex(), verified: "sha256" };
  }
  using response = await follow(url, { ...options, method: "HEAD" });
  if (response.status === 404) {
    throw new NetworkError(`${url.host} accepted ${name}, but does not have it`, {
      code: "not-stored",
      operation: "verify",
    });
  }
  const length = response.status === 200 ? response.headers.get("content-length") : undefined;
  if (length === undefined || response.headers.has("content-encoding")) return { verified: "none" };
  if (length !== String(size)) throw sizeDiffers(name, length, size);
  return { verified: "size" };
}
