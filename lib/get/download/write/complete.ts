import { fromSystem } from "../../../core/mod.ts";
import type { HttpResponse } from "../../../http/client/response.ts";
import { parseHttpDate } from "../../../http/codec/fields/date.ts";
import type { Checksum } from "../checksum.ts";
import { Digests } from "../digests.ts";

const CHUNK_SIZE = 1 << 18;

/** An existing file under the final name. */
export interface ExistingFile {
  /** Its path. */
  readonly path: string;
  /** Its metadata. */
  readonly stat: Deno.FileInfo;
}

/** Returns the file of a path; undefined if no regular file is there. */
export function existingFile(path: string): ExistingFile | undefined {
  try {
    const stat = Deno.statSync(path);
    return stat.isFile ? { path, stat } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a file equals the one on the server: it has the expected checksum; or the same size, and the server's file is
 * not newer. If the server does not send a size, the bodies are compared.
 *
 * @throws {SystemError} When the file cannot be read.
 */
export async function isComplete(
  { path, stat }: ExistingFile,
  response: HttpResponse,
  { length, checksum }: { readonly length?: number; readonly checksum?: Checksum },
): Promise<boolean> {
  if (checksum) return (await digestsOf(path, [checksum.algorithm])).get(checksum.algorithm) === checksum.value;
  if (length !== undefined && length !== stat.size) return false;
  const text = response.headers.get("last-modified");
  const modified = text === undefined ? undefined : parseHttpDate(text);
  const local = stat.mtime?.getTime();
  if (modified !== undefined && local !== undefined && modified > local && modified <= Date.now()) return false;
  return length !== undefined || await hasBody(path, response);
}

/** Returns the digests of a file in hex. */
export async function digestsOf(path: string, algorithms: readonly Checksum["algorithm"][]) {
  const digests = new Digests(algorithms);
  await digests.ready();
  using file = open(path);
  const chunk = new Uint8Array(CHUNK_SIZE);
  for (let count = await file.read(chunk); count !== null; count = await file.read(chunk)) {
    digests.update(chunk.subarray(0, count));
  }
  return digests.finish();
}

async function hasBody(path: string, { body }: HttpResponse): Promise<boolean> {
  using file = open(path);
  const [theirs, ours] = [new Uint8Array(CHUNK_SIZE), new Uint8Array(CHUNK_SIZE)];
  for (let count = await body.read(theirs); count !== null; count = await body.read(theirs)) {
    for (let held = 0; held < count;) {
      const more = await file.read(ours.subarray(held, count));
      if (more === null) return false;
      held += more;
    }
    for (let i = 0; i < count; i++) if (ours[i] !== theirs[i]) return false;
  }
  return await file.read(ours) === null;
}

function open(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
}
