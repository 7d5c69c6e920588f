import { formatIP, parseIPv4, parseIPv6 } from "../../../core/address/ip.ts";
import { malformed } from "../reader.ts";
import type { Kind } from "./kind.ts";
import { listOf } from "./values.ts";

const SIZES: Readonly<Record<number, number>> = { 1: 4, 2: 16 };

/** Prefixes of addresses as `1:192.168.32.0/21` and `!2:2001:db8::/32` (RFC 3123). */
export const prefixes: Kind = {
  read: (reader) => {
    const list: string[] = [];
    while (reader.left > 0) {
      const [family, prefix, flagged] = [reader.u16(), reader.u8(), reader.u8()];
      const part = reader.take(flagged & 0x7f);
      const size = SIZES[family];
      if (size === undefined || part.length > size || prefix > 8 * size || part.at(-1) === 0) {
        throw malformed("invalid prefix of addresses");
      }
      const address = new Uint8Array(size);
      address.set(part);
      list.push(`${flagged & 0x80 ? "!" : ""}${family}:${formatIP(address)}/${prefix}`);
    }
    return [list, list.join(" ")];
  },
  parse: (words, out, what) => {
    while (words.left > 0) {
      const word = words.plain(what);
      const [, not, family, text = "", prefix] = /^(!?)([12]):([^/]+)\/(\d{1,3})$/.exec(word) ?? [];
      const bytes = family === "1" ? parseIPv4(text) : parseIPv6(text);
      if (!bytes || Number(prefix) > 8 * bytes.length) {
        throw words.invalid(`${what} "${word}": a prefix such as 1:192.0.2.0/24 is required`);
      }
      const part = bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
      out.u16(Number(family));
      out.u8(Number(prefix));
      out.u8((not ? 0x80 : 0) | part.length);
      out.put(part);
    }
  },
  text: (value) => listOf(value).filter((word) => word !== "").join(" "),
};
