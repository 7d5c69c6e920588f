import { isOwnId } from "../mail_id.ts";
import { envelopeOf } from "../envelope_of.ts";
import type { StoredMail } from "../stored_mail.ts";

/** Bytes in which an envelope is looked for first, and those beyond which it is not. */
const FIRST = 64 * 1024;
const LAST = 64 * 2 ** 20;

const HOUR = 3_600_000;
/** Age after which a file in `tmp` counts as abandoned: a sink's own exists only while it is written. */
const LEFT = { own: HOUR, foreign: 36 * HOUR };

/** Reads a message file of a maildir: its envelope, as the sink has written it, size and time. */
export async function lookInto(path: string, id: string): Promise<StoredMail> {
  using file = await Deno.open(path);
  const { size, mtime } = await file.stat();
  for (let span = FIRST;; span *= 4) {
    await file.seek(0, Deno.SeekMode.Start);
    const head = await fill(file, new Uint8Array(Math.min(span, size)));
    const envelope = envelopeOf(head, head.length >= size || span >= LAST);
    if (envelope) return { ...envelope, id, size, received: mtime?.getTime() ?? 0 };
  }
}

/** Fills the buffer as far as the file goes, and returns the filled part. */
export async function fill(file: Deno.FsFile, buffer: Uint8Array): Promise<Uint8Array> {
  let held = 0;
  while (held < buffer.length) {
    const count = await file.read(buffer.subarray(held));
    if (count === null) break;
    held += count;
  }
  return buffer.subarray(0, held);
}

/** Takes away what was left in `tmp`; what cannot be taken away stays. */
export async function sweep(tmp: string): Promise<void> {
  const now = Date.now();
  for await (const { name, isFile } of Deno.readDir(tmp)) {
    if (!isFile) continue;
    const path = `${tmp}/${name}`;
    try {
      const { mtime } = await Deno.lstat(path);
      if (mtime && now - mtime.getTime() > (isOwnId(name) ? LEFT.own : LEFT.foreign)) await Deno.remove(path);
    } catch {
      // It was removed meanwhile, or permission is missing.
    }
  }
}

/**
 * A folder to be synced; nothing where the system opens none.
 *
 * @throws {Deno.errors.NotCapable} Where the sandbox permits no files, such as in `/dev/shm`: no message could be stored.
 */
export async function openFolder(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}
