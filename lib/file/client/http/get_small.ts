import { type HttpResponse, request, type RequestOptions } from "../../../http/mod.ts";
import { readReprDigest } from "../../digest/repr_digest.ts";
import { sha256 } from "../../digest/sha256.ts";

/** A small file that was received. */
export interface SmallFile {
  /** Its content. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its SHA-256 in hex, which is the expected one. */
  readonly sha256: string;
}

/**
 * Receives a small file by a single request, as it goes when nothing goes wrong; undefined when something does: a
 * download with retries finds out what, and may succeed. `expected` is its SHA-256 in hex; without it the response has to
 * have it.
 */
export async function getSmall(
  url: URL,
  size: number,
  expected: string | undefined,
  options: RequestOptions,
): Promise<SmallFile | "no-digest" | undefined> {
  let response: HttpResponse;
  try {
    response = await request(url, options);
  } catch {
    return undefined;
  }
  try {
    const digest = expected ?? readReprDigest(response.headers);
    if (response.status !== 200 || response.length !== size) return undefined;
    if (digest === undefined) return "no-digest";
    const bytes = new Uint8Array(size);
    let received = 0;
    while (received < size) {
      const count = await response.body.read(received === 0 ? bytes : bytes.subarray(received));
      if (count === null) return undefined;
      received += count;
    }
    const hash = sha256();
    hash.update(bytes);
    return hash.digest().toHex() === digest ? { bytes, sha256: digest } : undefined;
  } catch {
    return undefined;
  } finally {
    response.close();
  }
}
