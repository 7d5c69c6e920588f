import { resolve } from "../../lib/deps/std/path.ts";
import { RUNTIME_FILES, TRACED } from "../../scripts/docs/sandbox/runtime_calls.ts";
import { until } from "./wait.ts";

/** Permissions of a traced call of an executable. */
export interface Permitted {
  /** Path of the executable. */
  readonly program: string;
  /** Its working folder. */
  readonly cwd: string;
  /** Its arguments: paths in them may be read and written, ports in them connected to. */
  readonly words: readonly string[];
  /** Paths that it may read. */
  readonly reads: readonly string[];
  /** Paths that it may write. */
  readonly writes: readonly string[];
  /** Whether it may use sockets. */
  readonly net: boolean;
}

/** System calls that no executable may make once it runs. */
const NEVER = /^(?:execveat|ptrace|mount|chroot|setns|unshare|init_module|finit_module|bpf|mknod|mknodat)$/;
const CHANGES = /^(?:creat|truncate|unlink|unlinkat|rmdir|rename|link|symlink|mkdir|chmod|chown|lchown|fchmod|fchown)/;
/** Folders of this tool's own sockets, next to the path of a socket. */
const PRIVATE = /^\.tou-[0-9a-f]{6}$/;

/** Returns the command that runs a program under `strace`, whose process id and exit code are those of the program. */
export function traced(program: string, args: readonly string[], file: string): { program: string; args: string[] } {
  const options = ["-D", "-f", "-q", "-s", "4096", "--seccomp-bpf", "-e", `trace=${TRACED.join(",")}`, "-o", file];
  return { program: "strace", args: [...options, program, ...args] };
}

/** Returns whether a process has exited in a trace. Process ids are padded to five columns. */
export function hasEnd(trace: string, pid: string): boolean {
  return new RegExp(`^${pid} +\\+\\+\\+ (?:exited|killed)`, "m").test(trace);
}

/** Returns a trace once its first process has exited. */
export async function finishedTrace(file: string): Promise<string> {
  let text = "";
  try {
    return await until(`the end of the trace ${file}`, async () => {
      text = await Deno.readTextFile(file).catch(String);
      const [, first] = /^(\d+) /.exec(text) ?? [];
      return first !== undefined && hasEnd(text, first) && text;
    });
  } catch (error) {
    throw new Error(`the trace has no end: …${text.slice(-2000)}`, { cause: error });
  }
}

/** Returns the system calls of a trace that are not permitted. */
export function forbiddenCalls(trace: string, permitted: Permitted): string[] {
  const calls = trace.split("\n").flatMap((line) => {
    const [, name = "", rest = ""] = /^\d+ +([a-z_0-9]+)\((.*)$/.exec(line) ?? [];
    return name === "" ? [] : [{ name, rest }];
  });
  const binds = calls.some(({ name }) => name === "bind");
  return calls.filter((call, index) => !isPermitted(call, index === 0, binds, permitted))
    .map(({ name, rest }) => `${name}(${rest}`);
}

function isPermitted(
  { name, rest }: { readonly name: string; readonly rest: string },
  first: boolean,
  binds: boolean,
  permitted: Permitted,
): boolean {
  if (NEVER.test(name)) return false;
  if (name === "execve") return first && pathsIn(rest)[0] === permitted.program;
  if (name === "socket") return permitted.net;
  if (name === "connect" || name === "bind") return permitted.net && isNear(rest, binds, permitted);
  const paths = pathsIn(rest).map((path) => resolve(permitted.cwd, path));
  if (name === "mkdir" && paths.every((path) => isAbove(path, permitted))) return true;
  const changes = CHANGES.test(name) || /\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/.test(rest);
  return paths.every((path) => changes ? isWritable(path, permitted) : isReadable(path, permitted));
}

/** Returns the quoted texts of a call, without those of the arguments of a program. */
function pathsIn(rest: string): string[] {
  const before = rest.replace(/\[.*\]/, "");
  return Array.from(before.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, text = ""]) => text.replace(/\\(["\\])/g, "$1"));
}

/** Returns whether an address is of this machine: a port that the call names, or of a server; or a socket that it names. */
function isNear(rest: string, binds: boolean, permitted: Permitted): boolean {
  const [, unix] = /sun_path="((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
  if (unix !== undefined) return unix === "/var/run/nscd/socket" || isWritable(resolve(permitted.cwd, unix), permitted);
  // To disconnect, and to list the addresses of this machine.
  if (/sa_family=AF_(?:UNSPEC|NETLINK)/.test(rest)) return true;
  const [, host] = /inet_(?:addr|pton)\((?:AF_INET6, )?"([^"]*)"/.exec(rest) ?? [];
  const [, port = ""] = /sin6?_port=htons\((\d+)\)/.exec(rest) ?? [];
  if (host === undefined) return false;
  const local = /^(?:127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$)/.test(host);
  // The C library sorts addresses by connecting datagram sockets to port 0, which sends nothing.
  // A server names the ports of data connections in its replies.
  if (local && permitted.words.some((word) => /^ftps?:/.test(word))) return true;
  return local && (binds || port === "0" || permitted.words.some((word) => new RegExp(`\\b${port}\\b`).test(word)));
}

function isReadable(path: string, permitted: Permitted): boolean {
  if (path === permitted.program) return true;
  // SQLite flushes the folder of its files.
  if (permitted.writes.some((own) => resolve(permitted.cwd, own, "..") === path)) return true;
  const runtime = RUNTIME_FILES.some(({ files, net }) => files.test(path) && (!net || permitted.net));
  return runtime || isBelow(path, [...permitted.reads, ...permitted.writes], permitted) || isNamed(path, permitted);
}

function isWritable(path: string, permitted: Permitted): boolean {
  if (path === "/dev/null" || isBelow(path, permitted.writes, permitted) || isNamed(path, permitted)) return true;
  const parts = path.split("/");
  const index = parts.findIndex((part) => PRIVATE.test(part));
  const beside = index < 0 ? undefined : parts.slice(0, index).join("/");
  return beside !== undefined && [...permitted.writes].some((own) => resolve(permitted.cwd, own, "..") === beside);
}

/** Returns whether a folder is above a path that the call may write, and below its own. */
function isAbove(path: string, { cwd, words, writes }: Permitted): boolean {
  const own = [...writes, ...words].map((one) => resolve(cwd, one));
  return path.startsWith(`${cwd}/`) && own.some((one) => one.startsWith(`${path}/`));
}

function isBelow(path: string, folders: readonly string[], { cwd }: Permitted): boolean {
  return folders.map((folder) => resolve(cwd, folder)).some((folder) =>
    path === folder || path.startsWith(`${folder}/`)
  );
}

/** Returns whether the call names a path, alone or after `@`, `=` or `unix:`, or one with another ending, or a folder in its own above it. */
function isNamed(path: string, { cwd, words }: Permitted): boolean {
  const own = words.flatMap((word) => [word, ...word.split(/[@=:;]/)]).filter((word) => word !== "");
  return own.map((word) => resolve(cwd, word)).some((at) =>
    path === at || (at !== "/" && path.startsWith(`${at}.`)) || (at.startsWith(`${cwd}/`) && path.startsWith(`${at}/`))
  );
}
