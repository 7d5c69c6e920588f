import { type ChunkSink, fromSystem, writeAll } from "../../core/mod.ts";
import type { BuiltMail } from "./types.ts";

/**
 * Writes a message, as it would be sent, into a file.
 *
 * Needs write permission for the file, and read of attached files.
 *
 * @throws {SystemError} When it cannot be written.
 */
export async function saveMail(mail: BuiltMail, path: string): Promise<void> {
  try {
    using file = await Deno.open(path, { write: true, create: true, truncate: true });
    for await (const chunk of mail.chunks()) await writeAll(file, chunk);
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: path });
  }
}

/** Writes a message, as it would be sent, into a sink. */
export async function writeMail(mail: BuiltMail, sink: ChunkSink): Promise<void> {
  for await (const chunk of mail.chunks()) await sink.write(chunk);
  await sink.end();
}
