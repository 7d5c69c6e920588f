const MASK = 0xffff_ffff_ffff_ffffn;

/** Returns SipHash-2-4 of some bytes with a key of 16 bytes, as eight bytes (Aumasson and Bernstein, 2012). */
export function sipHash(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const [k0, k1] = [u64(key, 0), u64(key, 8)];
  let v0 = k0 ^ 0x736f6d6570736575n;
  let v1 = k1 ^ 0x646f72616e646f6dn;
  let v2 = k0 ^ 0x6c7967656e657261n;
  let v3 = k1 ^ 0x7465646279746573n;
  const rounds = (count: number) => {
    for (let left = count; left > 0; left--) {
      v0 = (v0 + v1) & MASK;
      v1 = rotated(v1, 13n) ^ v0;
      v0 = rotated(v0, 32n);
      v2 = (v2 + v3) & MASK;
      v3 = rotated(v3, 16n) ^ v2;
      v0 = (v0 + v3) & MASK;
      v3 = rotated(v3, 21n) ^ v0;
      v2 = (v2 + v1) & MASK;
      v1 = rotated(v1, 17n) ^ v2;
      v2 = rotated(v2, 32n);
    }
  };
  const absorb = (block: bigint) => {
    v3 ^= block;
    rounds(2);
    v0 ^= block;
  };
  const whole = data.length - data.length % 8;
  for (let at = 0; at < whole; at += 8) absorb(u64(data, at));
  const last = new Uint8Array(8);
  last.set(data.subarray(whole));
  last[7] = data.length & 255;
  absorb(u64(last, 0));
  v2 ^= 0xffn;
  rounds(4);
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, v0 ^ v1 ^ v2 ^ v3, true);
  return out;
}

function u64(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(at, true);
}

function rotated(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}
