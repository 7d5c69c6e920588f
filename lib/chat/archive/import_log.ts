import { fromSystem, NegativeError, readLines, showUntrusted } from "../../core/mod.ts";
import { createHash } from "../../deps/node/hash.ts";
import { foldName } from "../codec/names.ts";
import type { NewHistoryEntry } from "../history/history.ts";
import type { HistoryArchive } from "./history_archive.ts";
import { type LogFormat, LogReader } from "./log_reader.ts";
import { entryOf, type PastLine } from "./past_line.ts";

/** Longest line of a log, in bytes. */
const MAX_LINE_BYTES = 64 * 1024;

/** Result of the import of a log. */
export interface ImportedLog {
  /** Format of the log. */
  readonly format: LogFormat;
  /** Number of lines that were added to the history. */
  readonly added: number;
  /** Number of lines that the history had already. */
  readonly known: number;
  /** Number of lines that are not of a conversation, or could not be read. */
  readonly unread: number;
}

/**
 * Adds the log of a channel, written by irssi or WeeChat, to a history, all or nothing. A line that was imported before
 * is not added again. Needs read permission for the log.
 *
 * @throws {SystemError} `file-not-found` and other failures to read; `history-busy`.
 * @throws {NegativeError} `not-a-log` when no line of it is known.
 */
export async function importLog(archive: HistoryArchive, channel: string, path: string): Promise<ImportedLog> {
  const reader = new LogReader();
  const past: PastLine[] = [];
  let unread = 0;
  try {
    using file = await Deno.open(path, { read: true });
    for await (const { text, problem } of readLines(file.readable, { limit: MAX_LINE_BYTES })) {
      const line = problem === undefined ? reader.read(text.replace(/^\ufeff/, "")) : undefined;
      if (problem !== undefined) unread++;
      if (line) past.push(line);
    }
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
  const { format } = reader;
  if (format === undefined) {
    throw new NegativeError(`cannot import ${showUntrusted(path)}: not a log of irssi or WeeChat`, {
      code: "not-a-log",
      operation: "import",
    });
  }
  const readable = withIds(channel, past);
  const added = archive.merge(foldName(channel), readable);
  unread += reader.unread + past.length - readable.length;
  return { format, added, known: readable.length - added, unread };
}

/** Returns lines as entries. Their ids depend on the lines only: the same log has the same ids again. */
function withIds(channel: string, past: readonly PastLine[]): NewHistoryEntry[] {
  const seen = new Map<string, number>();
  return past.flatMap((line) => {
    const entry = entryOf(channel, line);
    if (!entry) return [];
    const { event, time, nick, text, by } = line;
    const key = JSON.stringify([event, time, nick, text, by]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return [{ ...entry, id: `i-${createHash("sha256").update(`${count} ${key}`).digest("hex").slice(0, 24)}` }];
  });
}
