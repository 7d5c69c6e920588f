import {
  type ChunkSink,
  closeQuietly,
  createOwnFile,
  findOutput,
  flushesFolders,
  fromSystem,
  openStream,
  type OutputPath,
  type OutputStream,
  pathsBeside,
  pathsOfOutput,
  releaseToRename,
  replaceFile,
  syncName,
  writeAll,
} from "../../core/mod.ts";
import { dirname } from "../../deps/std/path.ts";
import type { BuiltMail } from "./types.ts";

/** The paths that saving a message to a file uses: its own, and that of the file before it is whole. */
export function pathsOfSavedMail(path: string): string[] {
  return pathsOfOutput(path, (file) => [file, ...pathsBeside(file, [".part"])]);
}

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
  try {
    const output = findOutput(path);
    const stream = await openStream(output, options?.signal);
    if (!stream) return await saveNew(mail, output);
    await write(mail, stream);
    stream.end();
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: path });
  }
}

async function saveNew(mail: Pick<BuiltMail, "chunks">, output: OutputPath): Promise<void> {
  const [part = ""] = pathsBeside(output.path, [".part"]);
  const file = createPart(part, output.there?.mode ?? undefined);
  try {
    await write(mail, { write: (chunk) => writeAll(file, chunk) });
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

async function write(mail: Pick<BuiltMail, "chunks">, to: Pick<OutputStream, "write">): Promise<void> {
  for await (const chunk of mail.chunks()) await to.write(chunk);
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
