import { resolve } from "../../deps/std/path.ts";
import { closeQuietly } from "../dial/connection.ts";
import { SystemError } from "../errors/errors.ts";
import { networkCall } from "../errors/network_call.ts";
import { type ErrorContext, fromSystem } from "../errors/system_error.ts";
import { PrivateName, removeQuietly } from "./private_folder.ts";
import { isSameFile, socketFile } from "./socket_file.ts";

/** Permissions of a socket file: connecting and sending require the write permission. */
export interface SocketFileOptions {
  /**
   * The permission bits of the file, such as `0o660`.
   * @default 0o777 less the umask
   */
  readonly mode?: number;
  /**
   * The user that owns the file.
   * @default {undefined}
   */
  readonly uid?: number;
  /**
   * The group of the file.
   * @default {undefined}
   */
  readonly gid?: number;
}

/** The longest path of a socket, without the NUL behind it: 108 bytes on Linux and Windows, 104 elsewhere (unix(7)). */
const MAX_PATH_BYTES = (Deno.build.os === "linux" || Deno.build.os === "windows" ? 108 : 104) - 1;

/** How {@link bindUnix} binds. */
export interface BindUnixOptions extends SocketFileOptions {
  /**
   * Whether peers must see the path as the address of what it sends: then it is bound at the path itself, and `mode` and the owner
   * follow at once. @default false
   */
  readonly named?: boolean;
  /** What it is bound for: the words of an error. @default "listen on" */
  readonly doing?: string;
}

/** A socket that is bound to a path, and owns the file there. */
export interface BoundUnix<T> {
  /** The socket. */
  readonly socket: T;
  /** The path, from the root on. */
  readonly path: string;
  /** Closes the socket and removes its file, unless another file has that path by now. */
  close(): void;
}

/**
 * Binds a socket to a path. It is bound in a private folder beside the path, gets its mode and owner there, and then the path, if
 * nothing has it: at no time is it open to more users, and the runtime, which removes the path that a socket was bound at when it
 * closes it, whatever lies there by then, has nothing to remove. Where the private folder is not permitted, or would make the path
 * too long, it is bound at the path itself.
 *
 * Needs read and write permission for the path, and for the private folder where that is to be used.
 *
 * @throws {SystemError} `address-in-use` when anything has the path, and the like.
 */
export function bindUnix<T extends { close(): void }>(
  given: string,
  open: (path: string) => T,
  options: BindUnixOptions = {},
): BoundUnix<T> {
  const path = resolve(given);
  try {
    const socket = (options.named ? undefined : bindApart(path, open, options)) ?? bindThere(path, open, options);
    const made = socketFile(path);
    return { socket, path, close: () => closeOwn(socket, path, made) };
  } catch (error) {
    const context: ErrorContext = { doing: options.doing ?? "listen on", what: `unix:${given}` };
    throw inUse(error, path, context) ?? fromSystem(error, context);
  }
}

/** Binds in a private folder and moves the socket; undefined where that cannot be done and nothing depends on it. */
function bindApart<T extends { close(): void }>(
  path: string,
  open: (path: string) => T,
  options: SocketFileOptions,
): T | undefined {
  // A link may have a path that no socket can, and to which nothing could connect.
  if (new TextEncoder().encode(path).length > MAX_PATH_BYTES) return undefined;
  const needed = options.mode !== undefined || options.uid !== undefined || options.gid !== undefined;
  using apart = privateName(path, needed);
  if (!apart) return undefined;
  let socket: T;
  try {
    socket = networkCall(() => open(apart.path));
  } catch (error) {
    if (!needed && isTooLong(error)) return undefined;
    throw error;
  }
  try {
    permit(apart.path, options);
    // Unlike a rename, a link never replaces what is there.
    Deno.linkSync(apart.path, path);
    return socket;
  } catch (error) {
    closeQuietly(socket);
    throw error;
  }
}

function privateName(path: string, needed: boolean): PrivateName | undefined {
  try {
    return new PrivateName(path);
  } catch (error) {
    if (needed || !(error instanceof Deno.errors.NotCapable)) throw error;
    return undefined;
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && /must be shorter than SUN_LEN/.test(error.message);
}

function bindThere<T extends { close(): void }>(
  path: string,
  open: (path: string) => T,
  options: SocketFileOptions,
): T {
  const socket = networkCall(() => open(path));
  try {
    permit(path, options);
    return socket;
  } catch (error) {
    closeOwn(socket, path, socketFile(path));
    throw error;
  }
}

function permit(path: string, { mode, uid, gid }: SocketFileOptions): void {
  if (mode !== undefined) Deno.chmodSync(path, mode);
  if (uid !== undefined || gid !== undefined) Deno.chownSync(path, uid ?? null, gid ?? null);
}

function closeOwn(socket: { close(): void }, path: string, made: Deno.FileInfo | undefined): void {
  closeQuietly(socket);
  if (isSameFile(socketFile(path), made)) removeQuietly(path);
}

function inUse(error: unknown, path: string, { doing, what }: ErrorContext): SystemError | undefined {
  if (!(error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.AlreadyExists)) return undefined;
  const isSocket = socketFile(path)?.isSocket ?? true;
  const why = isSocket ? "address already in use" : "a file that is not a socket has this path";
  return new SystemError(`cannot ${doing} ${what}: ${why}`, {
    code: "address-in-use",
    operation: doing.split(" ")[0],
    peer: what,
    hint: isSocket ? "choose another path, or stop the server there" : "choose another path, or remove the file",
    cause: error,
  });
}
