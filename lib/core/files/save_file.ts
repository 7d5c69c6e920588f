import { dirname } from "../../deps/std/path.ts";
import { writeAll } from "../bytes/writer.ts";
import { closeQuietly } from "../dial/connection.ts";
import { UsageError } from "../errors/errors.ts";
import { fromSystem } from "../errors/system_error.ts";
import { flushesFolders, releaseToRename } from "../system/open_files.ts";
import { findOutput, type OutputPath, pathsOfOutput } from "./output_path.ts";
import { openStream } from "./output_stream.ts";
import { createOwnFile } from "./own_file.ts";
import { pathsBeside } from "./part_path.ts";
import { replaceFile } from "./replace_file.ts";
import { syncName } from "./sync_folder.ts";

/** Chunks of a file. */
export type FileChunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Returns the paths that {@link saveFile} uses: that of the file, and that of its part before it is whole. */
export function pathsOfSavedFile(path: string): string[] {
  return pathsOfOutput(path, (file) => [file, ...pathsBeside(file, [".part"])]);
}

/**
 * Checks what {@link saveFile} will need, so that long work does not begin in vain: the permissions, and that the path leads to a file,
 * in a folder in which one can be created.
 *
 * @throws {SystemError} When the file could not be written.
 * @throws {UsageError} For `-`, by which people mean standard output.
 */
export function checkSavable(path: string): void {
  if (path === "-") {
    throw new UsageError('cannot write "-": standard output is not supported, and ./- names a file', {
      code: "invalid-path",
    });
  }
  try {
    for (const name of ["write", "read"] as const) {
      const denied = pathsOfSavedFile(path).some((path) =>
        Deno.permissions.querySync({ name, path }).state !== "granted"
      );
      if (denied) throw new Deno.errors.NotCapable(`Requires ${name} access, run again with the --allow-${name} flag`);
    }
    const { path: file, there, descriptor, discards } = findOutput(path);
    if (there?.isDirectory) throw new Deno.errors.IsADirectory("is a directory");
    if (descriptor === undefined && !discards && (!there || there.isFile)) checkCreatable(file);
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: path });
  }
}

/** Creates what will be the part of a file, and removes it. */
function checkCreatable(file: string): void {
  const [part = ""] = pathsBeside(file, [".part"]);
  createOwnFile(part, { read: true }).close();
  Deno.removeSync(part);
}

/**
 * Writes a file that the user named, atomically. An existing file keeps its mode, owner and links; a device or a pipe is written to
 * directly.
 *
 * Requires read and write permission for {@link pathsOfSavedFile}.
 *
 * @throws {SystemError} When it cannot be written; `file-exists` when another process writes it, or one was stopped while it did.
 */
export async function saveFile(path: string, chunks: FileChunks, signal?: AbortSignal): Promise<void> {
  try {
    const output = findOutput(path);
    const stream = await openStream(output, signal);
    if (!stream) return await saveNew(chunks, output);
    for await (const chunk of chunks) await stream.write(chunk);
    stream.end();
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: path });
  }
}

async function saveNew(chunks: FileChunks, output: OutputPath): Promise<void> {
  const [part = ""] = pathsBeside(output.path, [".part"]);
  const file = createPart(part, output.there?.mode ?? undefined);
  try {
    for await (const chunk of chunks) await writeAll(file, chunk);
    await file.sync();
    replaceFile({ path: part, file, release: releaseToRename(file) }, output);
    if (flushesFolders()) await syncName(dirname(output.path), file);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  } finally {
    closeQuietly(file);
  }
}

/** A file that will replace one of this mode is no more open to others than that. */
function createPart(part: string, mode?: number): Deno.FsFile {
  try {
    return createOwnFile(part, { read: true, mode: mode === undefined ? undefined : (mode & 0o777) | 0o600 });
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: part });
  }
}
