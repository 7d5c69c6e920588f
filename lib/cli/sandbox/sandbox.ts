import { isWindows, type Os } from "../../core/system/os.ts";
import { rootsOf } from "../../core/system/roots.ts";

/** Permissions that an executable is compiled with, in the form of the values of Deno's flags. */
export interface Grant {
  /** Whether the network may be used. @default false */
  readonly net?: boolean;
  /** Readable paths. */
  readonly read?: readonly string[];
  /** Writable paths. */
  readonly write?: readonly string[];
  /** Readable environment variables. */
  readonly env?: readonly string[];
  /** Permitted system information: `networkInterfaces`. */
  readonly sys?: readonly string[];
  /** Unstable APIs of the runtime, by the names of their flags: `net` for `--unstable-net`. */
  readonly unstable?: readonly "net"[];
  /** Further permissions of executables for Windows. */
  readonly windows?: Pick<Grant, "sys">;
}

/**
 * Returns what a grant is on a system: `/` stands for all drives of Windows, where it would be the root of the current one.
 */
export function grantOn(grant: Grant, os?: Os): Grant {
  const { windows, ...own } = grant;
  const paths = (list: readonly string[] | undefined) => list?.flatMap((path) => rootsOf(path, os));
  const sys = [...new Set([...own.sys ?? [], ...isWindows(os) ? windows?.sys ?? [] : []])];
  return { ...own, read: paths(own.read), write: paths(own.write), sys };
}

/** Permissions that one call needs. */
export interface Needs {
  /** Whether the network is used. @default false */
  readonly net?: boolean;
  /** Paths to read. */
  readonly read?: readonly string[];
  /** Paths to write. */
  readonly write?: readonly string[];
  /** Environment variables to read. */
  readonly env?: readonly string[];
  /** System information to read. */
  readonly sys?: readonly string[];
  /** Paths that are only used at the start, such as files with secrets: see `releasePaths`. */
  readonly startup?: Pick<Needs, "read" | "write">;
}

/** Environment variables for proxies, as curl and wget read them. */
export const PROXY_VARIABLES: readonly string[] = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/**
 * The root and the current folder. A grant of these paths can be narrowed by `dropPermissions`, one without paths cannot.
 */
export const ANYWHERE: readonly string[] = ["/", "."];

/** Variables that every tool reads at its start: `TERM` tells whether the terminal supports escape sequences. */
const ALWAYS_READ: readonly string[] = ["TERM"];

/** Returns a grant as permission flags of `deno run` and `deno compile`. */
export function grantFlags(grant: Grant): string[] {
  const flags = grant.net ? ["--allow-net"] : [];
  for (const name of ["read", "write", "env", "sys"] as const) {
    const list = [...grant[name] ?? [], ...name === "env" ? ALWAYS_READ : []];
    if (list.length > 0) flags.push(`--allow-${name}=${list.join(",")}`);
  }
  return flags;
}

/** Returns the union of several needs. */
export function union(...needs: readonly Needs[]): Needs {
  const join = (name: "read" | "write" | "env" | "sys") => [...new Set(needs.flatMap((one) => one[name] ?? []))];
  const startup = needs.flatMap((one) => one.startup ?? []);
  return {
    net: needs.some((one) => one.net),
    read: join("read"),
    write: join("write"),
    env: join("env"),
    sys: join("sys"),
    // Not deduplicated: a path that two options name is used twice.
    startup: {
      read: startup.flatMap(({ read = [] }) => read),
      write: startup.flatMap(({ write = [] }) => write),
    },
  };
}
