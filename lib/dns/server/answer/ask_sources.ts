import { META_TYPES } from "../../codec/types.ts";
import {
  META_TYPE,
  NO_RECURSION,
  NOT_AUTHORITATIVE,
  OTHER_CLASS,
  SOURCE_FAILED,
  TRANSFER_OVER_UDP,
} from "./refused.ts";
import type { AnswerSource, ClientQuery, ServedAnswer } from "./types.ts";

/** Sources of answers, and what is to be told of them. */
export interface Sources {
  /** The sources in order. */
  readonly sources: readonly AnswerSource[];
  /** Whether one of them looks names up elsewhere. */
  readonly recursive: boolean;
  /** Called when a source has failed. */
  readonly onError?: (error: unknown, query: ClientQuery) => void;
}

/** Returns the answer of the first source that has one; a refusal if none has. A source that throws is a failure of the server. */
export function askSources(query: ClientQuery, asked: Sources, from = 0): ServedAnswer | Promise<ServedAnswer> {
  const { type, class: klass } = query.question;
  if (type === "AXFR" || type === "IXFR") return TRANSFER_OVER_UDP;
  if (type !== "ANY" && Object.hasOwn(META_TYPES, type)) return META_TYPE;
  const { sources, recursive, onError } = asked;
  const failed = (error: unknown) => {
    onError?.(error, query);
    return SOURCE_FAILED;
  };
  try {
    for (const [index, source] of sources.slice(from).entries()) {
      const answer = source.answer(query);
      if (answer instanceof Promise) {
        return answer.then((found) => found ?? askSources(query, asked, from + index + 1)).catch(failed);
      }
      if (answer) return answer;
    }
  } catch (error) {
    return failed(error);
  }
  if (klass !== "IN") return OTHER_CLASS;
  return recursive && !query.recursionDesired ? NO_RECURSION : NOT_AUTHORITATIVE;
}
