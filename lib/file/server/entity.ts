import type { Validators } from "../../http/mod.ts";

/** Milliseconds in which a file system may give two changes the same time. */
const TICK = 20;

/** Returns a text that identifies one version of a file, as far as its metadata does. */
export function versionOf(stat: Deno.FileInfo): string {
  const { dev, ino, size, mtime, ctime } = stat;
  return [dev, ino ?? 0, size, mtime?.getTime() ?? 0, ctime?.getTime() ?? 0].map((part) => part.toString(36)).join("-");
}

/**
 * Whether a file was changed so lately that a further change might leave it with the same times. Times of contents come
 * in milliseconds, of metadata in seconds: where the former was set by hand the latter has to be old enough.
 */
export function isFresh(stat: Deno.FileInfo, now: number = Date.now()): boolean {
  const modified = stat.mtime?.getTime();
  const changed = stat.ctime?.getTime();
  if (modified === undefined) return true;
  if (changed === undefined) return now < modified + TICK;
  const setByHand = modified < changed || modified >= changed + 1000;
  return setByHand ? now < changed + 1000 + TICK : now < modified + TICK;
}

/** The strong entity tag of a version. */
export function tagOf(stat: Deno.FileInfo): string {
  return `"${versionOf(stat)}"`;
}

let once = 0;

/**
 * The entity tag that goes out with a file: of one that was changed a moment ago a tag that matches nothing later, since
 * what comes next may look the same.
 */
export function outgoingTag(stat: Deno.FileInfo): string {
  return isFresh(stat) ? `"${versionOf(stat)}.${Date.now().toString(36)}.${(once++).toString(36)}"` : tagOf(stat);
}

/** The validators of a file that is there. */
export function validatorsOf(stat: Deno.FileInfo): Validators & { readonly etag: string } {
  return { etag: outgoingTag(stat), lastModified: stat.mtime?.getTime() };
}
