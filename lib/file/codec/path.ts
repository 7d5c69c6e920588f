/** What a request target names: a place below the root, not looked at yet. */
export interface TargetPath {
  /** The names on the way, decoded and checked; none for the root. */
  readonly segments: readonly string[];
  /** Whether it ends with a slash. */
  readonly folder: boolean;
  /** What stands behind the `?`. */
  readonly query: string;
}

/** How many names a path has at most. */
const DEEPEST = 128;
/** Bytes of a name, on nearly every file system. */
const LONGEST = 255;

/** Names that stand for devices on Windows, whatever ending they have. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/** What a half-written upload is called; never listed, served or taken as a name. */
const UNFINISHED = /^\.toucan-[0-9a-f]{16}\.part$/;

/**
 * Reads the target of a request as a path below a root, with several slashes as one, and without names that are `.`; undefined when it is none that can be served: it does not
 * decode (once, strictly: what is overlong or no UTF-8 is refused), or has a name that is `..`, or holds a
 * slash, a backslash or NUL.
 *
 * @example
 * ```ts
 * import { parseTargetPath } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseTargetPath("/a%20b/c?list=json"), { segments: ["a b", "c"], folder: false, query: "list=json" });
 * assertEquals(parseTargetPath("/a/%2e%2e/b"), undefined);
 * ```
 */
export function parseTargetPath(target: string): TargetPath | undefined {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (!path.startsWith("/")) return undefined;
  const parts = path.slice(1).split("/");
  const folder = /^(?:\.|%2e)?$/i.test(parts.at(-1) ?? "");
  // As nginx does: several slashes are one, and a dot is the folder itself.
  const raw = parts.filter((part) => !/^(?:\.|%2e)?$/i.test(part));
  if (raw.length > DEEPEST) return undefined;
  const segments: string[] = [];
  for (const text of raw) {
    const name = decode(text);
    if (name === undefined || !isName(name)) return undefined;
    segments.push(name);
  }
  return { segments, folder, query: mark < 0 ? "" : target.slice(mark + 1) };
}

/** Percent-decodes once. */
function decode(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Whether this can be one name in a path: neither empty, `.` or `..`, nor with a separator of any system, or NUL. */
export function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name) && name.isWellFormed();
}

/** Whether this names something on Windows that it does not say: a device, a stream, a name with its end cut off. */
export function isWindowsTrap(name: string): boolean {
  return /[:<>"|?*]|[. ]$/.test(name) || DEVICE.test(name);
}

/** Whether a name is that of a half-written upload. */
export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}

/** Whether a name is hidden unless asked for. */
export function isDotFile(name: string): boolean {
  return name.startsWith(".");
}

/**
 * Whether somebody else may choose this name for a file: one that can be written on this kind of system, is no device
 * on any, and has at most 255 bytes.
 */
export function isFreeName(name: string, windows: boolean): boolean {
  if (!isName(name) || DEVICE.test(name) || isUnfinished(name)) return false;
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (windows && (isWindowsTrap(name) || /[\x00-\x1f]/.test(name))) return false;
  return name.length <= LONGEST && new TextEncoder().encode(name).length <= LONGEST;
}

/** Writes names as the path of a URL. */
export function encodePath(segments: readonly string[], folder: boolean): string {
  const path = segments.map((name) => `/${encodeURIComponent(name.toWellFormed())}`).join("");
  return folder || path === "" ? `${path}/` : path;
}
