import { basename, dirname, isAbsolute, join, normalize } from "../deps/path.ts";
import type { Grant, Needs } from "./sandbox.ts";

const NAMES = ["read", "write"] as const;
type Name = typeof NAMES[number];

const TRAILING = Deno.build.os === "windows" ? /[/\\]+$/ : /\/+$/;

/** The paths that the call keeps to its end. */
const lasting: Record<Name, readonly string[]> = { read: [], write: [] };

/**
 * Drops every permission that this call does not need, before it touches the network.
 *
 * The runtime cannot take a path out of a wider grant, but revoking a path also revokes every grant of a folder above
 * it. So each needed path is requested, which a wider grant answers without asking, and then what lies above them is
 * revoked, along with the rest of `granted`. Of what else the user granted, only a grant without any paths
 * (`--allow-read`) and paths elsewhere remain. A path that is not granted is not requested: its use fails, and names
 * the permission.
 */
export function dropPermissions(needs: Needs, granted: Grant = {}): void {
  for (const name of ["run", "ffi"] as const) Deno.permissions.revokeSync({ name });
  if (!needs.net) Deno.permissions.revokeSync({ name: "net" });
  if (!needs.sys?.length) Deno.permissions.revokeSync({ name: "sys" });
  if (!needs.env?.length) Deno.permissions.revokeSync({ name: "env" });
  for (const name of NAMES) {
    lasting[name] = (needs[name] ?? []).flatMap(forms);
    const paths = [...new Set([...lasting[name], ...(needs.startup?.[name] ?? []).flatMap(forms)])];
    if (paths.length === 0) Deno.permissions.revokeSync({ name });
    else narrow(name, paths, granted[name] ?? []);
  }
}

/** Drops paths that were needed only at the start, unless the call needs them further for something else. */
export function releasePaths(...paths: readonly (string | undefined)[]): void {
  for (const path of paths.flatMap((path) => path === undefined ? [] : forms(path))) {
    for (const name of NAMES) {
      if (!lasting[name].some((kept) => covers(kept, path))) Deno.permissions.revokeSync({ name, path });
    }
  }
}

/** The uppermost folder on the way to a path that is missing, to be made; none when the folder of the path is there. */
export function missingFolders(path: string): string[] {
  let missing: string | undefined;
  for (let [at, above] = [path, dirname(path)]; above !== at; [at, above] = [above, dirname(above)]) {
    if (exists(above)) break;
    missing = above;
  }
  return missing === undefined ? [] : [missing];
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

function narrow(name: Name, paths: readonly string[], granted: readonly string[]): void {
  for (const path of paths) {
    if (Deno.permissions.querySync({ name, path }).state === "granted") Deno.permissions.requestSync({ name, path });
  }
  for (const wide of [...granted, ".", ...paths.map((path) => dirname(path))].flatMap(absolute)) {
    if (!paths.some((path) => covers(path, wide))) Deno.permissions.revokeSync({ name, path: wide });
  }
}

/** The forms of a path under which it is used, by the path as given. */
const known = new Map<string, readonly string[]>();

/** The forms of a path under which it is used: as given, and without symbolic links where that is another one. */
function forms(path: string): readonly string[] {
  const found = known.get(path) ?? absolute(path).flatMap((given) => [...new Set([given, realPath(given) ?? given])]);
  known.set(path, found);
  return found;
}

/** The path without symbolic links on the way, and of a folder also without being one; also of what does not exist. */
function realPath(path: string): string | undefined {
  const above = dirname(path);
  try {
    if (above === path || Deno.statSync(path).isDirectory) return Deno.realPathSync(path);
  } catch {
    // It does not exist yet, or was not granted.
  }
  const real = above === path ? undefined : realPath(above);
  return real === undefined ? undefined : join(real, basename(path));
}

/** A path from the root on; none for what is no path. */
function absolute(path: string): string[] {
  if (path === "" || path.includes("\0")) return [];
  const whole = isAbsolute(path) ? [path] : currentFolder().map((folder) => join(folder, path));
  // A separator at the end means nothing here, except that of a root.
  return whole.map((path) => normalize(path)).map((path) => dirname(path) === path ? path : path.replace(TRAILING, ""));
}

/** The folder that the tool runs in; none when it was removed. */
function currentFolder(): string[] {
  try {
    return [Deno.cwd()];
  } catch {
    return [];
  }
}

/** Whether a path is another one, or a folder above it. */
function covers(path: string, other: string): boolean {
  if (path === other) return true;
  const above = dirname(other);
  return above !== other && covers(path, above);
}
