import { create, parse } from "../../deps/content_disposition.ts";

/** Names that stand for devices on Windows, whatever ending they have. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;
const LONGEST = 255;

/**
 * The file name that Content-Disposition proposes, made safe by {@link safeFileName}; undefined when it proposes none. A
 * name in UTF-8 that was sent without any encoding, as many servers do, is read too.
 *
 * @example
 * ```ts
 * import { dispositionFileName } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dispositionFileName(`attachment; filename="a.txt"; filename*=UTF-8''%E2%82%AC.txt`), "€.txt");
 * assertEquals(dispositionFileName('attachment; filename="../../etc/passwd"'), "passwd");
 * ```
 */
export function dispositionFileName(value: string): string | undefined {
  const { filename } = parse(value).parameters;
  if (filename === undefined) return undefined;
  return safeFileName(/[\x80-\xff]/.test(value) ? octetsAsUtf8(filename) : filename);
}

/** Whether Content-Disposition wants the body saved rather than shown. */
export function isAttachment(value: string): boolean {
  return parse(value).type === "attachment";
}

/** Writes Content-Disposition for a file of this name; names outside ASCII in both the old form and the new. */
export function formatDisposition(name: string, type?: "attachment" | "inline"): string;
export function formatDisposition(name: string, type: "attachment" | "inline" = "attachment"): string {
  // deno-lint-ignore no-control-regex -- no control character belongs into a field
  return create(name.toWellFormed().replace(/[\x00-\x1f\x7f]/g, "_"), { type });
}

/**
 * Makes a name from somebody else one that is safe in any folder on any system: the part behind the last slash or
 * backslash, without control characters, marks that turn text, what Windows forbids, dots and spaces at the
 * ends, names of devices, and beyond 255 bytes; undefined when nothing is left.
 */
export function safeFileName(name: string): string | undefined {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? "";
  const clean = last
    // deno-lint-ignore no-control-regex -- control characters are what is taken out
    .replace(/[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g, "")
    .replace(/[<>:"|?*]/g, "_")
    .replace(/^[. ]+|[. ]+$/g, "");
  if (clean === "") return undefined;
  return shorten(DEVICE.test(clean) ? `_${clean}` : clean);
}

/** Cuts a name before its ending, between characters. */
function shorten(name: string): string {
  const encoder = new TextEncoder();
  const size = (text: string) => encoder.encode(text).length;
  if (name.length * 3 <= LONGEST || size(name) <= LONGEST) return name;
  const ending = /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? "";
  let room = LONGEST - ending.length;
  let kept = "";
  for (const character of name.slice(0, name.length - ending.length)) {
    room -= size(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + ending;
}

/** A text whose characters are octets, as the UTF-8 that they are, where they are that. */
function octetsAsUtf8(text: string): string {
  if (/[\u0100-\uffff]/.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  } catch {
    return text;
  }
}
