import { concat } from "../../../deps/std/bytes.ts";

/** Returns bytes one after the other. */
export function join(...parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  return concat(parts.map((part) => Uint8Array.from(part)));
}

/** Returns numbers of 16 bits as bytes. */
export function words(values: readonly number[]): number[] {
  return values.flatMap((value) => [value >> 8, value & 255]);
}

/** Returns bytes after their length, which takes `size` bytes (RFC 8446 §3.4). */
export function vector(size: number, ...parts: readonly ArrayLike<number>[]): Uint8Array {
  const body = join(...parts);
  const length = Array.from({ length: size }, (_, i) => body.length >> 8 * (size - 1 - i) & 255);
  return join(length, body);
}

/** Returns an extension of a hello (RFC 8446 §4.2). */
export function extension(type: number, data: ArrayLike<number> = []): Uint8Array {
  return join(words([type]), vector(2, data));
}
