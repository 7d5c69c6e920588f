import { formatIP, parseIPv4, parseIPv6 } from "../../../core/address/ip.ts";
import { malformed } from "../reader.ts";
import type { ByteWriter } from "../writer.ts";
import { absoluteName } from "./absolute.ts";
import { type FieldValue, type Kind, kind } from "./kind.ts";
import { decodeText, escaped, quoted, quotedText, unescaped, type Words } from "./text.ts";

/** An IPv4 address. */
export const ipv4 = kind((reader) => formatIP(reader.take(4)), (words, out, what) => {
  const word = words.plain(what);
  const bytes = parseIPv4(word);
  if (!bytes) throw words.invalid(`${what} "${word}": an IPv4 address is required`);
  out.put(bytes);
});

/** An IPv6 address. */
export const ipv6 = kind((reader) => formatIP(reader.take(16)), (words, out, what) => {
  const word = words.plain(what);
  const bytes = parseIPv6(word);
  if (!bytes) throw words.invalid(`${what} "${word}": an IPv6 address is required`);
  out.put(bytes);
});

/** A domain name. */
export const name = kind((reader) => reader.name(), (words, out, what) => {
  const word = words.next(what);
  try {
    out.name(absoluteName(word, words.origin));
  } catch (error) {
    throw words.invalid(error instanceof Error ? error.message : String(error));
  }
});

function putString(word: string, words: Words, out: ByteWriter, what: string): void {
  const bytes = unescaped(word, words);
  if (bytes.length > 255) throw words.invalid(`${what}: ${bytes.length} bytes, at most 255 are possible`);
  out.u8(bytes.length);
  out.put(bytes);
}

/** A character-string (RFC 1035 §3.3). */
export const string: Kind = {
  read: (reader) => {
    const bytes = reader.string();
    return [decodeText(bytes), quoted(bytes)];
  },
  parse: (words, out, what) => putString(words.next(what), words, out, what),
  text: (value) => quotedText(String(value)),
};

/** Several character-strings, at least one. */
export const strings: Kind = {
  read: (reader) => {
    const list: Uint8Array[] = [];
    do list.push(reader.string()); while (reader.left > 0);
    return [list.map(decodeText), list.map(quoted).join(" ")];
  },
  parse: (words, out, what) => {
    do putString(words.next(what), words, out, what); while (words.left > 0);
  },
  text: (value) => listOf(value).map(quotedText).join(" "),
};

/** The character-strings that a record may have after others, or none. */
export const optionalString: Kind = {
  read: (reader) => reader.left > 0 ? string.read(reader) : ["", ""],
  parse: (words, out, what) => {
    if (words.left > 0) string.parse(words, out, what);
  },
  text: (value) => value === "" ? "" : string.text(value),
};

/** The property of a CAA record: letters and digits (RFC 8659 §4.1). */
export const tag: Kind = {
  read: (reader) => {
    const bytes = reader.string();
    const text = escaped(bytes);
    return [decodeText(bytes), /^[a-z0-9]+$/i.test(text) ? text : `"${text}"`];
  },
  parse: (words, out, what) => {
    const word = words.next(what);
    // In quotes it may be what servers should not send.
    if (!/^(?:"|[a-z0-9]+$)/i.test(word)) throw words.invalid(`${what} "${word}": letters and digits are required`);
    putString(word, words, out, what);
  },
  text: String,
};

/** The rest of the data as text in quotes: the value of CAA, the target of URI. */
export const restText: Kind = {
  read: (reader) => {
    const bytes = reader.rest();
    return [decodeText(bytes), quoted(bytes)];
  },
  parse: (words, out, what) => out.put(unescaped(words.next(what), words)),
  text: (value) => quotedText(String(value)),
};

/** Bytes in hexadecimal. */
export function hexBytes(text: string, words: Words, what: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) {
    throw words.invalid(`${what}: an even number of hexadecimal digits is required`);
  }
  return Uint8Array.fromHex(text);
}

/** Bytes in base64. */
export function base64Bytes(text: string, words: Words, what: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    throw words.invalid(`${what}: base64 is required`);
  }
}

/** The rest of the data in hexadecimal, with at least `least` bytes. */
export function hex(least = 1) {
  return kind((reader) => atLeast(reader.rest(), least).toHex().toUpperCase(), (words, out, what) => {
    const bytes = hexBytes(words.joined(), words, what);
    if (bytes.length < least) throw words.missing(what);
    out.put(bytes);
  });
}

/** The rest of the data in base64, with at least `least` bytes. */
export function base64(least = 1) {
  return kind((reader) => atLeast(reader.rest(), least).toBase64(), (words, out, what) => {
    const bytes = base64Bytes(words.joined(), words, what);
    if (bytes.length < least) throw words.missing(what);
    out.put(bytes);
  });
}

function atLeast(bytes: Uint8Array, least: number): Uint8Array {
  if (bytes.length < least) throw malformed("a part of the data of a record is empty");
  return bytes;
}

/** Bytes with their number before them, in hexadecimal; `-` for none: the salt of NSEC3 (RFC 5155 §3.3). */
export const salt: Kind = {
  read: (reader) => {
    const text = reader.string().toHex().toUpperCase();
    return [text, text === "" ? "-" : text];
  },
  parse: (words, out, what) => {
    const word = words.plain(what);
    const bytes = word === "-" ? new Uint8Array() : hexBytes(word, words, what);
    if (bytes.length > 255) throw words.invalid(`${what}: ${bytes.length} bytes, at most 255 are possible`);
    out.u8(bytes.length);
    out.put(bytes);
  },
  text: (value) => value === "" ? "-" : String(value),
};

/** An address of six or eight bytes as `00-00-5e-00-53-2a` (RFC 7043). */
export function eui(size: number) {
  const form = new RegExp(`^[0-9a-f]{2}(?:-[0-9a-f]{2}){${size - 1}}$`, "i");
  return kind((reader) => groups(reader.take(size), 1, "-"), (words, out, what) => {
    const word = words.plain(what);
    if (!form.test(word)) throw words.invalid(`${what} "${word}": ${size} bytes such as 00-00-5e are required`);
    out.put(Uint8Array.fromHex(word.replaceAll("-", "")));
  });
}

/** Eight bytes as `2001:0db8:1140:1000` (RFC 6742 §2). */
export const locator64 = kind((reader) => groups(reader.take(8), 2, ":"), (words, out, what) => {
  const word = words.plain(what);
  const bytes = /^[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){3}$/i.test(word) ? parseIPv6(`${word}:0:0:0:0`) : undefined;
  if (!bytes) throw words.invalid(`${what} "${word}": four groups of hexadecimal digits are required`);
  out.put(bytes.subarray(0, 8));
});

/** The address of NSAP as `0x47…` (RFC 1706 §4). */
export const nsap = kind((reader) => `0x${reader.rest().toHex()}`, (words, out, what) => {
  const word = words.joined();
  if (!/^0x/i.test(word)) throw words.invalid(`${what} "${word}": hexadecimal digits after 0x are required`);
  out.put(hexBytes(word.slice(2).replaceAll(".", ""), words, what));
});

function groups(bytes: Uint8Array, size: number, separator: string): string {
  return bytes.toHex().match(new RegExp(`.{${2 * size}}`, "g"))?.join(separator) ?? "";
}

/** The list in a field. */
export function listOf(value: FieldValue): readonly string[] {
  return typeof value === "object" ? value : [String(value)];
}
