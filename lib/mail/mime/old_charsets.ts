/** The upper halves of the code pages of DOS. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\xa0";
const CP850 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\xad±‗¾¶§÷¸°¨·¹³²■\xa0";

/** Charsets of mail that `TextDecoder` does not have, or reads otherwise, by their names in lower case. */
export const OLD_CHARSETS: ReadonlyMap<string, (bytes: Uint8Array) => string> = new Map([
  ["utf-7", readUtf7],
  ["unicode-1-1-utf-7", readUtf7],
  ["utf-16", readUtf16],
  ["utf-32", readUtf32],
  ["utf-32be", readUtf32],
  ["utf-32le", (bytes) => readUtf32(bytes, true)],
  ["hz-gb-2312", readHz],
  ["iso-2022-kr", readIso2022Kr],
  ["cp437", (bytes) => upperHalf(bytes, CP437)],
  ["ibm437", (bytes) => upperHalf(bytes, CP437)],
  ["cp850", (bytes) => upperHalf(bytes, CP850)],
  ["ibm850", (bytes) => upperHalf(bytes, CP850)],
]);

function decode(name: string, bytes: Uint8Array): string {
  return new TextDecoder(name).decode(bytes);
}

function upperHalf(bytes: Uint8Array, upper: string): string {
  return Array.from(bytes, (byte) => byte < 128 ? String.fromCharCode(byte) : upper.charAt(byte - 128)).join("");
}

/** Base64 between `+` and `-` (RFC 2152). */
function readUtf7(bytes: Uint8Array): string {
  return decode("windows-1252", bytes).replace(/\+([A-Za-z0-9+/]*)-?/g, (_, units: string) => {
    if (units === "") return "+";
    const size = Math.floor(units.length * 6 / 16) * 2;
    const padded = `${units}${"A".repeat((4 - units.length % 4) % 4)}`;
    return decode("utf-16be", Uint8Array.fromBase64(padded).subarray(0, size));
  });
}

/** Without a byte order mark it is big-endian (RFC 2781 §4.3); the web has it the other way. */
function readUtf16(bytes: Uint8Array): string {
  return decode(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-16be", bytes);
}

function readUtf32(bytes: Uint8Array, little = bytes[0] === 0xff && bytes[1] === 0xfe): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length - bytes.length % 4);
  let text = "";
  for (let at = 0; at < view.byteLength; at += 4) {
    const point = view.getUint32(at, little);
    if (at > 0 || point !== 0xfeff) text += point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
  }
  return text.toWellFormed();
}

/** Two bytes of seven bits for a character between `~{` and `~}` (RFC 1843). */
function readHz(bytes: Uint8Array): string {
  const out: number[] = [];
  let shifted = 0;
  for (let at = 0; at < bytes.length; at++) {
    const [byte = 0, next] = [bytes[at], bytes[at + 1]];
    // A character has two bytes, a line end ends the mode.
    if (byte === 10) shifted = 0;
    const escape = byte === 126 ? String.fromCharCode(next ?? 0) : "";
    if (escape === "{" || escape === "}") shifted = escape === "{" ? 128 : 0;
    else if (escape === "~" && shifted === 0) out.push(126);
    else if (escape !== "\n" || shifted > 0) {
      out.push(byte | shifted);
      continue;
    }
    at++;
  }
  return decode("gbk", Uint8Array.from(out));
}

/** SO and SI switch to two bytes for a character, and back (RFC 1557). */
function readIso2022Kr(bytes: Uint8Array): string {
  const out: number[] = [];
  let shifted = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 27 && bytes[at + 1] === 36 && bytes[at + 2] === 41 && bytes[at + 3] === 67) at += 3;
    else if (byte === 14 || byte === 15) shifted = byte === 14 ? 128 : 0;
    else out.push(byte < 33 ? byte : byte | shifted);
  }
  return decode("euc-kr", Uint8Array.from(out));
}
