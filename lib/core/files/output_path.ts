import { dirname, resolve } from "../../deps/std/path.ts";
import { SystemError } from "../errors/errors.ts";

/** Where a path that the user named as an output leads. */
export interface OutputPath {
  /** The path as given. */
  readonly given: string;
  /** The same without symbolic links at its end: the path of the file itself. */
  readonly path: string;
  /** The descriptor of this process that it stands for, such as 1 for `/dev/stdout`. */
  readonly descriptor?: number;
  /** What the system knows of the file; undefined when it is missing. */
  readonly there?: Deno.FileInfo;
}

/** Symbolic links that are followed, as Linux does. */
const MAX_LINKS = 40;
/** Whether the runtime creates what a link leads to, so that the system can say whether the link may be followed. */
const CREATES_THROUGH_LINKS = !/^2\.[0-7]\./.test(Deno.version.deno);
const STANDARD: Readonly<Record<string, number>> = { "/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2 };

/**
 * Follows the symbolic links at the end of a path. A link to a file that is missing leads to where that would be.
 *
 * Needs read permission for the path, and for the folder of a link whose target is missing.
 *
 * @throws {SystemError} `symlink-loop`; `not-a-file` for a link to a missing file, where the runtime cannot create that.
 */
export function findOutput(given: string): OutputPath {
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

/** Where a link leads. What `..` means in it depends on where its folder really is, as far as that can be seen. */
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

/** The descriptor that a path such as `/dev/stdout` or `/dev/fd/63` stands for. */
export function descriptorOf(path: string): number | undefined {
  if (Deno.build.os === "windows" || !path.startsWith("/")) return undefined;
  const whole = resolve(path);
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,7})$/.exec(whole)?.[1];
  if (number !== undefined) return Number(number);
  return Object.hasOwn(STANDARD, whole) ? STANDARD[whole] : undefined;
}

/** Whether writing to a path is writing to stdout; false where that cannot be seen. */
export function isStdout(path: string): boolean {
  try {
    return findOutput(path).descriptor === 1;
  } catch {
    return false;
  }
}

/**
 * The paths that writing an output uses: those that `beside` gives for it, and for the file that it leads to. For
 * asking for permissions, so never throws.
 */
export function pathsOfOutput(given: string, beside: (file: string) => readonly string[]): string[] {
  try {
    const { path, descriptor } = findOutput(given);
    // A link is looked at before it turns out to lead to a descriptor.
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
