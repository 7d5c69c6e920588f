import { fromSystem } from "../../../core/mod.ts";
import type { Checksum } from "../checksum.ts";
import { Digests } from "../digests.ts";
import type { Answer } from "../source.ts";

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
  answer: Pick<Answer, "size" | "modified" | "pieces">,
  checksum?: Checksum,
): Promise<boolean> {
  if (checksum) return (await digestsOf(path, [checksum.algorithm])).get(checksum.algorithm) === checksum.value;
  const { size, modified } = answer;
  if (size !== undefined && size !== stat.size) return false;
  const local = stat.mtime?.getTime();
  if (modified !== undefined && local !== undefined && modified > local) return false;
  return size !== undefined || await hasBody(path, answer);
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

async function hasBody(path: string, answer: Pick<Answer, "pieces">): Promise<boolean> {
  using file = open(path);
  let ours = new Uint8Array(CHUNK_SIZE);
  for await (const theirs of answer.pieces()) {
    if (theirs.length > ours.length) ours = new Uint8Array(theirs.length);
    for (let held = 0; held < theirs.length;) {
      const more = await file.read(ours.subarray(held, theirs.length));
      if (more === null) return false;
      held += more;
    }
    for (let i = 0; i < theirs.length; i++) if (ours[i] !== theirs[i]) return false;
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
