import { encodeMessage } from "../../../lib/dns/codec/encode.ts";
import { decodeMessage, type DnsMessage } from "../../../lib/dns/codec/message.ts";
import { encodeName, formatName, parseName } from "../../../lib/dns/codec/name.ts";
import { DnsMessageError } from "../../../lib/dns/codec/reader.ts";
import { readZone } from "../../../lib/dns/codec/zone/read.ts";
import { writeZone } from "../../../lib/dns/codec/zone/write.ts";
import { parseResolverConfig } from "../../../lib/dns/system/resolv_conf.ts";
import { UsageError } from "../../../lib/core/mod.ts";
import { type FuzzTarget, holds, outcome, same, utf8 } from "../target.ts";

const ANSWER =
  "\x12\x34\x81\x80\0\x01\0\x02\0\0\0\0\x01a\x07example\0\0\x01\0\x01\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x07\xc0\x0e\0\x0f\0\x01\0\0\0\x3c\0\x06\0\x0a\x01m\xc0\x0c";
const EDNS_ANSWER =
  "\x12\x34\x81\x80\0\x01\0\0\0\0\0\x01\x01a\0\0\x41\0\x01\0\0\x29\x04\xd0\0\0\x80\0\0\x08\0\x0f\0\x04\0\x07no";

/** Codecs of DNS. */
export const DNS_TARGETS: Readonly<Record<string, FuzzTarget>> = {
  "dns-message": {
    seeds: [ANSWER, EDNS_ANSWER],
    tokens: [
      "\xc0\x0c",
      "\xc0\xff",
      "\x3f",
      "\0",
      "\0\x29\x04\xd0",
      "\xff\xff",
      "\0\x41",
      "\0\x2f",
      "\0\x32",
      "\0\x1d",
    ],
    check(bytes) {
      const message = outcome(() => decodeMessage(bytes), [DnsMessageError]);
      if (!isMessage(message)) return;
      for (const { name } of message.questions) holds(`"${name}" is printable`, /^[\x21-\x7e]+$/.test(name));
      const records = [...message.answers, ...message.authorities, ...message.additionals];
      for (const { name, data } of records) holds(`"${name} ${data}" is printable`, /^[\x20-\x7e]+$/.test(name + data));
      const again = decodeMessage(encodeMessage(message));
      // What is too long without the compression of the sender is left out.
      if (again.truncated !== message.truncated || again.additionals.length < message.additionals.length) return;
      same("written and read", { ...again, size: 0, tsig: 0 }, { ...message, size: 0, tsig: 0 });
    },
  },
  "dns-name": {
    seeds: ["first\\.last.example.", "a.b", "\\000\\255.x", "."],
    tokens: [".", "\\", "\\032", "\\.", "\\999", "a".repeat(63)],
    check(bytes) {
      const name = outcome(() => parseName(utf8(bytes)), [UsageError]) as ReturnType<typeof parseName>;
      if (!Array.isArray(name.labels)) return;
      same("written and read", parseName(formatName(name.labels)).labels, name.labels);
      holds("a name has at most 255 bytes", encodeName(name.labels).length <= 255);
    },
  },
  "dns-zone": {
    seeds: [
      '@ SOA ns hm ( 1 2h ; serial\n 3 4 5 )\n NS ns\nns 1h IN A 192.0.2.1\n TXT "a\\"b" c\\;d\n',
      "$TTL 1d\n$ORIGIN sub\na SVCB 1 . alpn=h2 port=53\n$GENERATE 1-3 h$ CNAME x${1,2,d}\nu TYPE300 \\# 2 abcd\n",
    ],
    tokens: [
      "(",
      ")",
      '"',
      "\\",
      "\\000",
      ";",
      "\n",
      "\n ",
      "$ORIGIN ",
      "$INCLUDE x",
      "@",
      ".",
      "\\# 2 abcd",
      "IN ",
      "1h",
    ],
    check(bytes) {
      const text = utf8(bytes);
      const zone = readZone(text, {
        origin: "z.",
        ttl: 1,
        maxRecords: 50,
        include: (path) => path === "x" ? text : "",
      });
      for (const { line, column } of zone.errors) holds("an error has a place", line >= 1 && column >= 1);
      if (zone.records.length === 0) return;
      const again = readZone([...writeZone(zone.records)].join("\n"));
      same("written and read", [again.errors, again.records], [[], zone.records]);
    },
  },
  "resolv-conf": {
    seeds: ["nameserver 192.0.2.1\nsearch a b\noptions ndots:2 timeout:3\n# x\nnameserver fe80::1%eth0\n"],
    tokens: ["nameserver ", "search ", "options ", "ndots:", "\n", "\t", "#", "::", "%", "999999999999"],
    check(bytes) {
      const { servers } = parseResolverConfig(utf8(bytes));
      holds("there is a server", servers.length > 0 && servers.length <= 3);
    },
  },
};

function isMessage(value: unknown): value is DnsMessage {
  return typeof value === "object" && value !== null && "questions" in value;
}
