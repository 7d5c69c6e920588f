import { isOwnId } from "../mail_id.ts";
import { envelopeOf } from "../envelope_of.ts";
import { sharedList, sharedText } from "../shared_text.ts";
import type { MailEnvelope, StoredMail } from "../stored_mail.ts";

/** Bytes in which an envelope is looked for first, and those beyond which it is not. */
const FIRST = 4 * 1024;
const LAST = 64 * 2 ** 20;
const first = new Uint8Array(FIRST);

const HOUR = 3_600_000;
/** Age after which a file in `tmp` counts as abandoned: a sink's own exists only while it is written. */
const LEFT = { own: HOUR, foreign: 36 * HOUR };

/**
 * Reads a message file of a maildir: its envelope, as the sink has written it, size and time. Synchronously: for so little, another thread
 * takes longer.
 */
export function lookInto(path: string, id: string): StoredMail {
  using file = Deno.openSync(path);
  const { size, mtime } = file.statSync();
  let buffer = first;
  for (let held = 0;;) {
    while (held < Math.min(buffer.length, size)) {
      const count = file.readSync(buffer.subarray(held));
      if (count === null) break;
      held += count;
    }
    const envelope = envelopeOf(buffer.subarray(0, held), held < buffer.length || held >= size || held >= LAST);
    if (envelope) return { ...shared(envelope), id, size, received: mtime?.getTime() ?? 0 };
    const larger = new Uint8Array(buffer.length * 4);
    larger.set(buffer);
    buffer = larger;
  }
}

function shared({ from, to }: MailEnvelope): MailEnvelope {
  return { from: sharedText(from), to: sharedList(to) };
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
