import {
  checkName,
  type ChunkSink,
  closeQuietly,
  createOwnFile,
  fromSystem,
  openSpecial,
  syncName,
  writeAll,
} from "../../core/mod.ts";
import { dirname } from "../../deps/path.ts";
import type { BuiltMail } from "./types.ts";

const WINDOWS = Deno.build.os === "windows";

/** The paths that saving a message to a file uses: its own, and that of the file before it is whole. */
export function pathsOfSavedMail(path: string): [path: string, part: string] {
  return [path, `${path}.part`];
}

/**
 * Writes a message, as it would be sent, into a file, which is there whole or as it was before.
 *
 * Permissions: `--allow-read` and `--allow-write` of the file and of the same name with `.part` at its end, and
 * `--allow-read=FILE` for each attached file.
 *
 * @throws {SystemError} When it cannot be written, or an attached file is not what it was; `file-exists` when another
 * process writes it, or one was stopped while it did.
 */
export async function saveMail(
  mail: BuiltMail,
  path: string,
  options?: { readonly signal?: AbortSignal },
): Promise<void> {
  try {
    using special = await openSpecial(path, options?.signal);
    if (special) return await write(mail, special);
    await saveNew(mail, path);
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: path });
  }
}

async function saveNew(mail: BuiltMail, path: string): Promise<void> {
  const [, part] = pathsOfSavedMail(path);
  const file = createPart(part);
  try {
    await write(mail, file);
    await file.sync();
    // Windows does not rename what is open.
    if (WINDOWS) closeQuietly(file);
    await Deno.rename(part, path);
    if (WINDOWS) return;
    checkName(path, file);
    await syncName(dirname(path), file);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  } finally {
    closeQuietly(file);
  }
}

function createPart(part: string): Deno.FsFile {
  try {
    return createOwnFile(part);
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: part });
  }
}

async function write(mail: BuiltMail, file: Deno.FsFile): Promise<void> {
  for await (const chunk of mail.chunks()) await writeAll(file, chunk);
}

/** Writes a message, as it would be sent, into a sink. */
export async function writeMail(mail: BuiltMail, sink: ChunkSink): Promise<void> {
  for await (const chunk of mail.chunks()) await sink.write(chunk);
  await sink.end();
}
