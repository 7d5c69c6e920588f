import type { AnswerFacts } from "./zone_answers.ts";
import type { ZoneQuestion } from "./zone_questions.ts";

/** Answers of the store and of another server to the same question. */
export interface Pair {
  readonly ours: AnswerFacts;
  readonly theirs: AnswerFacts;
}

/** A difference that is legal: returns the pair without it, or undefined if the pair does not show it. */
type Difference = (question: ZoneQuestion, pair: Pair) => Pair | undefined;

const without = (lines: readonly string[], others: readonly string[]) => lines.filter((line) => !others.includes(line));
const typeOf = (line: string) => line.split(" ").slice(2, 4).join(" ").replace(/^(?!rrsig)(\S+).*/, "$1");
const dataOf = (line: string) => line.split(" ").slice(3).join(" ");

/** The differences to nsd 4.6, by their reasons. */
export const NSD_DIFFERENCES: Readonly<Record<string, Difference>> = {
  // The name servers of a zone beside an answer are optional (RFC 2181 §6.1): the store leaves them out, as knot does.
  "nsd adds the name servers of the zone to answers": (_, { ours, theirs }) => {
    if (theirs.answer.length === 0 || !theirs.status.endsWith("AA")) return undefined;
    const servers = without(theirs.authority, ours.authority).filter((line) => /^(?:rrsig )?ns$/.test(typeOf(line)));
    if (servers.length === 0) return undefined;
    const targets = servers.map(dataOf);
    const extra = without(theirs.additional, ours.additional).filter((line) =>
      targets.includes(line.split(" ")[0] ?? "")
    );
    const [authority, additional] = [without(theirs.authority, servers), without(theirs.additional, extra)];
    return { ours, theirs: { ...theirs, authority, additional } };
  },
  "nsd adds addresses from wildcards": (_, { ours, theirs }) => {
    const extra = without(theirs.additional, ours.additional).filter((line) => line.startsWith("mail.wild."));
    return extra.length === 0
      ? undefined
      : { ours, theirs: { ...theirs, additional: without(theirs.additional, extra) } };
  },
  // RFC 9460 §4.1 asks for those of SVCB and HTTPS.
  "the store adds addresses for SVCB, HTTPS and AFSDB": (_, { ours, theirs }) => {
    if (!ours.answer.some((line) => /^(?:svcb|https|afsdb)$/.test(typeOf(line)))) return undefined;
    const extra = without(ours.additional, theirs.additional);
    return extra.length === 0 ? undefined : { ours: { ...ours, additional: without(ours.additional, extra) }, theirs };
  },
  // RFC 1034 §4.3.2 excepts no type other than CNAME itself.
  "nsd follows no alias for NSEC3": ({ type }, { ours }) => {
    const isAlias = type === "NSEC3" && ours.answer.some((line) => typeOf(line) === "cname");
    return isAlias ? { ours, theirs: ours } : undefined;
  },
  // The client stops anyway; the store does so behind 16 aliases.
  "nsd follows a loop of DNAME records as long as names fit": ({ name }, { ours, theirs }) => {
    if (!/\.circle2?\./.test(name) || without(ours.answer, theirs.answer).length > 0) return undefined;
    const { answer, authority, additional } = theirs;
    const same = answer.length === ours.answer.length;
    return same ? undefined : { ours, theirs: { ...ours, status: theirs.status, authority, additional } };
  },
  // The range that nsd sends ends at the wildcard, before the name. RFC 4035 §3.1.3.3 asks for one that covers it.
  "nsd covers the wrong name behind a DNAME that leads to a wildcard": (_, { ours, theirs }) => {
    if (!theirs.answer.some((line) => typeOf(line) === "dname")) return undefined;
    const wrong = without(theirs.authority, ours.authority);
    const right = without(ours.authority, theirs.authority);
    const proofs = [...wrong, ...right].every((line) => /^(?:rrsig )?nsec$/.test(typeOf(line)));
    if (wrong.length === 0 || !proofs) return undefined;
    return { ours, theirs: { ...theirs, authority: ours.authority } };
  },
  // A name that exists has an NSEC3 record of its own (RFC 5155 §7.2.3).
  "nsd proves the closest encloser of a wildcard that was asked for itself": ({ name }, { ours, theirs }) => {
    const extra = without(theirs.authority, ours.authority).filter((line) => /^(?:rrsig )?nsec3$/.test(typeOf(line)));
    if (!name.startsWith("*.") || extra.length === 0) return undefined;
    return { ours, theirs: { ...theirs, authority: without(theirs.authority, extra) } };
  },
};
