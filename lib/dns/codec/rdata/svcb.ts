import { formatIPv6, parseIPv4, parseIPv6 } from "../../../core/address/ip.ts";
import { malformed, Reader } from "../reader.ts";
import { ByteWriter } from "../writer.ts";
import type { Kind } from "./kind.ts";
import { escaped, unescaped, type Words } from "./text.ts";
import { base64Bytes, listOf } from "./values.ts";

/** Keys of parameters by their numbers (RFC 9460 §14.3.2 and its registry). */
const KEYS = [
  "mandatory",
  "alpn",
  "no-default-alpn",
  "port",
  "ipv4hint",
  "ech",
  "ipv6hint",
  "dohpath",
  "ohttp",
  "tls-supported-groups",
] as const;

/** The parameters of SVCB and HTTPS, as `alpn="h2,h3"` and `port=443` (RFC 9460 §2.1). */
export const params: Kind = {
  read: (reader) => {
    const list: string[] = [];
    const found = new Map<number, Uint8Array>();
    let last = -1;
    while (reader.left > 0) {
      const key = reader.u16();
      if (key <= last) throw malformed("service parameters are not in order");
      last = key;
      const value = reader.take(reader.u16());
      found.set(key, value);
      list.push(paramText(key, value));
    }
    const wrong = mandatoryProblem(found);
    if (wrong) throw malformed(wrong);
    return [list, list.join(" ")];
  },
  parse: (words, out) => {
    const found = new Map<number, Uint8Array>();
    while (words.left > 0) {
      const [key, value] = parseParam(words);
      if (found.has(key)) throw words.invalid(`parameter ${keyName(key)} is given twice`);
      found.set(key, value);
    }
    const wrong = mandatoryProblem(found);
    if (wrong) throw words.invalid(wrong);
    for (const [key, value] of [...found].sort(([a], [b]) => a - b)) {
      out.u16(key);
      out.u16(value.length);
      out.put(value);
    }
  },
  text: (value) => listOf(value).filter((word) => word !== "").join(" "),
};

/**
 * Returns what is wrong with the keys that a record says are mandatory: they have to be there, in order, and without
 * `mandatory` itself (RFC 9460 §8).
 */
function mandatoryProblem(found: ReadonlyMap<number, Uint8Array>): string | undefined {
  const list = found.get(0);
  if (!list) return undefined;
  const reader = new Reader(list);
  for (let last = 0; reader.left > 0;) {
    const key = reader.u16();
    if (key <= last) return "mandatory parameters are not in order";
    if (!found.has(key)) return `mandatory parameter ${keyName(key)} is missing`;
    last = key;
  }
  return undefined;
}

function keyName(key: number): string {
  return KEYS[key] ?? `key${key}`;
}

function keyNumber(name: string): number | undefined {
  const known = KEYS.findIndex((key) => key === name);
  if (known >= 0) return known;
  const digits = /^key(0|[1-9]\d{0,4})$/.exec(name)?.[1];
  return digits !== undefined && Number(digits) < 0xffff ? Number(digits) : undefined;
}

function paramText(key: number, bytes: Uint8Array): string {
  const name = keyName(key);
  const reader = new Reader(bytes, { whole: true });
  const list = (read: () => string) => {
    const values: string[] = [];
    do values.push(read()); while (reader.left > 0);
    return `${name}=${values.join(",")}`;
  };
  switch (name) {
    case "mandatory":
      return list(() => keyName(reader.u16()));
    case "alpn":
      return `${name}="${alpnText(reader)}"`;
    case "no-default-alpn":
    case "ohttp":
      if (bytes.length > 0) throw malformed(`service parameter ${name} has a value`);
      return name;
    case "port":
      if (bytes.length !== 2) throw malformed("a port does not have two bytes");
      return `${name}=${reader.u16()}`;
    case "ipv4hint":
      return list(() => reader.take(4).join("."));
    case "ipv6hint":
      return list(() => formatIPv6(reader.take(16)));
    case "ech":
      if (bytes.length === 0) throw malformed("service parameter ech is empty");
      return `${name}=${bytes.toBase64()}`;
    case "tls-supported-groups":
      return list(() => String(reader.u16()));
    default:
      return bytes.length === 0 ? name : `${name}="${escaped(bytes)}"`;
  }
}

