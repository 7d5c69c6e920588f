import type { Line, Room } from "./room.ts";
import { connection } from "./session.ts";

/** Number of lines of one answer. */
export const ANSWER_LINES = 100;

/** A part of the past (IRCv3 chathistory): the last lines, those before or after the ones that are held, or those around a line. */
export type PastKind = "LATEST" | "BEFORE" | "AFTER" | "AROUND";

/** A request for a part of the past. */
export interface PastRequest {
  /** The room. */
  readonly where: Room;
  /** The part. */
  readonly kind: PastKind;
  /** The id of the line that it is about. */
  readonly id?: string;
  /** Whether its answer is not of use any more. */
  stale?: boolean;
}

/** The requests, in the order in which they are answered. */
export const requests: PastRequest[] = [];

/** A batch that is open (IRCv3 batch). */
export interface Batch {
  /** Its type. */
  readonly type: string;
  /** Its label. */
  readonly label?: string;
  /** Its messages so far. */
  readonly lines: Line[];
}

/** Batches that are open, by their reference. */
export const batches = new Map<string, Batch>();

/** Requests a part of the past of a room, one around a line by the id of that; returns false if another one is under way. */
export function ask(where: Room, kind: PastKind, around?: string): boolean {
  const id = kind === "BEFORE" ? where.oldest : kind === "AFTER" ? where.newest : around;
  if (kind === "AROUND") { for (const request of requests) if (request.where === where) request.stale = true; }
  else if (kind !== "LATEST" && (id === undefined || requests.some((request) => request.where === where))) return false;
  requests.push({ where, kind, id });
  connection.send("CHATHISTORY", kind, where.name, id === undefined ? "*" : `msgid=${id}`, `${ANSWER_LINES}`);
  return true;
}
