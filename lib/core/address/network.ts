import { ipBytes } from "./ip.ts";

/** Network: an address and the length of its prefix. */
export interface Network {
  /** Address, 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  /** Length of the prefix in bits. */
  readonly bits: number;
}

/** Parses `10.0.0.0/8`, `2001:db8::/32` or a single address; undefined for any other text. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bytes = address.includes("%") ? undefined : ipBytes(address);
  if (!bytes) return undefined;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  return bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

/** Returns whether an address is in a network; an IPv4-mapped IPv6 address counts as IPv4. */
export function inNetwork({ bytes, bits }: Network, address: string): boolean {
  const given = ipBytes(address);
  if (given?.length !== bytes.length) return false;
  for (let at = 0, left = bits; left > 0; at++, left -= 8) {
    const mask = left >= 8 ? 255 : 255 & (255 << (8 - left));
    if (((given[at] ?? 0) & mask) !== ((bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}
