import { isMessageId, parseArticleNumber, parseArticleRange } from "../../codec/command.ts";
import type { Next, Session } from "../session.ts";

/** Target of ARTICLE and the like: an article, or the reply that there is none. */
export type Named = { readonly number: number; readonly byId: boolean } | { readonly reply: string };

/** Returns the article that a command names: by message id, by number, or the current one (RFC 3977 §6.2.1). */
export async function named(session: Session, words: readonly string[]): Promise<Named> {
  const { group, current, host } = session;
  const [word, more] = words;
  if (more !== undefined) return { reply: "501 Too many arguments" };
  if (word !== undefined && isMessageId(word)) {
    const number = await host.articles.find(word);
    return number === undefined ? { reply: "430 No article with that message-id" } : { number, byId: true };
  }
  const number = word === undefined ? current : parseArticleNumber(word);
  if (word !== undefined && number === undefined) return { reply: "501 Invalid article number or message-id" };
  if (!group) return { reply: "412 No newsgroup selected" };
  if (number !== undefined && group.numbers.has(number)) return { number, byId: false };
  return { reply: word === undefined ? "420 Current article number is invalid" : "423 No article with that number" };
}

/** Returns the articles that OVER and HDR name: by message id, a range, or the current one; or replies that there are none. */
export async function range(
  session: Session,
  words: readonly string[],
): Promise<{ readonly numbers: readonly number[]; readonly byId: boolean } | { readonly next: Next }> {
  const [word, more] = words;
  const found = word === undefined || more !== undefined ? undefined : parseArticleRange(word);
  if (found) {
    if (!session.group) return { next: session.refuse("412 No newsgroup selected") };
    const numbers = session.group.numbers.between(found.from, found.to);
    return numbers.length > 0 ? { numbers, byId: false } : { next: session.refuse("423 No articles in that range") };
  }
  const one = await named(session, words);
  return "reply" in one ? { next: session.refuse(one.reply) } : { numbers: [one.number], byId: one.byId };
}
