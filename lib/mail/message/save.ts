import { type ChunkSink, fromSystem, syncFolder, writeAll } from "../../core/mod.ts";
import { dirname } from "../../deps/path.ts";
import type { BuiltMail } from "./types.ts";

/**
 * Writes a message, as it would be sent, into a file, which is there whole or as it was before.
 *
 * Permissions: `--allow-read=FOLDER` and `--allow-write=FOLDER`, the folder of the file, and `--allow-read=FILE` for each attached file.
 *
 * @throws {SystemError} When it cannot be written, or an attached file is not what it was.
 */
export async function saveMail(mail: BuiltMail, path: string): Promise<void> {
  try {
    if (await isSpecial(path)) return await write(mail, path, { write: true });
    const part = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
    try {
      await write(mail, part, { write: true, createNew: true });
      await Deno.rename(part, path);
    } catch (error) {
      await Deno.remove(part).catch(() => {});
      throw error;
    }
    await syncFolder(dirname(path));
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: path });
  }
}

async function write(mail: BuiltMail, path: string, how: Deno.OpenOptions): Promise<void> {
  using file = await Deno.open(path, how);
  for await (const chunk of mail.chunks()) await writeAll(file, chunk);
  // A pipe or a terminal has nothing to be put on a disk.
  if (how.createNew) await file.sync();
}

/** Whether something stands there that is written to as it is: a pipe, a device. */
async function isSpecial(path: string): Promise<boolean> {
  const there = await Deno.stat(path).catch(() => undefined);
  return there !== undefined && !there.isFile;
}

/** Writes a message, as it would be sent, into a sink. */
export async function writeMail(mail: BuiltMail, sink: ChunkSink): Promise<void> {
  for await (const chunk of mail.chunks()) await sink.write(chunk);
  await sink.end();
}
