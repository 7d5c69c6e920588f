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
  /** The paths it reads and writes only before it does its work, such as files with secrets: see `releasePaths`. */
  readonly startup?: Pick<Needs, "read" | "write">;
}

/** Variables that name a proxy, as other tools read them. */
export const PROXY_VARIABLES: readonly string[] = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/**
 * The whole file system, and the directory the tool runs in. A grant of such paths, unlike one without any, can be
 * narrowed: see `dropPermissions`.
 */
export const ANYWHERE: readonly string[] = ["/", "."];

/** Variables that every tool reads at its start: whether the terminal understands escape sequences. */
const ALWAYS_READ: readonly string[] = ["TERM"];

/** The grant as flags of `deno run` and `deno compile`. */
export function grantFlags(grant: Grant): string[] {
  const flags = grant.net ? ["--allow-net"] : [];
  for (const name of ["read", "write", "env", "sys"] as const) {
    const list = [...grant[name] ?? [], ...name === "env" ? ALWAYS_READ : []];
    if (list.length > 0) flags.push(`--allow-${name}=${list.join(",")}`);
  }
  return flags;
}

/** All that any of the needs has. */
export function union(...needs: readonly Needs[]): Needs {
  const join = (name: "read" | "write" | "env" | "sys") => [...new Set(needs.flatMap((one) => one[name] ?? []))];
  const startup = needs.flatMap((one) => one.startup ?? []);
  return {
    net: needs.some((one) => one.net),
    read: join("read"),
    write: join("write"),
    env: join("env"),
    sys: join("sys"),
    // What two options name is used twice.
    startup: {
      read: startup.flatMap(({ read = [] }) => read),
      write: startup.flatMap(({ write = [] }) => write),
    },
  };
}
