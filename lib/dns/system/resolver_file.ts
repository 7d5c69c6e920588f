import { fromSystem, isWindows, readAllowedVariable, SystemError } from "../../core/mod.ts";
import { RESOLVER_FILE, type ResolverConfig } from "./config.ts";
import { parseResolverConfig, type ResolverVariables } from "./resolv_conf.ts";
import { windowsConfig } from "./windows_config.ts";

const CHUNK_SIZE = 64 * 1024;
/** Longer than any line that has a meaning. */
const MAX_LINE_CHARACTERS = 64 * 1024;
/** Beginnings of lines that are parsed. */
const MEANINGFUL = /^(?:nameserver|domain|search|options)[ \t]/;
/** Reasons for which the C library goes on without the file. */
const MISSING = /^(?:NotFound|PermissionDenied|FilesystemLoop|NotADirectory)$/;
/** `/dev/null`, which is an empty file. */
const NULL_DEVICE = 0x103;

/**
 * Reads how this machine looks names up, with the variables `LOCALDOMAIN` and `RES_OPTIONS`. A file that is missing or
 * may not be read is as an empty one, as for the C library. Nothing where this run lacks the permission for it. Windows
 * has no such file: there the servers are those of its network adapters, without a search list.
 *
 * Permissions: `--allow-read=/etc/resolv.conf`; for the variables `--allow-env=LOCALDOMAIN,RES_OPTIONS`, without which
 * they are ignored. On Windows `--allow-sys=networkInterfaces` instead of the file.
 *
 * @param path The file.
 * @returns The configuration.
 * @throws {SystemError} When it is a folder, a FIFO or a device, or reading fails.
 * @example Read the configuration of this machine
 * ```ts
 * import { readResolverConfig } from "../mod.ts";
 * import { assert } from "@std/assert";
 *
 * const config = await readResolverConfig();
 * assert(config === undefined || config.servers.length > 0);
 * ```
 */
export function readResolverConfig(path?: string, signal?: AbortSignal): Promise<ResolverConfig | undefined>;
export async function readResolverConfig(
  path: string = RESOLVER_FILE,
  signal?: AbortSignal,
): Promise<ResolverConfig | undefined> {
  if (isWindows() && path === RESOLVER_FILE) return windowsConfig();
  try {
    await checkResolverFile(path);
    return parseResolverConfig(await textOf(path, signal), variables());
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const name = error instanceof Error ? error.name : "";
    if (MISSING.test(name)) return parseResolverConfig("", variables());
    if (name === "NotCapable") return undefined;
    throw fromSystem(error, { doing: "read", what: path });
  }
}

/**
 * Rejects a file that the C library would read without end: a lookup of the system could then be neither bounded nor interrupted.
 * One that is missing or that this run may not look at passes.
 *
 * @throws {SystemError} `not-a-file`.
 */
export function checkResolverFile(path?: string): Promise<void>;
export async function checkResolverFile(path: string = RESOLVER_FILE): Promise<void> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch {
    return;
  }
  const kind = info.isFifo
    ? "a FIFO"
    : info.isSocket
    ? "a socket"
    : info.isCharDevice || info.isBlockDevice
    ? "a device"
    : "";
  if (kind === "" || info.isCharDevice && info.rdev === NULL_DEVICE) return;
  throw new SystemError(`cannot read ${path}: it is ${kind}`, { code: "not-a-file", operation: "read", peer: path });
}

/** The lines of a file, of any size, that have a meaning; of each as many characters as may matter. */
async function textOf(path: string, signal?: AbortSignal): Promise<string> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(CHUNK_SIZE);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const lines: string[] = [];
  let open = "";
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    signal?.throwIfAborted();
    const [first = "", ...others] = decoder.decode(buffer.subarray(0, count), { stream: true }).split("\n");
    open = (open + first).slice(0, MAX_LINE_CHARACTERS);
    for (const other of others) {
      if (MEANINGFUL.test(open)) lines.push(open);
      open = other;
    }
  }
  return [...lines, open].join("\n");
}

function variables(): ResolverVariables {
  return { localDomain: readAllowedVariable("LOCALDOMAIN"), options: readAllowedVariable("RES_OPTIONS") };
}
