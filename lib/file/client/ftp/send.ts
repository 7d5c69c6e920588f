import { type ByteSource, type ChunkSource, NetworkError } from "../../../core/mod.ts";
import { type FtpClient, FtpRefusedError } from "../../../ftp/mod.ts";
import { sha256 } from "../../digest/sha256.ts";
import { differs, sizeDiffers } from "../remote/differs.ts";
import type { PutResult } from "../remote/remote.ts";
import { offersSha256 } from "./offers.ts";

/** Size of the read buffer in bytes. */
const CHUNK_BYTES = 1 << 20;

/** A file as it is uploaded. */
export interface Upload {
  /** Folder on the server, with a slash at its end unless it is empty. */
  readonly folder: string;
  /** Name of the file. */
  readonly name: string;
  /** Identifies the version of the file: an interrupted upload of the same one is resumed. */
  readonly version: string;
  /** Size in bytes, if it is known. */
  readonly size?: number;
  /** Whether an interrupted upload is looked for. */
  readonly resume?: boolean;
  /** Modification time for the file, in milliseconds since 1970. */
  readonly modified?: number;
  /** Opens the content, from its beginning. */
  readonly open: () => UploadSource;
}

/** The content of a file that is uploaded. */
export interface UploadSource extends ByteSource {
  /** SHA-256 of all of it, once it was read. */
  readonly digest?: Uint8Array<ArrayBuffer>;
}

/** Reply of a server that keeps incomplete uploads under such names itself, and rejects them from clients. */
const RESERVED = /reserved for incomplete uploads/i;

/**
 * Uploads a file under a temporary name, and renames it when its size or digest is verified: under its own name it is complete,
 * whatever interrupts the upload.
 *
 * @returns undefined where the server does the same by itself, and has reserved the temporary name for that.
 */
export async function send(client: FtpClient, upload: Upload): Promise<Omit<PutResult, "action"> | undefined> {
  const { folder } = upload;
  let temporary = `${folder}${temporaryName(upload)}`;
  let sent: Sent;
  try {
    sent = await sendTo(client, temporary, upload);
  } catch (error) {
    if (!(error instanceof FtpRefusedError) || error.reply.code !== 553) throw error;
    if (error.reply.lines.some((line) => RESERVED.test(line))) return undefined;
    // Some servers accept no names that begin with a dot.
    temporary = `${folder}${temporaryName(upload).slice(1)}`;
    sent = await sendTo(client, temporary, upload);
  }
  try {
    return await complete(client, temporary, sent, upload);
  } catch (error) {
    // A name that the server does not accept, or a file that is not the one that was sent.
    if (!client.closed) await client.remove(temporary).catch(ignoreRefusal);
    // What an earlier run had sent may be the reason.
    if (!isMismatch(error) || sent.resumedFrom === 0) throw error;
    return await send(client, { ...upload, resume: false });
  }
}

/** File that was sent under a temporary name. */
interface Sent {
  readonly bytes: number;
  readonly resumedFrom: number;
  readonly source: UploadSource;
}

/** Returns the name of an upload until it is complete. */
export function temporaryName({ name, version }: Pick<Upload, "name" | "version">): string {
  const hash = sha256();
  hash.update(new TextEncoder().encode(`${version}\0${name}`));
  return `.toucan-${hash.digest().toHex().slice(0, 16)}.part`;
}

async function sendTo(client: FtpClient, path: string, upload: Upload): Promise<Sent> {
  const { size, resume = false, open } = upload;
  const there = resume ? await client.stat(path) : undefined;
  const offset = there?.type === "file" && size !== undefined && (there.size ?? 0) <= size ? there.size ?? 0 : 0;
  const source = open();
  const bytes = new Counter(source, offset, size);
  await bytes.skip();
  try {
    if (offset === 0 || offset !== size) {
      await client.store(path, bytes, { offset, size: size === undefined ? undefined : size - offset });
    }
    return { bytes: bytes.count, resumedFrom: offset, source };
  } catch (error) {
    if (offset === 0 || !(error instanceof FtpRefusedError)) throw error;
    return await sendTo(client, path, { ...upload, resume: false });
  }
}

