import { resolve } from "../../deps/std/path.ts";
import { closeQuietly } from "../dial/connection.ts";
import { networkCall } from "../errors/network_call.ts";
import { renameFile } from "../system/rename.ts";
import { PrivateName, removeQuietly } from "./private_folder.ts";
import { isSameFile, socketFile } from "./socket_file.ts";

/** Type of a socket. */
export type SocketType = "stream" | "datagram";

/**
 * Removes the file of a unix socket on which nothing listens any longer, after its server was killed. Any other file stays: a file
 * that is not a socket, a socket in use, one whose state is unknown. Returns whether it has removed one.
 *
 * A server of the given type does not notice the probe; one of the other type gets an empty datagram, or a
 * connection that is closed at once.
 *
 * Requires read and write permission for the path and for the private folder next to it, for a stream also `--unstable-net`: without
 * that it removes none.
 */
export async function removeStaleSocket(given: string, type: SocketType): Promise<boolean> {
  try {
    const path = resolve(given);
    const found = socketFile(path);
    if (!found?.isSocket || !await isUnused(path, type)) return false;
    return removeIfSame(path, found);
  } catch {
    // Without the permission, or in a folder of another user, it stays: binding reports the reason.
    return false;
  }
}

/** Removes a file if it still is the same one: another process may have replaced it in the meantime. */
function removeIfSame(path: string, found: Deno.FileInfo): boolean {
  if (!isSameFile(socketFile(path), found)) return false;
  using aside = new PrivateName(path);
  renameFile(path, aside.path);
  if (isSameFile(socketFile(aside.path), found)) return true;
  // The socket of another server that was faster: it gets its path back.
  Deno.linkSync(aside.path, path);
  return false;
}

/**
 * Returns whether no process has a socket open. A probe of the other type fails with another error if one has, and does
 * not reach it.
 */
async function isUnused(path: string, type: SocketType): Promise<boolean> {
  // A connection could be the only one that a server accepts.
  if (type === "stream" && Deno.listenDatagram === undefined) return false;
  const probe = type === "stream" ? probeByDatagram : probeByStream;
  try {
    await probe(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}

async function probeByStream(path: string): Promise<void> {
  closeQuietly(await networkCall(() => Deno.connect({ transport: "unix", path })));
}

async function probeByDatagram(path: string): Promise<void> {
  using own = new PrivateName(path);
  const socket = Deno.listenDatagram({ transport: "unixpacket", path: own.path });
  try {
    await socket.send(new Uint8Array(), { transport: "unixpacket", path });
  } finally {
    closeQuietly(socket);
    removeQuietly(own.path);
  }
}
