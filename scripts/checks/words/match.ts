import { EXCEPTIONS } from "./exceptions.ts";
import { NAMES, PHRASES } from "./rules.ts";
import type { Declared, Text } from "./text.ts";

/** A phrase or a name that Voice bans, where it stands, and what to write in its place. */
export interface WordBreach {
  readonly path: string;
  readonly line: number;
  /** One line: the phrase in its text, the reason, better words. */
  readonly message: string;
}

/** Characters of the text around a phrase that a message quotes. */
const CONTEXT = 36;

/** Returns the phrases of a text that a rule for its kind bans. */
export function phraseBreaches({ kind, path, line, text }: Text): WordBreach[] {
  const rules = PHRASES.filter(({ kinds, where }) => (kinds?.includes(kind) ?? true) && (where?.test(path) ?? true));
  return rules.flatMap(({ phrase, because, better }) =>
    [...text.matchAll(new RegExp(phrase, `${phrase.flags}g`))].filter((match) => !isException(text, match)).map((
      match,
    ) => ({
      path,
      line,
      message: `${kind} "${excerpt(text, match)}": ${because}; write ${better}`,
    }))
  );
}

/** Returns the breach of a declared name, if it is banned. */
export function nameBreaches({ path, line, name }: Declared): WordBreach[] {
  return NAMES.filter(({ names }) => names.test(name)).map(({ because, better }) => ({
    path,
    line,
    message: `name ${name}: ${because}; name it ${better}`,
  }));
}

function isException(text: string, { 0: phrase, index }: RegExpExecArray): boolean {
  return EXCEPTIONS.some(({ text: allowed }) => {
    const at = text.indexOf(allowed);
    return at >= 0 && at <= index && index + phrase.length <= at + allowed.length;
  });
}

function excerpt(text: string, { 0: phrase, index }: RegExpExecArray): string {
  const [start, end] = [Math.max(0, index - CONTEXT), index + phrase.length + CONTEXT];
  return `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
}
