import { RCODE } from "../../client/status.ts";
import { nameKey } from "../../codec/canonical.ts";
import type { AnswerSource, ClientQuery, ServedAnswer } from "./types.ts";

/** Maximum number of times that an answer is continued by another source. */
const MAX_STEPS = 8;

/** Names that were answered for a query, and how often its answer was continued. */
interface Way {
  readonly names: Set<string>;
  steps: number;
}

/**
 * Asks sources in order, and continues an answer that ends in an alias with what the sources know of its target: a word may
 * be an alias of a name of a zone, and that of one elsewhere. Stub resolvers do not follow aliases themselves.
 */
export class AliasFollower implements AnswerSource {
  readonly #sources: readonly AnswerSource[];

  /** Takes the sources. */
  constructor(sources: readonly AnswerSource[]) {
    this.#sources = sources;
  }

  /** Answers by the first source that knows the name. */
  answer(query: ClientQuery): ServedAnswer | undefined | Promise<ServedAnswer | undefined> {
    return this.#follow(query);
  }

  #follow(query: ClientQuery, way?: Way): ServedAnswer | undefined | Promise<ServedAnswer | undefined> {
    const found = this.#ask(query, 0);
    return found instanceof Promise
      ? found.then((answer) => this.#continue(answer, query, way))
      : this.#continue(found, query, way);
  }

  #ask(query: ClientQuery, from: number): ServedAnswer | undefined | Promise<ServedAnswer | undefined> {
    for (let index = from; index < this.#sources.length; index++) {
      const answer = this.#sources[index]?.answer(query);
      if (answer instanceof Promise) return answer.then((found) => found ?? this.#ask(query, index + 1));
      if (answer) return answer;
    }
    return undefined;
  }

  #continue(
    answer: ServedAnswer | undefined,
    query: ClientQuery,
    before: Way | undefined,
  ): ServedAnswer | undefined | Promise<ServedAnswer | undefined> {
    if (!answer) return undefined;
    const target = openAlias(answer, query.question.type);
    if (target === undefined) return answer;
    const way = before ?? { names: new Set([nameKey(query.question.name)]), steps: 0 };
    // A source may have gone a part of the way; a name is answered once.
    for (const { name } of answer.answers) way.names.add(nameKey(name));
    if (way.names.has(nameKey(target)) || ++way.steps > MAX_STEPS) return answer;
    const rest = this.#follow({ ...query, question: { ...query.question, name: target } }, way);
    return rest instanceof Promise ? rest.then((found) => joined(answer, found)) : joined(answer, rest);
  }
}

/** The name at which an answer stops: the target of its last alias, of which it tells nothing. */
function openAlias({ rcode, answers, authorities = [] }: ServedAnswer, type: string): string | undefined {
  const last = answers.at(-1);
  if (rcode !== RCODE.NOERROR || type === "CNAME" || type === "ANY" || authorities.length > 0) return undefined;
  const alias = last?.type === "RRSIG" ? answers.findLast((record) => record.type !== "RRSIG") : last;
  return alias?.type === "CNAME" ? alias.data : undefined;
}

function joined(first: ServedAnswer, rest: ServedAnswer | undefined): ServedAnswer {
  if (!rest) return first;
  return {
    ...rest,
    authoritative: first.authoritative,
    authenticData: false,
    answers: [...first.answers, ...rest.answers],
    additionals: [...first.additionals ?? [], ...rest.additionals ?? []],
    source: first.source === rest.source ? first.source : `${first.source}, ${rest.source}`,
    keep: Math.min(first.keep ?? 0, rest.keep ?? 0),
  };
}
