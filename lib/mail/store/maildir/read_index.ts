import { sharedList, sharedText } from "../shared_text.ts";
import type { StoredMail } from "../stored_mail.ts";
import { readLine } from "./index_line.ts";

/** Contents of an index. */
export interface IndexContents {
  /** UIDVALIDITY. */
  readonly uidValidity: number;
  /** The messages by their UIDs, in order. */
  readonly mails: ReadonlyMap<number, StoredMail>;
  /** The least UID that was not used. */
  readonly next: number;
  /** The keywords. */
  readonly keywords: readonly string[];
  /** Messages of the store that were delivered to the folder: up to this UID. */
  readonly delivered?: readonly [uidValidity: number, uid: number];
  /** Lines that say nothing any more. */
  readonly dead: number;
  /** Bytes up to the end of the last whole line. */
  readonly end: number;
}

const CHUNK = 1 << 20;
/** A message has a thousand recipients at most. */
const MAX_LINE = 1 << 20;

/** Reads an index; undefined when it is damaged. A last line without its end was not finished, and is left out. */
export function readIndex(file: Deno.FsFile): IndexContents | undefined {
  const mails = new Map<number, StoredMail>();
  let uidValidity = 0;
  let reserved = 1;
  let last = 0;
  let closed: number | undefined;
  let keywords: readonly string[] = [];
  let delivered: readonly [number, number] | undefined;
  let lines = 0;
  let end = 0;
  for (const [bytes, from, to] of linesOf(file)) {
    const line = readLine(bytes, from, to);
    if (!line) return undefined;
    const [kind] = line;
    if ((kind === "toucan.index") !== (lines === 0)) return undefined;
    closed = undefined;
    switch (kind) {
      case "toucan.index":
        uidValidity = line[2];
        break;
      case "reserved":
        reserved = Math.max(reserved, line[1]);
        break;
      case "closed":
        closed = line[1];
        break;
      case "keywords":
        keywords = line.slice(1).map(String);
        break;
      case "delivered":
        delivered = [line[1], line[2]];
        break;
      case "-":
        for (const uid of line.slice(1)) mails.delete(Number(uid));
        break;
      default: {
        const [, uid, id, size, received, sender, to] = line;
        if (uid <= last) return undefined;
        last = uid;
        mails.set(uid, { id, received, size, from: sharedText(sender), to: sharedList(to) });
      }
    }
    lines++;
    end += to - from + 1;
  }
  if (lines === 0) return undefined;
  const next = Math.max(last + 1, closed ?? reserved);
  return { uidValidity, mails, next, keywords, delivered, dead: lines - mails.size, end };
}

/** The lines of a file, each as a part of a buffer that is used again. */
function* linesOf(file: Deno.FsFile): Generator<readonly [bytes: Uint8Array, from: number, to: number]> {
  let buffer = new Uint8Array(CHUNK);
  let held = 0;
  for (let count = file.readSync(buffer); count !== null; count = file.readSync(buffer.subarray(held))) {
    const end = held + count;
    let from = 0;
    for (let feed = buffer.indexOf(10, held); feed >= 0 && feed < end; feed = buffer.indexOf(10, from)) {
      yield [buffer, from, feed];
      from = feed + 1;
    }
    buffer.copyWithin(0, from, end);
    held = end - from;
    if (held < buffer.length) continue;
    // No line is that long: it is invalid.
    if (held >= MAX_LINE * 4) return yield [buffer, 0, held];
    const larger = new Uint8Array(buffer.length * 2);
    larger.set(buffer);
    buffer = larger;
  }
}
