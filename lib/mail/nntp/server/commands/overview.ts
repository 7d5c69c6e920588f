import { formatOverview, overviewValue } from "../../codec/overview.ts";
import type { Next, Run, Session } from "../session.ts";
import { range } from "./target.ts";

/** OVER and HDR (RFC 3977 §8), XOVER and XHDR (RFC 2980 §2.6, §2.8). */
export const OVERVIEW_COMMANDS: Readonly<Record<string, Run>> = {
  OVER: over,
  XOVER: over,
  HDR: (session, words) => header(session, words, "225 Headers follow"),
  XHDR: (session, words) => header(session, words, "221 Header follows"),
};

/** Header fields and metadata items that are not those of the message. */
const MADE: ReadonlyMap<string, "bytes" | "lines" | "messageId" | "xref"> = new Map([
  [":bytes", "bytes"],
  [":lines", "lines"],
  ["message-id", "messageId"],
  ["xref", "xref"],
]);

async function over(session: Session, words: readonly string[]): Promise<Next> {
  const found = await range(session, words);
  if ("next" in found) return found.next;
  return await session.list("224 Overview information follows", lines(session, found.numbers, found.byId));
}

async function* lines({ host }: Session, numbers: readonly number[], byId: boolean): AsyncGenerator<string> {
  await host.articles.prepare(numbers);
  for (const number of numbers) {
    const overview = await host.articles.overview(number);
    if (overview) yield formatOverview(byId ? { ...overview, number: 0 } : overview);
  }
}

async function header(session: Session, [name = "", ...words]: readonly string[], first: string): Promise<Next> {
  if (!/^:?[\x21-\x39\x3b-\x7e]+$/.test(name)) return session.refuse("501 Use HDR field [range|message-id]");
  const found = await range(session, words);
  if ("next" in found) return found.next;
  return await session.list(first, values(session, name.toLowerCase(), found.numbers, found.byId));
}

async function* values(
  { host: { articles } }: Session,
  name: string,
  numbers: readonly number[],
  byId: boolean,
): AsyncGenerator<string> {
  await articles.prepare(numbers);
  for (const number of numbers) {
    const value = await valueIn(articles, name, number);
    if (value !== undefined) yield `${byId ? 0 : number} ${overviewValue(value)}`;
  }
}

/** Returns a header field or metadata item, empty where an article has none; undefined when the article is gone. */
async function valueIn(
  articles: Session["host"]["articles"],
  name: string,
  number: number,
): Promise<string | undefined> {
  const property = MADE.get(name);
  if (property) {
    const overview = await articles.overview(number);
    return overview && String(overview[property] ?? "");
  }
  return await articles.value(number, name);
}