/** Verifies a file, sets its time and gives it its name. */
async function complete(
  client: FtpClient,
  path: string,
  { bytes, resumedFrom, source }: Sent,
  { folder, name, modified }: Upload,
): Promise<Omit<PutResult, "action">> {
  const to = `${folder}${name}`;
  const facts = { bytes, ...(resumedFrom > 0 ? { resumedFrom } : {}) };
  if (offersSha256(client) || !client.features.has("SIZE")) {
    const verified = await verifySent(client, path, source, bytes);
    if (modified !== undefined) await client.setModified(path, modified).catch(ignoreRefusal);
    await replacing(client, to, () => client.rename(path, to));
    return { ...facts, ...verified };
  }
  let verified: PutResult["verified"] = "size";
  const check = (size: number | undefined) => {
    if (size === undefined) verified = "none";
    else if (size !== bytes) throw sizeDiffers(name, size, bytes);
  };
  await replacing(client, to, () => client.renameStored(path, to, { check, modified }));
  return { ...facts, verified };
}

/** Uploads a file under its own name, to a server that renames complete uploads by itself. */
export async function sendWhole(client: FtpClient, upload: Upload): Promise<Omit<PutResult, "action">> {
  const { folder, name, size, modified, open } = upload;
  const path = `${folder}${name}`;
  const source = open();
  const bytes = new Counter(source, 0, size);
  await client.store(path, bytes, { size });
  const verified = await verifySent(client, path, source, bytes.count);
  if (modified !== undefined) await client.setModified(path, modified).catch(ignoreRefusal);
  return { bytes: bytes.count, ...verified };
}

/** Compares what the server has stored with what was sent. */
async function verifySent(
  client: FtpClient,
  path: string,
  { digest }: UploadSource,
  size: number,
): Promise<Pick<PutResult, "sha256" | "verified">> {
  const there = digest && offersSha256(client) ? await client.hash(path, "sha256") : undefined;
  if (digest && there !== undefined) {
    if (there !== digest.toHex()) throw differs(path);
    return { sha256: there, verified: "sha256" };
  }
  const stored = await client.stat(path);
  if (stored?.size === undefined) return { verified: "none" };
  if (stored.size !== size) throw sizeDiffers(path, stored.size, size);
  return { verified: "size" };
}

/** Renames a file; where the server does not replace an existing one that way, that is removed before. */
async function replacing(client: FtpClient, to: string, rename: () => Promise<void>): Promise<void> {
  try {
    await rename();
  } catch (error) {
    if (!(error instanceof FtpRefusedError) || (await client.stat(to))?.type !== "file") throw error;
    await client.remove(to);
    await rename();
  }
}

function isMismatch(error: unknown): boolean {
  return error instanceof NetworkError && /^(?:digest|size)-mismatch$/.test(error.code);
}

/** Ignores that the server rejects a command which is of no importance. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof FtpRefusedError)) throw error;
}

/** Reads a source in chunks, and counts the bytes. */
class Counter implements ChunkSource {
  /** Bytes read so far, from the beginning of the source on. */
  count = 0;
  readonly #source: ByteSource;
  readonly #skipped: number;
  readonly #buffer: Uint8Array<ArrayBuffer>;

  constructor(source: ByteSource, skipped: number, size: number = CHUNK_BYTES) {
    this.#buffer = new Uint8Array(Math.min(CHUNK_BYTES, size + 1));
    this.#source = source;
    this.#skipped = skipped;
  }

  /** Reads what the server has already. */
  async skip(): Promise<void> {
    while (this.count < this.#skipped) {
      if (await this.#read(this.#buffer.subarray(0, this.#skipped - this.count)) === null) return;
    }
  }

  async next(): Promise<Uint8Array | null> {
    const count = await this.#read(this.#buffer);
    return count === null ? null : this.#buffer.subarray(0, count);
  }

  async #read(into: Uint8Array): Promise<number | null> {
    const count = await this.#source.read(into);
    if (count !== null) this.count += count;
    return count;
  }
}
