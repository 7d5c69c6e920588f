import { concat, ipVersion } from "../../core/mod.ts";

/** Cipher suites and groups that servers of the last fifteen years share one of. */
const SUITES = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0x009c, 0x002f, 0x0035];
const [GROUPS, SIGNATURES] = [[0x1d, 0x17, 0x18], [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0601, 0x0201]];

/**
 * Returns a ClientHello of TLS 1.2 (RFC 5246 §7.4.1.2) that asks for a name: a server of TLS answers with a record of its own,
 * whatever it says. Its random part differs.
 */
export function clientHello(host: string): Uint8Array<ArrayBuffer> {
  const name = ipVersion(host) ? [] : extension(0, sized(2, [0, ...sized(2, [...new TextEncoder().encode(host)])]));
  const extensions = [
    ...name,
    ...extension(10, sized(2, GROUPS.flatMap(octetsOf))),
    ...extension(11, sized(1, [0])),
    ...extension(13, sized(2, SIGNATURES.flatMap(octetsOf))),
  ];
  const random = [...crypto.getRandomValues(new Uint8Array(32))];
  const body = [3, 3, ...random, 0, ...sized(2, SUITES.flatMap(octetsOf)), 1, 0, ...sized(2, extensions)];
  return concat([Uint8Array.of(22, 3, 1), Uint8Array.from(sized(2, [1, ...sized(3, body)]))]);
}

function octetsOf(value: number): number[] {
  return [value >> 8, value & 255];
}

function sized(width: 1 | 2 | 3, bytes: readonly number[]): number[] {
  const size = [bytes.length >> 16, (bytes.length >> 8) & 255, bytes.length & 255].slice(3 - width);
  return [...size, ...bytes];
}

function extension(type: number, data: readonly number[]): number[] {
  return [...octetsOf(type), ...sized(2, data)];
}
