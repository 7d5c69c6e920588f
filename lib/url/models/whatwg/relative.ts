import { Fault } from "../../error.ts";
import { ENCODE_SETS, percentEncode } from "../../percent.ts";
import { isSpecial } from "../../schemes.ts";
import { slice, type Split, splitTail } from "../../split.ts";
import { normal, schemeOf, splitBehind } from "./parse.ts";
import { isNormalDrive, normalPath, shorten, startsWithDrive } from "./path.ts";
import type { WhatwgRecord } from "./record.ts";

/**
 * Parses a text that may be relative to a base (the states of WHATWG URL §4.4). Throws a {@link Fault} when both together
 * are not a URL.
 */
export function parseWithBase(text: string, base: WhatwgRecord): WhatwgRecord {
  const given = schemeOf(text);
  const scheme = given?.toLowerCase() ?? base.scheme;
  const from = given === undefined ? 0 : given.length + 1;
  const special = isSpecial(scheme);
  const absolute = () => normal(text, splitBehind(text, from, scheme), scheme);
  if (given !== undefined && !(special && scheme === base.scheme)) return absolute();
  if (base.opaque) {
    if (!text.startsWith("#")) throw new Fault("the base has no path that it could be relative to", 0);
    return { ...base, fragment: percentEncode(text.slice(1), ENCODE_SETS.fragment) };
  }
  const { end, ...tail } = splitTail(text, from);
  const isSlash = (at: number) => at < end && (text[at] === "/" || (special && text[at] === "\\"));
  if (isSlash(from) && isSlash(from + 1)) return absolute();
  return {
    ...base,
    ...relative(text, from, end, base, isSlash(from)),
    ...tailOf(text, tail, special, base, end > from),
  };
}

/** The path, and for a file the host. */
function relative(
  text: string,
  from: number,
  end: number,
  base: WhatwgRecord,
  rooted: boolean,
): Pick<WhatwgRecord, "path"> {
  const { scheme } = base;
  const special = isSpecial(scheme);
  const file = scheme === "file";
  if (end === from) return { path: base.path };
  const own = text.slice(rooted ? from + 1 : from, end);
  const segments = base.path.split("/").slice(1);
  let before: string[] = [];
  const drive = file && startsWithDrive(text.slice(rooted ? from + 1 : from));
  if (!rooted && !drive) {
    before = segments;
    shorten(before, file);
  } else if (rooted && file && !drive && isNormalDrive(segments[0])) before = segments.slice(0, 1);
  return { path: "/" + normalPath(own, scheme, special, before).join("/") };
}

function tailOf(
  text: string,
  { query, fragment }: Pick<Split, "query" | "fragment">,
  special: boolean,
  base: WhatwgRecord,
  ownPath: boolean,
): Pick<WhatwgRecord, "query" | "fragment"> {
  const set = special ? ENCODE_SETS.specialQuery : ENCODE_SETS.query;
  return {
    query: query ? percentEncode(slice(text, query), set) : ownPath ? null : base.query,
    fragment: fragment ? percentEncode(slice(text, fragment), ENCODE_SETS.fragment) : null,
  };
}
