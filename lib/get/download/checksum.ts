import { UsageError } from "../../core/mod.ts";

/** A digest that a download can be checked against, by name. */
export type ChecksumAlgorithm = "sha256" | "sha512" | "sha384" | "sha1" | "md5";

/** How many bytes each has. */
const SIZES: Readonly<Record<ChecksumAlgorithm, number>> = { sha256: 32, sha512: 64, sha384: 48, sha1: 20, md5: 16 };

/** What the digest of a file has to be. */
export interface Checksum {
  /** Which digest. */
  readonly algorithm: ChecksumAlgorithm;
  /** Its value, in lower-case hex. */
  readonly value: string;
}

/**
 * Reads a checksum as `sha256:HEX`, with `sha512`, `sha384`, `sha1` or `md5` in its place, or as `sha256:BASE64`.
 *
 * @throws {UsageError} When the text is none.
 * @example
 * ```ts
 * import { parseChecksum } from "../../http/mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const checksum = parseChecksum("md5:D41D8CD98F00B204E9800998ECF8427E");
 * assertEquals(checksum, { algorithm: "md5", value: "d41d8cd98f00b204e9800998ecf8427e" });
 * ```
 */
export function parseChecksum(text: string): Checksum {
  const [, name = "", value = ""] = /^([a-z0-9-]+)[:=](.+)$/i.exec(text.trim()) ?? [];
  const algorithm = name.toLowerCase().replace(/^sha-/, "sha");
  if (!isAlgorithm(algorithm)) throw new UsageError("it is no checksum", { code: "invalid-checksum" });
  const size = SIZES[algorithm];
  const hex = value.length === 2 * size && /^[0-9a-f]+$/i.test(value) ? value.toLowerCase() : fromBase64(value, size);
  if (hex === undefined) {
    throw new UsageError(`a checksum with ${algorithm} has ${2 * size} hex digits`, { code: "invalid-checksum" });
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
