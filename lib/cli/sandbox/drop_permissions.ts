import { basename, dirname, join, normalize, resolve } from "../../deps/std/path.ts";
import type { Os } from "../../core/system/os.ts";
import { comparedPath } from "../../core/system/roots.ts";
import { type Grant, grantOn, type Needs } from "./sandbox.ts";

/** Permissions that are granted and dropped by path. */
const PATH_PERMISSIONS = ["read", "write"] as const;
type PathPermission = typeof PATH_PERMISSIONS[number];

/** Maximum number of paths in one folder that are granted separately: each check of the runtime compares all granted paths. */
const MAX_PATHS_PER_FOLDER = 100;

/** Paths that the call needs until it exits. */
const lasting: Record<PathPermission, readonly string[]> = { read: [], write: [] };
/** Paths that are needed only at the start and are not used yet, once for each pending use. */
const pending: Record<PathPermission, string[]> = { read: [], write: [] };
/** Used paths that cannot be revoked while a folder above them is needed. */
const used: Record<PathPermission, Set<string>> = { read: new Set(), write: new Set() };

/**
 * Drops all permissions that this call does not need. Called before the call uses the network.
 *
 * The runtime cannot remove a path from a wider grant, but revoking a path also revokes the grants of all folders above
 * it. Therefore each needed path is requested, which succeeds without a prompt under a wider grant, and then the folders
 * above are revoked, and the rest of `granted`. Of other permissions that the user granted, a grant without paths
 * (`--allow-read`) and paths elsewhere remain. Paths that are not granted are not requested: their use fails with an
 * error that names the permission.
 *
 * @param needs Permissions that the call needs.
 * @param granted Permissions that the executable was compiled with.
 */
export function dropPermissions(needs: Needs, granted: Grant = {}): void {
  const here = grantOn(granted);
  for (const name of ["run", "ffi"] as const) Deno.permissions.revokeSync({ name });
  if (!needs.net) Deno.permissions.revokeSync({ name: "net" });
  if (!needs.sys?.length) Deno.permissions.revokeSync({ name: "sys" });
  if (!needs.env?.length) Deno.permissions.revokeSync({ name: "env" });
  for (const name of PATH_PERMISSIONS) {
    lasting[name] = collapsePaths((needs[name] ?? []).flatMap(forms));
    pending[name] = (needs.startup?.[name] ?? []).flatMap(forms);
    const paths = new Set([...lasting[name], ...pending[name]]);
    if (paths.size === 0) Deno.permissions.revokeSync({ name });
    else narrow(name, paths, here[name] ?? []);
  }
}

/** Drops paths that were needed only at the start, unless the call needs them for another purpose. */
export function releasePaths(...paths: readonly (string | undefined)[]): void {
  for (const path of paths.flatMap((path) => path === undefined ? [] : forms(path))) {
    for (const name of PATH_PERMISSIONS) {
      const index = pending[name].indexOf(path);
      if (index >= 0) pending[name].splice(index, 1);
      used[name].add(path);
    }
  }
  for (const name of PATH_PERMISSIONS) {
    for (const path of used[name]) {
      if (covered(path, new Set([...lasting[name], ...pending[name]]))) continue;
      Deno.permissions.revokeSync({ name, path });
      used[name].delete(path);
    }
  }
}

/** Replaces more than {@link MAX_PATHS_PER_FOLDER} paths in one folder by the folder. */
function collapsePaths(paths: readonly string[]): readonly string[] {
  const inFolder = Map.groupBy(paths, (path) => dirname(path));
  return [...inFolder].flatMap(([folder, paths]) => paths.length > MAX_PATHS_PER_FOLDER ? [folder] : paths);
}

/** Returns the topmost missing folder above a path, which has to be created; none if the folder of the path exists. */
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

function narrow(name: PathPermission, paths: ReadonlySet<string>, granted: readonly string[]): void {
  for (const path of paths) {
    if (Deno.permissions.querySync({ name, path }).state === "granted") Deno.permissions.requestSync({ name, path });
  }
  const above = [...paths].map((path) => dirname(path));
  for (const path of new Set([...[...granted, "."].flatMap(absolute), ...above])) {
    if (!covered(path, paths)) Deno.permissions.revokeSync({ name, path });
  }
}

/** Results of {@link forms} by path. */
const known = new Map<string, readonly string[]>();

/** Returns the forms under which a path is used: as given, and with symbolic links resolved if that differs. */
function forms(path: string): readonly string[] {
  const found = known.get(path) ?? absolute(path).flatMap((given) => [...new Set([given, realPath(given) ?? given])]);
  known.set(path, found);
  return found;
}

/** Resolves the symbolic links in the folders of a path, and in the path itself if it is a folder; it need not exist. */
function realPath(path: string): string | undefined {
  const above = dirname(path);
  try {
    if (above === path || Deno.statSync(path).isDirectory) return Deno.realPathSync(path);
  } catch {
    // It does not exist yet, or is not granted.
  }
  const real = above === path ? undefined : realPath(above);
  return real === undefined ? undefined : join(real, basename(path));
}

/**
 * Returns the absolute form of a path; none for an invalid path, or if the current folder was removed. If the name of the
 * current folder is not UTF-8 the path stays relative: the runtime resolves it.
 */
function absolute(path: string): string[] {
  if (path === "" || path.includes("\0")) return [];
  try {
    return [resolve(path)];
  } catch (error) {
    return error instanceof Deno.errors.InvalidData ? [normalize(path)] : [];
  }
}

/** Returns whether a path is one of others, or below one of them. */
export function covered(path: string, others: ReadonlySet<string>, os?: Os): boolean {
  const compared = new Set(Array.from(others, (other) => comparedPath(other, os)));
  for (let at = path, above = dirname(at);; at = above, above = dirname(at)) {
    if (compared.has(comparedPath(at, os))) return true;
    if (above === at) return false;
  }
}
