import { posix } from "node:path";
import type { Scan } from "./scan.ts";

/** A rule that a module breaks. */
export interface Breach {
  /** Path from the top of the checkout. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** The problem, and the rule. */
  readonly message: string;
}

/** Rooms that a room may import, beside itself. Protocols that are not listed import only core and deps. */
const MAY_ENTER: Readonly<Record<string, readonly string[]>> = {
  deps: [],
  core: ["deps"],
  cli: ["core", "deps"],
  get: ["core", "deps", "http", "ftp"],
  file: ["core", "deps", "http", "ftp", "get"],
  chat: ["core", "deps", "http"],
  dns: ["core", "deps", "http"],
  mail: ["core", "deps", "http", "dns"],
};
/** Rooms that may import every protocol. */
const MAY_ENTER_ALL = ["check", "tour"];
const ANY_PROTOCOL = ["core", "deps"];

/** Names that only commands may use, and `lib/cli`. */
const LEFT_TO_COMMANDS = /^(?:console|Deno\.(?:exit|args|permissions\.request(?:Sync)?)|prompt|alert|confirm)(?:\.|$)/;
/** Names that a codec may not use, because they perform I/O. */
const IMPURE = /^(?:Deno|process|console|fetch|WebSocket|Worker|setTimeout|setInterval)(?:\.|$)/;
const EXACT_NPM = /^npm:(?:@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(?:-[\w.]+)?(?:\/.*)?$/;

/** Returns the breaches of a module of `lib/`, `cmd/`, or `mod.ts`. `path` is written with slashes, from the top. */
export function breaches(path: string, scan: Scan): Breach[] {
  const found: Breach[] = [];
  const add = (line: number, message: string) => found.push({ path, line, message });
  for (const { specifier, line, form } of scan.references) {
    const message = referenceBreach(path, specifier, form === "dynamic");
    if (message) add(line, `"${specifier}": ${message}`);
  }
  for (const line of scan.computed) add(line, "import() takes a literal, or nobody can tell what it loads");
  if (path === "mod.ts") {
    for (const line of scan.logic) add(line, "mod.ts re-exports lib/*/mod.ts and has no logic");
  }
  const seen = new Set<string>();
  for (const { name, line } of scan.mentions) {
    const message = mentionBreach(path, name);
    if (!message || seen.has(`${line} ${message}`)) continue;
    seen.add(`${line} ${message}`);
    add(line, `${name}: ${message}`);
  }
  return found.sort((a, b) => a.line - b.line);
}

function mentionBreach(path: string, name: string): string | undefined {
  const lib = room(path);
  if (lib === undefined) return undefined;
  if (isCodec(path) && IMPURE.test(name)) return "a codec is pure: bytes to values and back";
  if (lib !== "cli" && LEFT_TO_COMMANDS.test(name) && !isPage(path)) {
    return "a library never prints, exits, reads arguments or asks for a permission";
  }
  return undefined;
}

/** Whether this is code for a browser, where a page may ask its reader. */
function isPage(path: string): boolean {
  return /^lib\/(?:chat\/web\/page|mail\/inbox\/page|file\/page\/browser)\//.test(path);
}

function isCodec(path: string): boolean {
  return /^lib\/(?:[^/]+\/)+codec(?:\.ts$|\/)/.test(path);
}

function referenceBreach(path: string, specifier: string, dynamic: boolean): string | undefined {
  const from = room(path);
  if (/^[a-z][a-z0-9+.-]*:/i.test(specifier)) return outsideBreach(from, specifier);
  if (!/^\.\.?\//.test(specifier)) return "a bare name is for tests only: a remote module does not see the import map";
  if (!/\.[a-z]+$/.test(specifier)) return "a specifier ends in the file's extension";
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  const to = room(target);
  if (path === "mod.ts") {
    return isPublic(target) ? undefined : "mod.ts re-exports lib/*/mod.ts and lib/core/public.ts only";
  }
  if (path.startsWith("cmd/")) return commandBreach(path, target, dynamic);
  if (path === "lib/cli/version.ts" && target === "deno.json") return undefined;
  if (to === undefined) return "lib imports lib only";
  if (isCodec(path) && target === "lib/core/mod.ts") return "a codec imports leaf files of lib/core, not its mod.ts";
  if (from === to || from === undefined) return undefined;
  if (MAY_ENTER_ALL.includes(from) && (to !== "cli" || from === "tour")) return undefined;
  const allowed = Object.hasOwn(MAY_ENTER, from) ? MAY_ENTER[from] ?? [] : ANY_PROTOCOL;
  return allowed.includes(to) ? undefined : `lib/${from} may import ${list(["itself", ...allowed])}, not lib/${to}`;
}

function commandBreach(path: string, target: string, dynamic: boolean): string | undefined {
  if (isIndex(target) || isInternalIndex(target)) {
    return room(target) === "deps" ? "commands reach packages through the library" : undefined;
  }
  const tool = toolOf(path);
  if (tool !== undefined && tool === toolOf(target) && target !== `cmd/${tool}.ts`) return undefined;
  if (!target.startsWith("cmd/")) return "a command imports lib/cli/mod.ts, lib/*/mod.ts and lib/*/internal.ts only";
  if (path !== "cmd/toucan.ts") return "only cmd/toucan.ts imports other commands";
  return dynamic ? undefined : "cmd/toucan.ts loads other commands lazily, by import()";
}

/** Returns the tool of a file of `cmd/`: `cmd/NAME.ts` and `cmd/NAME/*.ts`. */
function toolOf(path: string): string | undefined {
  return /^cmd\/([a-z]+)(?:\.ts$|(?:\/[a-z_]+){1,2}\.ts$)/.exec(path)?.[1];
}

function outsideBreach(from: string | undefined, specifier: string): string | undefined {
  if (from !== "deps") return "third-party code and built-ins of node enter through lib/deps only";
  if (specifier.startsWith("node:") || EXACT_NPM.test(specifier)) return undefined;
  return "lib/deps takes node: and npm: with an exact version";
}

/** Returns the folder of `lib/` that contains a path. */
function room(path: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(path)?.[1];
}

/**
 * Index of the exports of a room for users of the library; in `core`, whose `mod.ts` is for other rooms, `public.ts`.
 */
function isPublic(path: string): boolean {
  return path === "lib/core/public.ts" || (isIndex(path) && !/^lib\/(?:core|cli|deps|tour)\//.test(path));
}

/** Index of the exports of a room that are not part of the public library. */
function isInternalIndex(path: string): boolean {
  return /^lib\/[^/]+\/internal\.ts$/.test(path);
}

function isIndex(path: string): boolean {
  return /^lib\/[^/]+\/mod\.ts$/.test(path);
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
