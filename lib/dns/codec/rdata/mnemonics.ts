import { byte, decimalWord } from "./numbers.ts";
import { kind } from "./kind.ts";

/** Algorithms of DNSSEC by the names that zone files may have (RFC 4034 A.1, IANA registry). */
const ALGORITHMS = {
  DELETE: 0,
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  RSASHA1: 5,
  "DSA-NSEC3-SHA1": 6,
  DSANSEC3SHA1: 6,
  "RSASHA1-NSEC3-SHA1": 7,
  RSASHA1NSEC3SHA1: 7,
  NSEC3DSA: 6,
  NSEC3RSASHA1: 7,
  RSASHA256: 8,
  RSASHA512: 10,
  ECCGOST: 12,
  "ECC-GOST": 12,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
  INDIRECT: 252,
  PRIVATEDNS: 253,
  PRIVATEOID: 254,
} as const;

/** The algorithm of a key or signature. */
export const algorithm = byte(ALGORITHMS);

/** Kinds of certificates (RFC 4398 §2.1). */
const CERTIFICATES: Readonly<Record<string, number>> = {
  PKIX: 1,
  SPKI: 2,
  PGP: 3,
  IPKIX: 4,
  ISPKI: 5,
  IPGP: 6,
  ACPKIX: 7,
  IACPKIX: 8,
  URI: 253,
  OID: 254,
};

/** The kind of a certificate; as `dig` and `kdig` do, it is written as a number. */
export const certificateType = kind((reader) => reader.u16(), (words, out, what) => {
  const named = CERTIFICATES[(words.peek ?? "").toUpperCase()];
  if (named === undefined) return out.u16(decimalWord(words, what, 0xffff));
  words.next(what);
  out.u16(named);
});
