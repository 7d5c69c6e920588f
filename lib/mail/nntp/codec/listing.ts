import { isGroupName } from "./group_name.ts";
import { parseArticleNumber } from "./command.ts";

/** A newsgroup, as LIST ACTIVE and GROUP report it. */
export interface Newsgroup {
  /** Name. */
  readonly name: string;
  /** Lowest article number. */
  readonly low: number;
  /** Highest article number; below `low` when the group is empty. */
  readonly high: number;
  /** Number of articles, an estimate, if the server tells it. */
  readonly count?: number;
  /** `y` when posting is permitted, `n` when it is not, `m` when it is moderated, or another word; absent in a reply to GROUP. */
  readonly status?: string;
}

/** Parses the text of a reply to GROUP or LISTGROUP (RFC 3977 §6.1.1): `COUNT LOW HIGH NAME`; undefined when it is invalid. */
export function parseGroupReply(text: string, asked: string): Newsgroup | undefined {
  const [count, low, high, name = asked] = text.split(/[ \t]+/);
  const [c, l, h] = [count, low, high].map((number) => parseArticleNumber(number ?? ""));
  if (c === undefined || l === undefined || h === undefined || !isServerGroup(name)) return undefined;
  return { name, low: l, high: h, count: c };
}

/** Parses a line of LIST ACTIVE (RFC 3977 §7.6.3): `NAME HIGH LOW STATUS`; undefined when it is invalid. */
export function parseActiveLine(line: string): Newsgroup | undefined {
  const [name = "", high, low, status = "y"] = line.split(/[ \t]+/);
  const [h, l] = [high, low].map((number) => parseArticleNumber(number ?? ""));
  if (h === undefined || l === undefined || !isServerGroup(name)) return undefined;
  return { name, low: l, high: h, status: status.slice(0, 100) };
}

/** Parses a line of LIST NEWSGROUPS (RFC 3977 §7.6.6): a name and its description; undefined when it is invalid. */
export function parseDescriptionLine(line: string): readonly [name: string, description: string] | undefined {
  const [, name = "", description = ""] = /^(\S+)[ \t]*(.*)$/su.exec(line) ?? [];
  return isServerGroup(name) ? [name, description.trim()] : undefined;
}

/** Whether a name can be that of a newsgroup at a server: {@link isGroupName}, or what RFC 3977 §4.1 permits beside it. */
export function isServerGroup(name: string): boolean {
  return isGroupName(name) || /^[^\s\p{C}!*,?[\\\]]{1,480}$/u.test(name);
}

/** Formats the time of DATE (RFC 3977 §7.1): `yyyymmddhhmmss` in UTC. */
export function formatNntpDate(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "").replace(/\D/g, "");
}

/** Parses date and time of NEWGROUPS and NEWNEWS (RFC 3977 §7.3.2): `yyyymmdd` or `yymmdd`, and `hhmmss`, in UTC; undefined when invalid. */
export function parseNntpTime(date: string, time: string, now: number): number | undefined {
  const [, given = "", month = "", day = ""] = /^(\d\d|\d{4})(\d\d)(\d\d)$/.exec(date) ?? [];
  const [, hour = "", minute = "", second = ""] = /^(\d\d)(\d\d)(\d\d)$/.exec(time) ?? [];
  if (given === "" || hour === "" || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const year = given.length === 4 ? Number(given) : yearOf(Number(given), now);
  const found = Date.UTC(year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  // The 31st of February would be the 3rd of March.
  const exact = new Date(Date.UTC(year, Number(month) - 1, Number(day)));
  return exact.getUTCMonth() === Number(month) - 1 && exact.getUTCDate() === Number(day) ? found : undefined;
}

/** A year of two digits: in this century if it is not after the current one, otherwise in the last. */
function yearOf(digits: number, now: number): number {
  const current = new Date(now).getUTCFullYear();
  const century = current - current % 100;
  return digits <= current % 100 ? century + digits : century - 100 + digits;
}
