import { formatIP, parseIPv4, parseIPv6 } from "../../core/address/ip.ts";
import { UsageError } from "../../core/errors/errors.ts";
import type { RawRecord } from "./raw_record.ts";
import { Reader } from "./reader.ts";
import { ByteWriter } from "./writer.ts";

/** An option of EDNS (RFC 6891 §6.1.2). */
export interface EdnsOption {
  /** Its code, see {@link OPTION_CODES}. */
  readonly code: number;
  /** Its data. */
  readonly data: Uint8Array;
}

/** EDNS of a message (RFC 6891). */
export interface Edns {
  /** Size of the largest datagram that the sender accepts, in bytes. */
  readonly udpSize: number;
  /** Version; 0 is the only one. */
  readonly version: number;
  /** Whether the sender wants the records of DNSSEC (DO, RFC 3225). */
  readonly dnssecOk: boolean;
  /** The options. */
  readonly options: readonly EdnsOption[];
}

/** Codes of options (IANA registry "DNS EDNS0 Option Codes"). */
export const OPTION_CODES = {
  NSID: 3,
  SUBNET: 8,
  EXPIRE: 9,
  COOKIE: 10,
  KEEPALIVE: 11,
  PADDING: 12,
  EXTENDED_ERROR: 15,
  REPORT_CHANNEL: 18,
  ZONE_VERSION: 19,
} as const;

/** Reads EDNS from its record, with the upper eight bits of the response code (RFC 6891 §6.1.3). */
export function ednsOf({ class: udpSize, ttl, rdata }: RawRecord): { edns: Edns; extendedRcode: number } {
  const options: EdnsOption[] = [];
  const reader = new Reader(rdata, { whole: true });
  while (reader.left > 0) {
    const code = reader.u16();
    options.push({ code, data: reader.take(reader.u16()) });
  }
  const version = ttl >>> 16 & 0xff;
  return { edns: { udpSize, version, dnssecOk: (ttl & 0x8000) !== 0, options }, extendedRcode: ttl >>> 24 };
}

/** Writes the record of EDNS; `rcode` is the whole response code. */
export function writeEdns(out: ByteWriter, { udpSize, version, dnssecOk, options }: Edns, rcode: number): void {
  out.u8(0);
  out.u16(OPT);
  out.u16(udpSize);
  out.u8(rcode >> 4);
  out.u8(version);
  out.u16(dnssecOk ? 0x8000 : 0);
  out.u16(optionsSize(options));
  for (const { code, data } of options) {
    out.u16(code);
    out.u16(data.length);
    out.put(data);
  }
}

const OPT = 41;

/** Returns the size of options with their heads, in bytes. */
export function optionsSize(options: readonly EdnsOption[]): number {
  return options.reduce((sum, { data }) => sum + 4 + data.length, 0);
}

/** A network whose client asks, or for which an answer holds (RFC 7871). */
export interface ClientSubnet {
  /** Its address, with zeros behind the prefix. */
  readonly address: string;
  /** Length of the prefix that was sent. */
  readonly source: number;
  /** Length of the prefix for which the answer holds. */
  readonly scope: number;
}

/**
 * Returns the option that tells the network of a client: `192.0.2.0/24`, an address alone for all of its bits, or
 * `0.0.0.0/0` or `0` to tell nothing.
 *
 * @throws {UsageError} `invalid-subnet`.
 */
export function subnetOption(text: string, scope = 0): EdnsOption {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text === "0" ? "0.0.0.0/0" : text) ?? [];
  const bytes = parseIPv4(address) ?? parseIPv6(address);
  const bits = prefix === undefined ? (bytes?.length ?? 0) * 8 : Number(prefix);
  if (!bytes || bits > bytes.length * 8) {
    throw new UsageError(`invalid subnet "${text}": an IP address with a prefix is required, such as 192.0.2.0/24`, {
      code: "invalid-subnet",
    });
  }
  const out = new ByteWriter();
  out.u16(bytes.length === 4 ? 1 : 2);
  out.u8(bits);
  out.u8(scope);
  out.put(masked(bytes, bits).subarray(0, Math.ceil(bits / 8)));
  return { code: OPTION_CODES.SUBNET, data: out.bytes() };
}

function masked(bytes: Uint8Array, bits: number): Uint8Array {
  return bytes.map((byte, index) => byte & 0xff00 >> Math.max(0, Math.min(8, bits - 8 * index)));
}

/** Returns the network of a message, if it tells one and that is valid. */
export function clientSubnet(edns: Edns | undefined): ClientSubnet | undefined {
  const data = optionData(edns, OPTION_CODES.SUBNET);
  const size = data?.[1] === 1 ? 4 : 16;
  const [, family, source, scope] = data ?? [];
  if (!data || data[0] !== 0 || source === undefined || scope === undefined) return undefined;
  if ((family !== 1 && family !== 2) || source > 8 * size || data.length !== 4 + Math.ceil(source / 8)) {
    return undefined;
  }
  const bytes = new Uint8Array(size);
  bytes.set(data.subarray(4));
  return { address: formatIP(bytes), source, scope };
}

/** Returns the option with a cookie: eight bytes of the client, and those that the server gave (RFC 7873). */
export function cookieOption(client: Uint8Array, server: Uint8Array = new Uint8Array()): EdnsOption {
  const data = new Uint8Array(client.length + server.length);
  data.set(client);
  data.set(server, client.length);
  return { code: OPTION_CODES.COOKIE, data };
}

/** Returns the cookies of a message; undefined if there are none, or if their sizes are wrong (RFC 7873 §4). */
export function cookies(edns: Edns | undefined): { client: Uint8Array; server: Uint8Array } | undefined {
  const data = optionData(edns, OPTION_CODES.COOKIE);
  if (!data || !(data.length === 8 || (data.length >= 16 && data.length <= 40))) return undefined;
  return { client: data.subarray(0, 8), server: data.subarray(8) };
}

/** Returns the option that asks for the name of a server (RFC 5001), or gives it. */
export function nsidOption(id: Uint8Array = new Uint8Array()): EdnsOption {
  return { code: OPTION_CODES.NSID, data: id };
}

/** Returns the name of the server in a message: text, or hexadecimal if that is not printable. */
export function nsid(edns: Edns | undefined): string | undefined {
  const data = optionData(edns, OPTION_CODES.NSID);
  if (!data || data.length === 0) return undefined;
  const printable = data.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable ? String.fromCharCode(...data) : data.toHex();
}

/** Returns an option of `size` bytes of padding (RFC 7830). */
export function paddingOption(size: number): EdnsOption {
  return { code: OPTION_CODES.PADDING, data: new Uint8Array(size) };
}

/** Returns the option about how long a connection may be idle (RFC 7828): asks without a time in milliseconds. */
export function keepaliveOption(ms?: number): EdnsOption {
  const units = Math.min(0xffff, Math.round((ms ?? 0) / 100));
  return { code: OPTION_CODES.KEEPALIVE, data: ms === undefined ? new Uint8Array() : Uint8Array.of(units >> 8, units) };
}

/** Returns the milliseconds for which a server keeps a connection that is idle, if it tells them. */
export function keepalive(edns: Edns | undefined): number | undefined {
  const data = optionData(edns, OPTION_CODES.KEEPALIVE);
  return data?.length === 2 ? new Reader(data).u16() * 100 : undefined;
}

/** Returns the data of the first option with a code. */
export function optionData(edns: Edns | undefined, code: number): Uint8Array | undefined {
  return edns?.options.find((option) => option.code === code)?.data;
}
