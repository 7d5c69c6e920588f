import { dirname, resolve } from "../../deps/std/path.ts";
import { SystemError } from "../errors/errors.ts";
import { isNullDevice } from "../system/null_device.ts";
import { isWindows, type Os } from "../system/os.ts";

/** Path that the user named as an output, and the file that it refers to. */
export interface OutputPath {
  /** Path as given. */
  readonly given: string;
  /** Path of the file itself, with symbolic links at its end resolved. */
  readonly path: string;
  /** File descriptor of this process that it refers to, such as 1 for `/dev/stdout`. */
  readonly descriptor?: number;
  /** Whether it is the null device of Windows, which needs no permission. @default false */
  readonly discards?: boolean;
  /** Metadata of the file; undefined if it is missing. */
  readonly there?: Deno.FileInfo;
}

/** Maximum number of symbolic links that are followed, as on Linux. */
const MAX_LINKS = 40;
/** Whether the runtime creates the target of a link, so that the system decides whether the link may be followed. */
const CREATES_THROUGH_LINKS = !/^2\.[0-7]\./.test(Deno.version.deno);
const STANDARD: Readonly<Record<string, number>> = { "/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2 };

/**
 * Follows the symbolic links at the end of a path. A link to a missing file leads to the path of that.
 *
 * Requires read permission for the path, and for the folder of a link whose target is missing.
 *
 * @throws {SystemError} `symlink-loop`; `not-a-file` for a link to a missing file, where the runtime cannot create that.
 */
export function findOutput(given: string, os?: Os): OutputPath {
  if (isNullDevice(given, os)) return { given, path: given, discards: true };
  const descriptor = descriptorOf(given);
  if (descriptor !== undefined) return { given, path: given, descriptor };
  const there = lookAt(given);
  if (!there?.isSymlink) return { given, path: given, there };
  const first = targetOf(given);
  const behind = descriptorOf(first);
  if (behind !== undefined) return { given, path: first, descriptor: behind };
  try {
    return { given, path: Deno.realPathSync(given), there: Deno.statSync(given) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (!CREATES_THROUGH_LINKS) {
    const why = "it is a link to a missing file, which requires Deno 2.8 or later";
    throw new SystemError(`cannot write ${given}: ${why}`, { code: "not-a-file", operation: "write" });
  }
  let path = first;
  for (let links = 1; links < MAX_LINKS; links++) {
    if (!lookAt(path)?.isSymlink) return { given, path };
    path = targetOf(path);
  }
  throw new SystemError(`cannot write ${given}: too many symbolic links`, { code: "symlink-loop", operation: "write" });
}

/** Returns the target of a link. `..` in it is relative to the real path of its folder, as far as that is known. */
function targetOf(link: string): string {
  const target = Deno.readLinkSync(link);
  if (/^[/\\]/.test(target)) return resolve(target);
  const folder = dirname(link);
  try {
    return resolve(Deno.realPathSync(folder), target);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return resolve(folder, target);
  }
}

/** Returns the file descriptor that a path such as `/dev/stdout` or `/dev/fd/63` refers to. */
export function descriptorOf(path: string): number | undefined {
  if (isWindows() || !path.startsWith("/")) return undefined;
  const whole = resolve(path);
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,7})$/.exec(whole)?.[1];
  if (number !== undefined) return Number(number);
  return Object.hasOwn(STANDARD, whole) ? STANDARD[whole] : undefined;
}

/** Whether a path refers to stdout; false if that is unknown. */
export function isStdout(path: string): boolean {
  try {
    return findOutput(path).descriptor === 1;
  } catch {
    return false;
  }
}

/**
 * Returns the paths that writing an output uses: those that `beside` returns for it, and for the file that it refers to. For
 * requests of permissions, so never throws.
 */
export function pathsOfOutput(
  given: string,
  beside: (file: string) => readonly string[],
  os?: Os,
): string[] {
  try {
    const { path, descriptor, discards } = findOutput(given, os);
    if (discards) return [];
    // A link is read before it turns out to refer to a descriptor.
    if (descriptor !== undefined) return [...(given === path ? [] : [given]), ...(descriptor > 2 ? [path] : [])];
    return [...new Set([...beside(given), ...beside(path)])];
  } catch {
    return [...beside(given)];
  }
}

function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
