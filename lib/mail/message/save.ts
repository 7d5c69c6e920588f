import { type ChunkSink, saveFile } from "../../core/mod.ts";
import type { BuiltMail } from "./types.ts";

/**
 * Writes a message to a file, atomically. An existing file keeps its mode, owner and links; a device or a pipe is
 * written to directly.
 *
 * Permissions: `--allow-read` and `--allow-write` of the file and of the same name with `.part` at its end, and
 * `--allow-read=FILE` for each attached file.
 *
 * @param mail Message to write.
 * @param path File to create or replace.
 * @throws {SystemError} When it cannot be written, or an attached file is not what it was; `file-exists` when another
 * process writes it, or one was stopped while it did.
 * @example Save a message
 * ```ts
 * import { buildMail, saveMail } from "../mod.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const mail = await buildMail({ from: "ada@example.com", to: "bob@example.com", subject: "hello" });
 * await saveMail(mail, `${folder}/hello.eml`);
 * assertStringIncludes(await Deno.readTextFile(`${folder}/hello.eml`), "Subject: hello");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveMail(
  mail: Pick<BuiltMail, "chunks">,
  path: string,
  options?: { readonly signal?: AbortSignal },
): Promise<void> {
  await saveFile(path, mail.chunks(), options?.signal);
}

/**
 * Writes a message to a sink, and ends the sink.
 *
 * @param mail Message to write.
 * @param sink Receiver of the bytes.
 * @throws {SystemError} When an attached file cannot be read or has changed; otherwise what the sink throws.
 * @example Collect the bytes of a message
 * ```ts
 * import { buildMail, writeMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * let size = 0;
 * const mail = await buildMail({ from: "ada@example.com", to: "bob@example.com", text: "hello" });
 * await writeMail(mail, { write: (chunk) => void (size += chunk.length), end: () => {} });
 * assertEquals(size, mail.size);
 * ```
 */
export async function writeMail(mail: BuiltMail, sink: ChunkSink): Promise<void> {
  for await (const chunk of mail.chunks()) await sink.write(chunk);
  await sink.end();
}
