import { isDeviceName, isWindowsName } from "../../core/system/file_name.ts";

/** Path of a request target below a root; not looked up yet. */
export interface TargetPath {
  /** The names on the way, decoded and checked; none for the root. */
  readonly segments: readonly string[];
  /** Whether it ends with a slash. */
  readonly folder: boolean;
  /** Query after the `?`. */
  readonly query: string;
}

/** Maximum number of names in a path. */
export const MAX_DEPTH = 128;
/** Bytes of a name, on nearly every file system. */
const MAX_NAME_BYTES = 255;

/** Names of incomplete uploads: never listed, served or accepted. */
const UNFINISHED = /^\.toucan-[0-9a-f]{16}\.part$/;

/**
 * Reads the target of a request as a path below a root, with several slashes as one, and without names that are `.`;
 * undefined when it cannot be served: it does not decode (once, strictly: overlong forms and invalid UTF-8 are
 * refused), or has a name that is `..`, or holds a slash, a backslash or NUL. With `backslash`, which is for systems where
 * it separates nothing, a name may hold an encoded backslash.
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
export function parseTargetPath(
  target: string,
  { backslash = false }: { readonly backslash?: boolean } = {},
): TargetPath | undefined {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (!path.startsWith("/")) return undefined;
  const parts = path.slice(1).split("/");
  const folder = /^(?:\.|%2e)?$/i.test(parts.at(-1) ?? "");
  // As nginx does: several slashes are one, and a dot is the folder itself.
  const raw = parts.filter((part) => !/^(?:\.|%2e)?$/i.test(part));
  if (raw.length > MAX_DEPTH) return undefined;
  const segments: string[] = [];
  for (const text of raw) {
    const name = text.includes("\\") ? undefined : decode(text);
    if (name === undefined || !isName(name, backslash)) return undefined;
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

/**
 * Whether a text can be one name in a path: not empty, `.` or `..`, and without NUL or a separator of any system; with
 * `backslash` that is not a separator.
 */
export function isName(name: string, backslash = false): boolean {
  const separator = backslash ? /[/\0]/ : /[/\\\0]/;
  return name !== "" && name !== "." && name !== ".." && !separator.test(name) && name.isWellFormed();
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
 * Why a client may not choose this name for a file on this kind of system, after "the name "; undefined when it may.
 */
export function nameProblem(name: string, windows: boolean): string | undefined {
  if (!isName(name, !windows)) return "is not valid";
  if (isUnfinished(name)) return "is reserved for incomplete uploads";
  if (windows && isDeviceName(name)) return "is reserved on Windows";
  if (windows && !isWindowsName(name)) return "is not valid on Windows";
  const fits = name.length <= MAX_NAME_BYTES && new TextEncoder().encode(name).length <= MAX_NAME_BYTES;
  return fits ? undefined : `is longer than ${MAX_NAME_BYTES} bytes`;
}

/** Writes names as the path of a URL. */
export function encodePath(segments: readonly string[], folder: boolean): string {
  const path = segments.map((name) => `/${encodeURIComponent(name.toWellFormed())}`).join("");
  return folder || path === "" ? `${path}/` : path;
}
