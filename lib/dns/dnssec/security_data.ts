import { formatName } from "../codec/name.ts";

/** Data of a DNSKEY record (RFC 4034 §2). */
export interface KeyData {
  readonly flags: number;
  readonly protocol: number;
  readonly algorithm: number;
  readonly publicKey: Uint8Array;
  /** Key tag (RFC 4034 appendix B). */
  readonly tag: number;
  /** All of the data. */
  readonly rdata: Uint8Array;
}

/** Data of an RRSIG record (RFC 4034 §3). */
export interface SignatureData {
  readonly covered: number;
  readonly algorithm: number;
  readonly labels: number;
  readonly originalTtl: number;
  /** Seconds since 1970, modulo 2^32. */
  readonly expiration: number;
  /** Seconds since 1970, modulo 2^32. */
  readonly inception: number;
  readonly keyTag: number;
  /** Name of the zone that signs, absolute. */
  readonly signer: string;
  readonly signature: Uint8Array;
  /** The data before the name of the signer. */
  readonly head: Uint8Array;
}

/** Data of a DS record (RFC 4034 §5). */
export interface DelegationData {
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Uint8Array;
}

/** Data of an NSEC record (RFC 4034 §4). */
export interface NsecData {
  readonly next: string;
  readonly types: ReadonlySet<number>;
}

/** Data of an NSEC3 record (RFC 5155 §3). */
export interface Nsec3Data {
  readonly algorithm: number;
  readonly flags: number;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly next: Uint8Array;
  readonly types: ReadonlySet<number>;
}

/** Reads a DNSKEY; undefined for one that is too short. */
export function readKey(rdata: Uint8Array): KeyData | undefined {
  if (rdata.length < 5) return undefined;
  const view = viewOf(rdata);
  return {
    flags: view.getUint16(0),
    protocol: view.getUint8(2),
    algorithm: view.getUint8(3),
    publicKey: rdata.subarray(4),
    tag: keyTag(rdata),
    rdata,
  };
}

/** The tag of a key: a checksum of its data, which tells which of several keys may have signed (RFC 4034 appendix B). */
export function keyTag(rdata: Uint8Array): number {
  // The tag of algorithm 1 is the last but one 16 bits of the modulus.
  if (rdata[3] === 1) return rdata.length < 7 ? 0 : viewOf(rdata).getUint16(rdata.length - 3);
  let sum = 0;
  for (const [index, byte] of rdata.entries()) sum += index % 2 === 0 ? byte << 8 : byte;
  return (sum + (sum >>> 16)) & 0xffff;
}

/** Reads an RRSIG; undefined for one that contradicts itself. */
export function readSignature(rdata: Uint8Array): SignatureData | undefined {
  const name = rdata.length < 19 ? undefined : nameAt(rdata, 18);
  if (!name || name.end >= rdata.length) return undefined;
  const view = viewOf(rdata);
  return {
    covered: view.getUint16(0),
    algorithm: view.getUint8(2),
    labels: view.getUint8(3),
    originalTtl: view.getUint32(4),
    expiration: view.getUint32(8),
    inception: view.getUint32(12),
    keyTag: view.getUint16(16),
    signer: name.name,
    signature: rdata.subarray(name.end),
    head: rdata.subarray(0, 18),
  };
}

/** Reads a DS; undefined for one without a digest. */
export function readDelegation(rdata: Uint8Array): DelegationData | undefined {
  if (rdata.length < 5) return undefined;
  const view = viewOf(rdata);
  return {
    keyTag: view.getUint16(0),
    algorithm: view.getUint8(2),
    digestType: view.getUint8(3),
    digest: rdata.subarray(4),
  };
}

/** Reads an NSEC; undefined for one that contradicts itself. */
export function readNsec(rdata: Uint8Array): NsecData | undefined {
  const name = nameAt(rdata, 0);
  const types = name && typesOf(rdata.subarray(name.end));
  return types && name && { next: name.name, types };
}

/** Reads an NSEC3; undefined for one that contradicts itself. */
export function readNsec3(rdata: Uint8Array): Nsec3Data | undefined {
  if (rdata.length < 6) return undefined;
  const view = viewOf(rdata);
  const hashAt = 5 + view.getUint8(4);
  const size = rdata[hashAt];
  if (size === undefined || size === 0 || hashAt + 1 + size > rdata.length) return undefined;
  const types = typesOf(rdata.subarray(hashAt + 1 + size));
  return types && {
    algorithm: view.getUint8(0),
    flags: view.getUint8(1),
    iterations: view.getUint16(2),
    salt: rdata.subarray(5, hashAt),
    next: rdata.subarray(hashAt + 1, hashAt + 1 + size),
    types,
  };
}

/** The types of a bit map (RFC 4034 §4.1.2); undefined when its windows are out of order or of a wrong size. */
function typesOf(bytes: Uint8Array): ReadonlySet<number> | undefined {
  const types = new Set<number>();
  let previous = -1;
  for (let at = 0; at < bytes.length;) {
    const [window = 0, size = 0] = bytes.subarray(at, at + 2);
    const map = bytes.subarray(at + 2, at + 2 + size);
    if (window <= previous || size === 0 || size > 32 || map.length < size) return undefined;
    map.forEach((byte, index) => {
      for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) types.add(window * 256 + index * 8 + bit);
    });
    previous = window;
    at += 2 + size;
  }
  return types;
}

/** A name in data, where none is compressed, and where it ends. */
function nameAt(bytes: Uint8Array, start: number): { readonly name: string; readonly end: number } | undefined {
  const labels: Uint8Array[] = [];
  for (let at = start; at - start < 255;) {
    const size = bytes[at];
    if (size === undefined || size > 63) return undefined;
    if (size === 0) return { name: formatName(labels), end: at + 1 };
    const label = bytes.subarray(at + 1, at + 1 + size);
    if (label.length < size) return undefined;
    labels.push(label);
    at += 1 + size;
  }
  return undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
