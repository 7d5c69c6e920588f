import type { Needs } from "../../../lib/cli/mod.ts";

/** Something that no call of a tool may do. */
export interface Attempt {
  /** Name in the kit that tries it (`tests/kit/escapes.ts`). */
  readonly name: string;
  /** Description for the page. */
  readonly what: string;
  /** Permission that is missing. */
  readonly permission: string;
  /** Returns whether a call may do it nevertheless. */
  readonly unless?: (needs: Needs) => boolean;
}

/**
 * Attempts that are made in each trial of `tests/kit/trials`, by code that runs in the process of the tool with the permissions that
 * the call has left: before the verb runs, at its first use of the network, when it listens, and at its end.
 */
export const ATTEMPTS: readonly Attempt[] = [
  { name: "run", what: "start a program (`/bin/true`)", permission: "run" },
  { name: "signal", what: "send a signal to another process", permission: "run" },
  { name: "ffi", what: "load a native library (`libc.so.6`)", permission: "ffi" },
  { name: "passwd", what: "read or change `/etc/passwd`", permission: "read, write" },
  { name: "shadow", what: "read `/etc/shadow`", permission: "read" },
  { name: "ssh", what: "read `/root/.ssh/id_ed25519`", permission: "read" },
  { name: "environ", what: "read `/proc/self/environ`", permission: "all" },
  { name: "device", what: "open `/dev/mem`", permission: "all" },
  {
    name: "outside",
    what: "list, or create a file in, a folder that the call does not name",
    permission: "read, write",
  },
  { name: "symlink", what: "create a symbolic link", permission: "read, write" },
  { name: "home", what: "read the variable `HOME`", permission: "env" },
  { name: "variables", what: "list all variables", permission: "env" },
  { name: "setVariable", what: "change the variable `PATH`", permission: "env" },
  { name: "hostname", what: "read the name of the machine", permission: "sys" },
  { name: "user", what: "read the number of the user", permission: "sys" },
  { name: "ask", what: "ask for a permission that was dropped", permission: "–" },
  { name: "listen", what: "listen on a port", permission: "net", unless: ({ net }) => net === true },
];
