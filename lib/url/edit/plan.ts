import { UsageError } from "../../core/errors/errors.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import { REMOVABLE, removePart, setPart } from "./edit.ts";
import { addSegment, checkSegment } from "./edit_path.ts";
import { addParam, removeParams, sortParams } from "./edit_query.ts";
import { InvalidUrlError } from "../error.ts";
import { type ParseOptions, parseUrl } from "../parse.ts";
import { PARTS } from "../split.ts";
import { type Rules, Url } from "../url.ts";
import { checkValue } from "./value.ts";

/** A change that can be made to any URL; see {@link setPart} and the others for what it throws then. */
export type Edit = (url: Url) => Url;

/** Accepted forms of `--set`, `--add` and `--remove`, for error messages. */
export const EDITS_ACCEPT: Readonly<Record<"set" | "add" | "remove", string>> = {
  set: `PART=VALUE, where PART is ${PARTS.slice(0, -1).join(", ")} or ${PARTS.at(-1)}`,
  add: "path=SEGMENT or query=KEY=VALUE",
  remove: `query=PATTERN, or ${REMOVABLE.slice(0, -1).join(", ")} or ${REMOVABLE.at(-1)} for the whole of it`,
};

/**
 * Reads `PART=VALUE`; see {@link setPart}.
 *
 * @throws {UsageError} For an unknown part, or a value that no URL could have there.
 */
export function parseSet(text: string): Edit {
  const [name, value] = cut(text);
  const part = PARTS.find((part) => part === name);
  if (part === undefined || value === undefined) throw senseless(text);
  checkValue(part, value);
  return (url) => setPart(url, part, value);
}

/** Rejects a part that is set twice: one of the two values would be lost. */
function checkOnce(sets: readonly string[]): void {
  const parts = sets.map((text) => cut(text)[0]);
  const twice = parts.find((part, i) => parts.indexOf(part) !== i);
  if (twice !== undefined) throw new UsageError(`cannot set the ${twice} twice`);
}

/**
 * Reads `path=SEGMENT` or `query=KEY=VALUE`; see {@link addSegment} and {@link addParam}.
 *
 * @throws {UsageError} For anything else.
 */
export function parseAdd(text: string): Edit {
  const [name, value] = cut(text);
  if (value === undefined) throw senseless(text);
  if (name === "path") {
    checkSegment(value);
    return (url) => addSegment(url, value);
  }
  const [key = "", pairValue] = cut(value);
  if (name !== "query" || value === "") throw senseless(text);
  return (url) => addParam(url, key, pairValue);
}

/**
 * Reads `query=PATTERN`, or the name of a part that a URL can be without; see {@link removeParams} and
 * {@link removePart}.
 *
 * @throws {UsageError} For anything else.
 */
export function parseRemove(text: string): Edit {
  const [name, pattern] = cut(text);
  if (name === "query" && pattern !== undefined) return (url) => removeParams(url, pattern);
  const part = REMOVABLE.find((part) => part === text);
  if (part === undefined) throw senseless(text);
  return (url) => removePart(url, part);
}

function cut(text: string): [string, string | undefined] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

function senseless(text: string): UsageError {
  return new UsageError(`invalid edit "${showUntrusted(text, { limit: 60 })}"`);
}

/** Edits that are applied to many URLs, as texts. */
export interface PlanOptions extends Pick<ParseOptions, "rules"> {
  /** Base of relative URLs. */
  readonly base?: string;
  /** A reference that is followed from each. */
  readonly resolve?: string;
  /** For {@link parseSet}. */
  readonly set?: readonly string[];
  /** For {@link parseRemove}. */
  readonly remove?: readonly string[];
  /** For {@link parseAdd}. */
  readonly add?: readonly string[];
  /** Sort the pairs of the query. */
  readonly sortQuery?: boolean;
  /** End with the normal form. */
  readonly normal?: boolean;
}

/** Parses one of the texts of {@link PlanOptions}, so that a caller can add the option's name to an error. */
export type ReadValue = <T>(
  option: "base" | keyof typeof EDITS_ACCEPT,
  text: string,
  accepts: string,
  parse: (text: string) => T,
) => T;

/**
 * Reads what is to be done, once, and returns what does it to a text: reading it, following the reference, setting,
 * removing, adding, sorting, in this order.
 *
 * @throws {UsageError} For an invalid text, or a part that is set twice.
 */
export function planEdits(
  options: PlanOptions,
  read: ReadValue = (_, text, __, parse) => parse(text),
): (text: string) => Url {
  const { rules, resolve, set = [], remove = [], add = [], sortQuery, normal } = options;
  const base = options.base === undefined
    ? undefined
    : read("base", options.base, "a URL with a scheme", (text) => parseBase(text, rules));
  checkOnce(set);
  const edits: Edit[] = [
    ...(resolve === undefined ? [] : [(url: Url) => parseUrl(resolve, { rules, base: url })]),
    ...set.map((text) => read("set", text, EDITS_ACCEPT.set, parseSet)),
    ...remove.map((text) => read("remove", text, EDITS_ACCEPT.remove, parseRemove)),
    ...add.map((text) => read("add", text, EDITS_ACCEPT.add, parseAdd)),
    ...(sortQuery ? [sortParams] : []),
    ...(normal ? [(url: Url) => Url.parse(url.href, url.rules, url.scp)] : []),
  ];
  return (text) => edits.reduce((url, edit) => edit(url), parseUrl(text, { rules, base }));
}

function parseBase(text: string, rules?: Rules): Url {
  try {
    const url = parseUrl(text, { rules });
    if (!url.scp && url.scheme !== null) return url;
  } catch (error) {
    if (!(error instanceof InvalidUrlError)) throw error;
  }
  throw new UsageError(`invalid base "${showUntrusted(text, { limit: 60 })}": not a URL with a scheme`);
}
