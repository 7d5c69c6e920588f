/** Decodes a part in the encoding of `uuencode`, which has no RFC: the lines between `begin` and `end`. */
export function decodeUu(bytes: Uint8Array): Uint8Array {
  const lines = new TextDecoder("latin1").decode(bytes).split(/\r?\n/);
  const out = new Uint8Array(bytes.length);
  let size = 0;
  for (const line of lines.slice(lines.findIndex((line) => /^begin [0-7]{3,4} /.test(line)) + 1)) {
    if (/^end\s*$/.test(line)) break;
    const value = (at: number) => (line.charCodeAt(at) - 32) & 63;
    // The first character is how many bytes the line has.
    const count = line === "" ? 0 : Math.min(value(0), Math.ceil((line.length - 1) * 3 / 4));
    for (let i = 0; i < count; i++) {
      const at = 1 + Math.floor(i / 3) * 4 + i % 3;
      const [one, other] = [at < line.length ? value(at) : 0, at + 1 < line.length ? value(at + 1) : 0];
      out[size++] = (one << (2 + 2 * (i % 3)) | other >> (4 - 2 * (i % 3))) & 0xff;
    }
  }
  return out.subarray(0, size);
}
