import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { octets, octetText } from "../raw.ts";
import { HELLO, OK, type ResponseRow, withFields } from "./row.ts";

type Encode = (bytes: Uint8Array) => Uint8Array;

const TEXT = octets("hello ".repeat(40));
const coded = (coding: string, body: Uint8Array) => withFields(`Content-Encoding: ${coding}\r\n`, octetText(body));
const chain = (...encoders: readonly Encode[]) => encoders.reduce<Uint8Array>((bytes, encode) => encode(bytes), TEXT);
const SKIPPABLE = "\x50\x2a\x4d\x18\x03\0\0\0abc";

/** Rows that each coding has. */
function rowsOf(name: string, coding: string, encode: Encode): ResponseRow[] {
  const body = octetText(encode(TEXT));
  const row = (what: string, text: string): ResponseRow => ({
    what: `${name}${what}`,
    response: coded(coding, octets(text)),
  });
  return [
    row("", body),
    row(", empty", ""),
    row(" without its last byte", body.slice(0, -1)),
    row(" without its half", body.slice(0, body.length / 2)),
    row(" twice", body + body),
    row(" and garbage", `${body}garbage`),
    row(" and zeros", body + "\0".repeat(20)),
    row(" that is none", "\x05nothing of the kind"),
  ];
}

/** Content codings, requested by --compressed. */
export const CODINGS: readonly ResponseRow[] = [
  ...rowsOf("gzip", "gzip", gzipSync),
  ...rowsOf("deflate in zlib's format", "deflate", deflateSync),
  ...rowsOf("raw deflate", "deflate", deflateRawSync),
  ...rowsOf("br", "br", brotliCompressSync),
  ...rowsOf("zstd", "zstd", zstdCompressSync),
  {
    what: "zstd behind a skippable frame",
    response: coded("zstd", octets(SKIPPABLE + octetText(zstdCompressSync(TEXT)))),
  },
  { what: "zstd with a window of 16 MiB", response: coded("zstd", octets("\x28\xb5\x2f\xfd\x00\x70\x19\x00\x00abc")) },
  { what: "x-gzip", response: coded("x-gzip", gzipSync(TEXT)) },
  { what: "GZIP", response: coded("GZIP", gzipSync(TEXT)) },
  { what: "identity", response: coded("identity", TEXT) },
  { what: "an empty Content-Encoding", response: coded("", TEXT) },
  { what: "none", response: coded("none", TEXT) },
  { what: "an unknown coding", response: coded("wonder", TEXT) },
  { what: "an unknown coding, no body", response: coded("wonder", new Uint8Array()) },
  { what: "gzip, br", response: coded("gzip, br", chain(gzipSync, brotliCompressSync)) },
  {
    what: "gzip and br in two fields",
    response: coded("gzip\r\nContent-Encoding: br", chain(gzipSync, brotliCompressSync)),
  },
  { what: "gzip with empty elements", response: coded(", gzip,", gzipSync(TEXT)) },
  {
    what: "five codings",
    response: coded("gzip, gzip, gzip, gzip, gzip", chain(gzipSync, gzipSync, gzipSync, gzipSync, gzipSync)),
  },
  {
    what: "six codings",
    response: coded(
      "gzip, gzip, gzip, gzip, gzip, gzip",
      chain(gzipSync, gzipSync, gzipSync, gzipSync, gzipSync, gzipSync),
    ),
  },
  {
    what: "gzip cut by the connection",
    response: `${OK}Content-Encoding: gzip\r\nContent-Length: 99\r\n\r\n${octetText(gzipSync(TEXT))}`,
  },
  {
    what: "gzip in chunks",
    response: `${OK}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n${
      gzipSync(TEXT).length.toString(16)
    }\r\n${octetText(gzipSync(TEXT))}\r\n0\r\n\r\n`,
  },
  {
    what: "gzip to the end of the connection",
    response: `${OK}Content-Encoding: gzip\r\n\r\n${octetText(gzipSync(TEXT))}`,
  },
  { what: "gzip as a transfer coding", response: `${OK}Transfer-Encoding: gzip\r\n\r\n${octetText(gzipSync(TEXT))}` },
  {
    what: "gzip, chunked as transfer codings",
    response: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n${gzipSync(TEXT).length.toString(16)}\r\n${
      octetText(gzipSync(TEXT))
    }\r\n0\r\n\r\n`,
  },
  { what: "a coding of a body that is plain", response: withFields("Content-Encoding: gzip\r\n", HELLO) },
];
