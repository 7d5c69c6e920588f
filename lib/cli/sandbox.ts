import { isAbsolute, normalize } from "../deps/path.ts";

/** What an executable is compiled with. Paths and names as Deno's flags take them. */
export interface Grant {
  /** Whether it may use the network. */
  readonly net?: boolean;
  /** The paths it may read. */
  readonly read?: readonly string[];
  /** The paths it may write. */
  readonly write?: readonly string[];
  /** The environment variables it may read. */
  readonly env?: readonly string[];
  /** What it may ask the system. */
  readonly sys?: readonly string[];
  /** The unstable APIs of the runtime that it uses, by the names of their flags: `net` for `--unstable-net`. */
  readonly unstable?: readonly "net"[];
}

/** What one call of it needs of that. */
export interface Needs {
  /** Whether it uses the network. */
  readonly net?: boolean;
  /** The paths it reads. */
  readonly read?: readonly string[];
  /** The paths it writes. */
  readonly write?: readonly string[];
  /** The environment variables it reads. */
  readonly env?: readonly string[];
  /** What it asks the system. */
  readonly sys?: readonly string[];
}

/** Variables that name a proxy, as other tools read them. */
export const PROXY_VARIABLES: readonly string[] = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/** The whole file system, and the directory the tool runs in: both, so that the first can be dropped and the second kept. */
export const ANYWHERE: readonly string[] = ["/", "."];

/** The grant as flags of `deno run` and `deno compile`. */
export function grantFlags(grant: Grant): string[] {
  const flags = grant.net ? ["--allow-net"] : [];
  for (const name of ["read", "write", "env", "sys"] as const) {
    const list = grant[name];
    if (list && list.length > 0) flags.push(`--allow-${name}=${list.join(",")}`);
  }
  return flags;
}

/** All that any of the grants or needs has. */
export function union(...grants: readonly (Grant | Needs)[]): Needs {
  const join = (name: "read" | "write" | "env" | "sys") => [...new Set(grants.flatMap((grant) => grant[name] ?? []))];
  return {
    net: grants.some((grant) => grant.net),
    read: join("read"),
    write: join("write"),
    env: join("env"),
    sys: join("sys"),
  };
}

/**
 * Gives up every permission that this call does not need, before it touches the network. What is left of a path grant
 * is `.` where the paths lie below the current directory, and those that `granted` lists one by one. (Narrowing any
 * further is not possible: revoking a path out of a wider grant reports success and does nothing.)
 */
export function dropPermissions(needs: Needs, granted: Grant = {}): void {
  for (const name of ["run", "ffi"] as const) Deno.permissions.revokeSync({ name });
  if (!needs.net) Deno.permissions.revokeSync({ name: "net" });
  if (!needs.sys?.length) Deno.permissions.revokeSync({ name: "sys" });
  if (!needs.env?.length) Deno.permissions.revokeSync({ name: "env" });
  for (const name of ["read", "write"] as const) {
    const paths = needs[name] ?? [];
    const listed = (path: string) => !ANYWHERE.includes(path) && granted[name]?.includes(path) === true;
    if (paths.length === 0) Deno.permissions.revokeSync({ name });
    else if (paths.every(listed)) { for (const path of ANYWHERE) Deno.permissions.revokeSync({ name, path }); }
    else if (paths.every((path) => isBelowHere(path) || listed(path))) Deno.permissions.revokeSync({ name, path: "/" });
  }
}

function isBelowHere(path: string): boolean {
  return !isAbsolute(path) && !/^\.\.(?:[/\\]|$)/.test(normalize(path));
}