/** Protocols, in which a comma and a backslash are escaped before the escapes of the zone file (RFC 9460 A.1). */
function alpnText(reader: Reader): string {
  const ids: string[] = [];
  do {
    const bytes = reader.string();
    if (bytes.length === 0) throw malformed("a protocol of alpn is empty");
    ids.push(
      escaped(Uint8Array.from([...bytes].flatMap((byte) => LIST_SPECIAL.has(byte) ? [BACKSLASH, byte] : [byte]))),
    );
  } while (reader.left > 0);
  return ids.join(",");
}

const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LIST_SPECIAL = new Set([COMMA, BACKSLASH]);

function parseParam(words: Words): readonly [key: number, value: Uint8Array] {
  const word = words.plain("parameter");
  const split = word.indexOf("=");
  const name = split < 0 ? word : word.slice(0, split);
  const key = keyNumber(name.toLowerCase());
  if (key === undefined) throw words.invalid(`unknown service parameter "${name}"`);
  let text = split < 0 ? "" : word.slice(split + 1);
  // The reader of words ends one at a quotation mark: the value in quotes is the next.
  if (text === "" && split >= 0 && words.peek?.startsWith('"')) text = words.next("value");
  return [key, encodeValue(key, unescaped(text, words), words)];
}

function encodeValue(key: number, value: Uint8Array, words: Words): Uint8Array {
  const name = keyName(key);
  const out = new ByteWriter();
  const text = new TextDecoder().decode(value);
  const items = text.split(",");
  const invalid = (what: string) => words.invalid(`service parameter ${name}: ${what}`);
  switch (name) {
    case "mandatory":
      for (const number of items.map(keyNumber).map(Number).sort((a, b) => a - b)) {
        if (!(number > 0)) throw invalid("keys of other parameters are required");
        out.u16(number);
      }
      break;
    case "alpn":
      for (const id of splitList(value)) {
        if (id.length === 0 || id.length > 255) throw invalid("protocols of 1 to 255 bytes are required");
        out.u8(id.length);
        out.put(Uint8Array.from(id));
      }
      break;
    case "no-default-alpn":
    case "ohttp":
      if (value.length > 0) throw invalid("a value is not possible");
      break;
    case "port":
      if (!/^\d{1,5}$/.test(text) || Number(text) > 0xffff) throw invalid("a port from 0 to 65535 is required");
      out.u16(Number(text));
      break;
    case "ipv4hint":
    case "ipv6hint":
      for (const item of items) {
        const address = name === "ipv4hint" ? parseIPv4(item) : parseIPv6(item);
        if (!address) throw invalid("addresses are required");
        out.put(address);
      }
      break;
    case "ech":
      if (text === "") throw invalid("base64 is required");
      return base64Bytes(text, words, name);
    case "tls-supported-groups":
      for (const item of items) {
        if (!/^\d{1,5}$/.test(item) || Number(item) > 0xffff) throw invalid("numbers are required");
        out.u16(Number(item));
      }
      break;
    default:
      return value;
  }
  return out.bytes();
}

/** Divides a list at its commas, but those behind a backslash. */
function splitList(bytes: Uint8Array): number[][] {
  const items: number[][] = [[]];
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] ?? 0;
    if (byte === COMMA) {
      items.push([]);
      continue;
    }
    if (byte === BACKSLASH && at + 1 < bytes.length) byte = bytes[++at] ?? 0;
    items.at(-1)?.push(byte);
  }
  return items;
}
