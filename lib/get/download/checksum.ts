import { UsageError } from "../../core/mod.ts";

/** Name of a digest that a download can be verified with. */
export type ChecksumAlgorithm = "sha256" | "sha512" | "sha384" | "sha1" | "md5";

/** Size of each digest in bytes. */
const SIZES: Readonly<Record<ChecksumAlgorithm, number>> = { sha256: 32, sha512: 64, sha384: 48, sha1: 20, md5: 16 };

/** Expected digest of a file. */
export interface Checksum {
  /** Name of the digest. */
  readonly algorithm: ChecksumAlgorithm;
  /** Value in lower-case hex. */
  readonly value: string;
}

/**
 * Parses a checksum: `sha256:HEX` or `sha256:BASE64`, with `sha512`, `sha384`, `sha1` or `md5` as other names.
 *
 * @param text The checksum as it was given.
 * @returns The name of the digest and its value.
 * @throws {UsageError} `invalid-checksum` for any other text.
 * @example Parse an MD5 checksum
 * ```ts
 * import { parseChecksum } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const checksum = parseChecksum("md5:D41D8CD98F00B204E9800998ECF8427E");
 * assertEquals(checksum, { algorithm: "md5", value: "d41d8cd98f00b204e9800998ecf8427e" });
 * ```
 */
export function parseChecksum(text: string): Checksum {
  const [, name = "", value = ""] = /^([a-z0-9-]+)[:=](.+)$/i.exec(text.trim()) ?? [];
  const algorithm = name.toLowerCase().replace(/^sha-/, "sha");
  if (!isAlgorithm(algorithm)) throw new UsageError(`invalid checksum "${text}"`, { code: "invalid-checksum" });
  const size = SIZES[algorithm];
  const hex = value.length === 2 * size && /^[0-9a-f]+$/i.test(value) ? value.toLowerCase() : fromBase64(value, size);
  if (hex === undefined) {
    throw new UsageError(`invalid checksum "${text}": ${algorithm} has ${2 * size} hex digits`, {
      code: "invalid-checksum",
    });
  }
  return { algorithm, value: hex };
}

function isAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(SIZES, name);
}

function fromBase64(text: string, size: number): string | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return bytes.length === size ? bytes.toHex() : undefined;
  } catch {
    return undefined;
  }
}
