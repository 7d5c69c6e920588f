import { basename, dirname, join, normalize, resolve } from "../../deps/std/path.ts";
import type { Grant, Needs } from "./sandbox.ts";

const NAMES = ["read", "write"] as const;
type Name = typeof NAMES[number];

/** Paths of one folder that are granted one by one: each check of the runtime looks at all that are granted. */
const MOST_IN_FOLDER = 100;

/** The paths that the call keeps to its end. */
const lasting: Record<Name, readonly string[]> = { read: [], write: [] };
/** Those that it needs only at the start and still has to use, as often as that. */
const pending: Record<Name, string[]> = { read: [], write: [] };
/** Those that it has used, but which cannot be revoked as long as what lies above them is needed. */
const used: Record<Name, Set<string>> = { read: new Set(), write: new Set() };

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
    lasting[name] = gathered((needs[name] ?? []).flatMap(forms));
    pending[name] = (needs.startup?.[name] ?? []).flatMap(forms);
    const paths = new Set([...lasting[name], ...pending[name]]);
    if (paths.size === 0) Deno.permissions.revokeSync({ name });
    else narrow(name, paths, granted[name] ?? []);
  }
}

/** Drops paths that were needed only at the start, unless the call still needs them for something else. */
export function releasePaths(...paths: readonly (string | undefined)[]): void {
  for (const path of paths.flatMap((path) => path === undefined ? [] : forms(path))) {
    for (const name of NAMES) {
      const place = pending[name].indexOf(path);
      if (place >= 0) pending[name].splice(place, 1);
      used[name].add(path);
    }
  }
  for (const name of NAMES) {
    for (const path of used[name]) {
      if (covered(path, new Set([...lasting[name], ...pending[name]]))) continue;
      Deno.permissions.revokeSync({ name, path });
      used[name].delete(path);
    }
  }
}

/** The same paths, but a folder in place of very many in it. */
function gathered(paths: readonly string[]): readonly string[] {
  const inFolder = Map.groupBy(paths, (path) => dirname(path));
  return [...inFolder].flatMap(([folder, paths]) => paths.length > MOST_IN_FOLDER ? [folder] : paths);
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

function narrow(name: Name, paths: ReadonlySet<string>, granted: readonly string[]): void {
  for (const path of paths) {
    if (Deno.permissions.querySync({ name, path }).state === "granted") Deno.permissions.requestSync({ name, path });
  }
  const above = [...paths].map((path) => dirname(path));
  for (const path of new Set([...[...granted, "."].flatMap(absolute), ...above])) {
    if (!covered(path, paths)) Deno.permissions.revokeSync({ name, path });
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

/**
 * A path from the root on; none for what is no path, and for one of a folder that was removed. Where the name of the
 * current folder is not UTF-8 it stays relative: the runtime resolves it.
 */
function absolute(path: string): string[] {
  if (path === "" || path.includes("\0")) return [];
  try {
    return [resolve(path)];
  } catch (error) {
    return error instanceof Deno.errors.InvalidData ? [normalize(path)] : [];
  }
}

/** Whether a path is one of others, or lies below one. */
function covered(path: string, others: ReadonlySet<string>): boolean {
  for (let at = path, above = dirname(at);; at = above, above = dirname(at)) {
    if (others.has(at)) return true;
    if (above === at) return false;
  }
}
