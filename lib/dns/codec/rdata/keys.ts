import { malformed } from "../reader.ts";
import type { Kind } from "./kind.ts";
import type { Layout } from "./layout.ts";
import { u8 } from "./numbers.ts";
import { base64, base64Bytes, hexBytes, ipv4, ipv6, listOf, name } from "./values.ts";

/** Kinds of gateways of IPSECKEY (RFC 4025 §2.5). The first has a dot in zone files, and nothing in messages. */
const GATEWAYS: readonly Kind[] = [
  {
    read: () => [".", "."],
    parse: (words, _out, what) => {
      if (words.plain(what) !== ".") throw words.invalid(`${what}: "." is required for the type 0`);
    },
    text: String,
  },
  ipv4,
  ipv6,
  name,
];

/** A key for IPsec (RFC 4025). */
export const ipseckey: Layout = {
  names: ["precedence", "gatewayType", "algorithm", "gateway", "key"],
  read(reader) {
    const [precedence, gatewayType, algorithm] = [reader.u8(), reader.u8(), reader.u8()];
    const kind = GATEWAYS[gatewayType];
    if (!kind) throw malformed("unknown type of gateway");
    const [gateway, text] = kind.read(reader);
    const [key, keyText] = base64(0).read(reader);
    const data = [precedence, gatewayType, algorithm, text, keyText].join(" ").trimEnd();
    return { data, fields: { precedence, gatewayType, algorithm, gateway, key } };
  },
  parse(words, out) {
    u8.parse(words, out, "precedence");
    const kind = GATEWAYS[Number(words.left > 1 ? words.plain("gateway type") : NaN)];
    if (!kind) throw words.invalid("gateway type: a number from 0 to 3 is required");
    out.u8(GATEWAYS.indexOf(kind));
    u8.parse(words, out, "algorithm");
    kind.parse(words, out, "gateway");
    base64(0).parse(words, out, "key");
  },
  text: (fields) => spaced(fields, ["precedence", "gatewayType", "algorithm", "gateway", "key"]),
};

function spaced(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  return names.map((name) => String(fields[name] ?? "")).join(" ").trimEnd();
}

/** A host identity (RFC 8005 §5). */
export const hip: Layout = {
  names: ["algorithm", "hit", "key", "servers"],
  read(reader) {
    const hitSize = reader.u8();
    const algorithm = reader.u8();
    const keySize = reader.u16();
    if (hitSize === 0 || keySize === 0) throw malformed("an identity is empty");
    const hit = reader.take(hitSize).toHex().toUpperCase();
    const key = reader.take(keySize).toBase64();
    const servers: string[] = [];
    while (reader.left > 0) servers.push(reader.name());
    return { data: [algorithm, hit, key, ...servers].join(" "), fields: { algorithm, hit, key, servers } };
  },
  parse(words, out) {
    const start = out.length;
    out.u8(0);
    u8.parse(words, out, "algorithm");
    const hit = hexBytes(words.plain("hit"), words, "hit");
    const key = base64Bytes(words.plain("key"), words, "key");
    if (hit.length === 0 || hit.length > 255 || key.length === 0) throw words.invalid("hit and key are required");
    out.setU8(start, hit.length);
    out.u16(key.length);
    out.put(hit);
    out.put(key);
    while (words.left > 0) name.parse(words, out, "server");
  },
  text: (fields) => [spaced(fields, ["algorithm", "hit", "key"]), ...listOf(fields.servers ?? [])].join(" "),
};
