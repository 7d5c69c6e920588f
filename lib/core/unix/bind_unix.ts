import { resolve } from "../../deps/std/path.ts";
import { closeQuietly } from "../dial/connection.ts";
import { SystemError } from "../errors/errors.ts";
import { networkCall } from "../errors/network_call.ts";
import { type ErrorContext, fromSystem } from "../errors/system_error.ts";
import { maxSocketPath } from "../system/unix_sockets.ts";
import { PrivateName, removeQuietly } from "./private_folder.ts";
import { isSameFile, socketFile } from "./socket_file.ts";

/** Permissions and owner of a socket file: connecting and sending require the write permission. */
export interface SocketFileOptions {
  /**
   * Permission bits of the file, such as `0o660`. Without it, 0o777 less the umask.
   * @default {undefined}
   */
  readonly mode?: number;
  /**
   * User that owns the file.
   * @default {undefined}
   */
  readonly uid?: number;
  /**
   * Group of the file.
   * @default {undefined}
   */
  readonly gid?: number;
}

/** Options of {@link bindUnix}. */
export interface BindUnixOptions extends SocketFileOptions {
  /**
   * Whether peers must see the path as the source of what it sends: then it is bound at the path itself, and `mode` and the owner
   * are set right after. @default false
   */
  readonly named?: boolean;
  /** Operation for error messages. @default "listen on" */
  readonly doing?: string;
}

/** Socket that is bound to a path, and owns the file there. */
export interface BoundUnix<T> {
  /** Socket. */
  readonly socket: T;
  /** Absolute path. */
  readonly path: string;
  /** Closes the socket and removes its file, unless another file has replaced it. */
  close(): void;
}

/**
 * Binds a socket to a path. It is bound in a private folder next to the path, mode and owner are set there, and then it is linked to the path, unless
 * that exists: it is never accessible to more users, and the runtime, which on close removes the path that a socket was bound at,
 * whatever file that is by then, has nothing to remove. If the private folder is not permitted, or would make the path
 * too long, it is bound at the path itself.
 *
 * Requires read and write permission for the path, and for the private folder if it is used.
 *
 * @throws {SystemError} `address-in-use` when the path exists, and the like.
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

/** Binds in a private folder and moves the socket; undefined if that is not possible and nothing depends on it. */
function bindApart<T extends { close(): void }>(
  path: string,
  open: (path: string) => T,
  options: SocketFileOptions,
): T | undefined {
  // A link may have a path that is too long for a socket, and to which no client could connect.
  if (new TextEncoder().encode(path).length > maxSocketPath()) return undefined;
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
    // Unlike a rename, a link never replaces an existing file.
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
