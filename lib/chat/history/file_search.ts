import type { DatabaseSync, StatementSync } from "../../deps/node/sqlite.ts";
import type { HistoryEntry, HistorySearch, NewHistoryEntry } from "./history.ts";
import { readEntry } from "./history_schema.ts";
import { foldName } from "../codec/names.ts";
import { foldWords, nameWord, phrasesOf } from "./codec/search_words.ts";
import { readStored, textOfParts } from "./codec/stored_text.ts";

/** Limit of messages with the words of a search that are looked at, so that no search takes long. */
const MAX_CANDIDATES = 50_000;

/** Adds the words of a message to the index. */
export function indexWords(insert: StatementSync, place: number, { channel, line }: NewHistoryEntry): void {
  const message = readStored(line);
  if (!message) return;
  insert.run(place, nameWord(channel), nameWord(foldName(message.nick)), foldWords(textOfParts(message.parts)));
}

/** Searches a history file for messages. */
export function searchFile(database: DatabaseSync, search: HistorySearch): HistoryEntry[] {
  const { places, text = "", from, after, before, limit } = search;
  const phrases = phrasesOf(text);
  // A text without words is in no message.
  if (places.size === 0 || (text !== "" && phrases.length === 0)) return [];
  const order = after === undefined ? "DESC" : "ASC";
  const keys = [...places.keys()];
  const match = [
    `target : (${keys.map((key) => `"${nameWord(key)}"`).join(" OR ")})`,
    ...(from === undefined ? [] : [`sender : "${nameWord(foldName(from))}"`]),
    ...phrases.map((phrase) => `text : "${phrase}"`),
  ].join(" AND ");
  const bounds = timeBounds(database, search);
  if (!bounds) return [];
  const rows = database.prepare(
    `SELECT lines.* FROM (
       SELECT rowid AS found FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?
       ORDER BY rowid ${order} LIMIT ${MAX_CANDIDATES}
     ) JOIN lines ON place = found
     WHERE (only IS NULL OR only IN (${keys.map(() => "?").join()})) AND time >= ? AND time <= ?
     ORDER BY found ${order} LIMIT ?`,
  ).all(
    match,
    ...bounds,
    ...places.values(),
    after ?? Number.MIN_SAFE_INTEGER,
    before ?? Number.MAX_SAFE_INTEGER,
    limit,
  );
  const found = rows.map(readEntry);
  return after === undefined ? found.reverse() : found;
}

/** Returns the first and last position of the lines between the times of a search; undefined when there is none. */
function timeBounds(database: DatabaseSync, { places, after, before }: HistorySearch): [number, number] | undefined {
  const all: [number, number] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  if (after === undefined && before === undefined) return all;
  const range = database.prepare(
    "SELECT min(place) AS first, max(place) AS last FROM lines INDEXED BY by_time WHERE channel = ? AND time >= ? AND time <= ?",
  );
  const bounds = [...places.keys()].flatMap((key): [number, number][] => {
    const row = range.get(key, after ?? all[0], before ?? all[1]);
    return typeof row?.first === "number" ? [[row.first, Number(row.last)]] : [];
  });
  if (bounds.length === 0) return undefined;
  return [Math.min(...bounds.map(([first]) => first)), Math.max(...bounds.map(([, last]) => last))];
}
