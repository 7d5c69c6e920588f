import { OLD_CHARSETS } from "./old_charsets.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Names that mail has for encodings, and the web has not. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ cp1250: "windows-1250", cp1251: "windows-1251", cp1252: "windows-1252", cp1253: "windows-1253" },
  ...{ cp1254: "windows-1254", cp1256: "windows-1256", cp1257: "windows-1257" },
  ...{ cp932: "shift_jis", cp936: "gbk", cp949: "euc-kr", cp950: "big5" },
  ...{ "iso-8859-8-e": "iso-8859-8", "gb_2312": "gbk", "utf8mb4": "utf-8", "iso-2022-jp-ms": "iso-2022-jp" },
  ...{ "iso-2022-jp-2": "iso-2022-jp", "x-mac-roman": "macintosh", "cp65001": "utf-8" },
};

/**
 * Decodes bytes by the charset that mail names. Without one that is known, and in ASCII with other bytes, it is UTF-8 if
 * it can be, and else windows-1252.
 */
export function decodeCharset(bytes: Uint8Array, charset: string): string {
  const name = charset.trim().replace(/^["']|["']$/g, "").toLowerCase();
  if (name !== "" && !/^(?:us-)?ascii$|^ansi_x3\.4|^unknown/.test(name)) {
    const old = OLD_CHARSETS.get(name);
    if (old) return old(bytes);
    try {
      return new TextDecoder(OTHER_NAMES[name] ?? name).decode(bytes);
    } catch {
      // A charset that is not known.
    }
  }
  try {
    return utf8.decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
