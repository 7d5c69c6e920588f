/** Longest name of a folder on the disk, in bytes. */
const MAX_BYTES = 230;

/**
 * The folder of a maildir that has a name (Maildir++): `.Archive.2026` for `Archive/2026`, in modified UTF-7 (RFC 3501 §5.1.3) with dots
 * encoded too. Undefined when that is too long.
 */
export function folderPath(name: string): string | undefined {
  const path = `.${name.split("/").map(encode).join(".")}`;
  return path.length > MAX_BYTES ? undefined : path;
}

/** The name of a folder of a maildir; undefined unless {@link folderPath} makes the path of it. */
export function nameOfPath(path: string): string | undefined {
  if (!path.startsWith(".")) return undefined;
  const levels = path.slice(1).split(".").map(decode);
  if (!levels.every((level) => level !== undefined)) return undefined;
  const name = levels.join("/");
  return folderPath(name) === path ? name : undefined;
}

function encode(level: string): string {
  return level.replace(/&|[^ -~]+|[./\\:*?"<>|;]+/g, (text) => text === "&" ? "&-" : `&${base64(text)}-`);
}

function decode(level: string): string | undefined {
  let valid = true;
  const text = level.replace(/&([A-Za-z0-9+,]*)-/g, (_, code: string) => {
    if (code === "") return "&";
    try {
      const bytes = Uint8Array.fromBase64(code.replaceAll(",", "/"));
      if (bytes.length % 2 !== 0) valid = false;
      return new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      valid = false;
      return "";
    }
  });
  return valid ? text : undefined;
}

/** UTF-16 in the base64 of RFC 3501: without padding, `,` for `/`. */
function base64(text: string): string {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    bytes[2 * i] = text.charCodeAt(i) >> 8;
    bytes[2 * i + 1] = text.charCodeAt(i) & 255;
  }
  return bytes.toBase64({ omitPadding: true }).replaceAll("/", ",");
}

/** The folder of a recipient's mailbox: its address, with `%` and two hexadecimal digits for what a name may not have. */
export function mailboxPath(address: string): string | undefined {
  const bytes = new TextEncoder().encode(address);
  const path = Array.from(bytes, (byte, i) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9@_+=-]/.test(character) || character === "." && i > 0 ? character : `%${hex(byte)}`;
  }).join("");
  return path.length > MAX_BYTES || path === "" ? undefined : path;
}

/** The address of a mailbox; undefined unless {@link mailboxPath} makes the path of it. */
export function addressOfPath(path: string): string | undefined {
  try {
    const address = decodeURIComponent(path);
    return mailboxPath(address) === path ? address : undefined;
  } catch {
    return undefined;
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}
