import { basename } from "../../deps/std/path.ts";
import { fromSystem, SystemError, UsageError } from "../../core/mod.ts";
import { openAttached } from "./open_attached.ts";
import type { MailAttachment } from "./types.ts";

/** Bytes of content in a line of Base64 (RFC 2045 §6.8: 76 characters). */
const LINE = 57;
const LINES_AT_ONCE = 2048;

/** An attachment whose size is known. */
export interface SizedAttachment {
  /** The name that the receiver sees. */
  readonly filename: string;
  /** Its media type, where it was said. */
  readonly type?: string;
  /** The id by which the HTML names it. */
  readonly contentId?: string;
  /** Bytes of its content in Base64, line ends within included. */
  readonly encodedSize: number;
  /** Its content in Base64, piece by piece. */
  encoded(): AsyncIterable<Uint8Array>;
}

/**
 * Looks at an attachment: a file has to be there, and be one.
 *
 * Needs read permission for a file.
 *
 * @throws {SystemError} `file-not-found` and the like, `not-a-file`, `outside-folder`.
 */
export async function sizedAttachment(attachment: MailAttachment): Promise<SizedAttachment> {
  const { path, content, filename, type, contentId, within } = attachment;
  if ((path === undefined) === (content === undefined)) {
    throw new UsageError("invalid attachment: either path or content is required", { code: "invalid-attachment" });
  }
  const common = { filename: filename || basename(path ?? "attachment"), type, contentId };
  if (path === undefined) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content ?? new Uint8Array();
    return { ...common, encodedSize: encodedSize(bytes.length), encoded: () => encodeBytes(bytes) };
  }
  using file = await openAttached(path, within);
  const { size } = await file.stat();
  return { ...common, encodedSize: encodedSize(size), encoded: () => encodeFile(path, size, within) };
}

function encodedSize(size: number): number {
  return size === 0 ? 0 : 4 * Math.ceil(size / 3) + 2 * (Math.ceil(size / LINE) - 1);
}

async function* encodeBytes(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  const step = LINE * LINES_AT_ONCE;
  for (let at = 0; at < bytes.length; at += step) {
    yield encodeLines(bytes.subarray(at, at + step), at + step >= bytes.length);
  }
}

async function* encodeFile(path: string, size: number, within?: string): AsyncIterable<Uint8Array> {
  const changed = () =>
    new SystemError(`${path} changed while it was being read`, { code: "file-changed", operation: "read", peer: path });
  using file = await openAttached(path, within);
  const buffer = new Uint8Array(LINE * LINES_AT_ONCE);
  for (let left = size; left > 0;) {
    const held = await fill(file, buffer, path);
    if (held === 0 || held > left) throw changed();
    left -= held;
    yield encodeLines(buffer.subarray(0, held), left === 0);
  }
  if (await fill(file, buffer.subarray(0, 1), path) > 0) throw changed();
}

/** Fills the buffer as far as the file goes: only whole lines can be put one behind the other. */
async function fill(file: Deno.FsFile, buffer: Uint8Array, path: string): Promise<number> {
  let held = 0;
  try {
    while (held < buffer.length) {
      const count = await file.read(buffer.subarray(held));
      if (count === null) break;
      held += count;
    }
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
  return held;
}

const encoder = new TextEncoder();

/** Base64 in lines of 76; the last one of all has no line end. */
export function encodeLines(bytes: Uint8Array, last: boolean): Uint8Array {
  const base64 = encoder.encode(bytes.toBase64());
  const lines = Math.ceil(base64.length / 76);
  const out = new Uint8Array(base64.length + 2 * (last ? lines - 1 : lines));
  for (let line = 0; line < lines; line++) {
    const at = 78 * line;
    out.set(base64.subarray(76 * line, 76 * line + 76), at);
    if (line < lines - 1 || !last) {
      out[at + 76] = 13;
      out[at + 77] = 10;
    }
  }
  return out;
}
