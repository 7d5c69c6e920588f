import { parseArticleRange } from "../../codec/command.ts";
import type { ServedGroup } from "../newsgroups.ts";
import type { ArticleText } from "../articles.ts";
import type { Next, Run, Session } from "../session.ts";
import { named } from "./target.ts";

const CRLF = new TextEncoder().encode("\r\n");

/** The commands that select and read articles (RFC 3977 §6). */
export const READING_COMMANDS: Readonly<Record<string, Run>> = {
  GROUP(session, [name = "", more]) {
    if (name === "" || more !== undefined) return session.refuse("501 Use GROUP name");
    const group = session.host.groups.get(name);
    if (!group) return session.refuse("411 No such newsgroup");
    select(session, group);
    return session.accept(summary(group));
  },
  LISTGROUP(session, [name, text, more]) {
    const group = name === undefined ? session.group : session.host.groups.get(name);
    const range = text === undefined ? { from: 1, to: Infinity } : parseArticleRange(text);
    if (!range || more !== undefined) return session.refuse("501 Use LISTGROUP [name [range]]");
    if (!group) return session.refuse(name === undefined ? "412 No newsgroup selected" : "411 No such newsgroup");
    select(session, group);
    return session.list(`${summary(group)} list follows`, group.numbers.between(range.from, range.to).map(String));
  },
  NEXT: (session) => step(session, (group, from) => group.numbers.next(from), "421 No next article in this group"),
  LAST: (session) =>
    step(session, (group, from) => group.numbers.previous(from), "422 No previous article in this group"),
  ARTICLE: (session, words) => article(session, words, 220, ({ added, bytes }) => [added, bytes]),
  HEAD: (session, words) =>
    article(session, words, 221, ({ added, bytes, body }) => {
      const head = bytes.subarray(0, body);
      // The empty line is not part of it (RFC 3977 §6.2.2).
      return [added, endsWithEmptyLine(head) ? head.subarray(0, head.length - CRLF.length) : head];
    }),
  BODY: (session, words) => article(session, words, 222, ({ bytes, body }) => [bytes.subarray(body)]),
  STAT: (session, words) => article(session, words, 223),
};

function select(session: Session, group: ServedGroup): void {
  session.group = group;
  session.current = group.numbers.next(0);
}

function summary({ name, numbers: { count, low, high } }: ServedGroup): string {
  return `211 ${count} ${low} ${high} ${name}`;
}

async function step(
  session: Session,
  move: (group: ServedGroup, from: number) => number | undefined,
  none: string,
): Promise<Next> {
  const { group, current, host } = session;
  if (!group) return session.refuse("412 No newsgroup selected");
  if (current === undefined) return session.refuse("420 Current article number is invalid");
  const number = move(group, current);
  const overview = number === undefined ? undefined : await host.articles.overview(number);
  if (number === undefined || !overview) return session.refuse(none);
  session.current = number;
  return session.accept(`223 ${number} ${overview.messageId} retrieved`);
}

async function article(
  session: Session,
  words: readonly string[],
  code: number,
  pieces?: (text: ArticleText) => readonly Uint8Array[],
): Promise<Next> {
  const target = await named(session, words);
  if ("reply" in target) return session.refuse(target.reply);
  const { number, byId } = target;
  const { articles } = session.host;
  const found = pieces ? await articles.text(number) : await articles.overview(number);
  if (!found) return session.refuse(byId ? "430 No article with that message-id" : "423 No article with that number");
  if (!byId) session.current = number;
  const first = `${code} ${byId ? 0 : number} ${found.messageId}`;
  return pieces && "body" in found ? await session.send(first, pieces(found)) : session.accept(first);
}

function endsWithEmptyLine(head: Uint8Array): boolean {
  const [a, b, c, d] = head.subarray(-4);
  return a === 13 && b === 10 && c === 13 && d === 10;
}
