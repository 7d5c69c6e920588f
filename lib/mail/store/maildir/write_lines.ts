import { writeAllSync } from "../../../core/bytes/writer.ts";
import type { FolderMail } from "../types.ts";
import { type IndexLine, mailLine, writeLine } from "./index_line.ts";

/** Writes the lines of an index: the first ones, and those of messages. */
export function writeLines(file: Deno.FsFile, head: readonly IndexLine[], messages: readonly FolderMail[]): void {
  for (const line of head) writeAllSync(file, writeLine(line));
  const chunk: Uint8Array[] = [];
  let size = 0;
  const flush = () => {
    const all = new Uint8Array(size);
    let at = 0;
    for (const line of chunk) {
      all.set(line, at);
      at += line.length;
    }
    writeAllSync(file, all);
    chunk.length = 0;
    size = 0;
  };
  for (const { uid, mail } of messages) {
    const line = writeLine(mailLine(uid, mail));
    chunk.push(line);
    size += line.length;
    if (size > 1 << 18) flush();
  }
  flush();
}
