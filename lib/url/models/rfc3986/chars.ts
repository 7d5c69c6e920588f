import { encodeChar } from "../../percent.ts";

// What RFC 3986 lets stand in each part (appendix A), as the inside of a character class; a `%` needs its two digits.
/** Characters that have no meaning of their own. */
export const UNRESERVED = "A-Za-z0-9\\-._~";
/** Characters that divide what is within a part. */
export const SUB_DELIMS = "!$&'()*+,;=";

const ALLOWED = {
  user: UNRESERVED + SUB_DELIMS,
  password: `${UNRESERVED}${SUB_DELIMS}:`,
  host: UNRESERVED + SUB_DELIMS,
  path: `${UNRESERVED}${SUB_DELIMS}:@/`,
  query: `${UNRESERVED}${SUB_DELIMS}:@/?`,
  fragment: `${UNRESERVED}${SUB_DELIMS}:@/?`,
};

/** A part whose characters the grammar names. */
export type TextPart = keyof typeof ALLOWED;

const bad = (flags: string) => (chars: string) => new RegExp(`[^${chars}%]|%(?![0-9A-Fa-f]{2})`, flags);

function each(make: (chars: string) => RegExp): Readonly<Record<TextPart, RegExp>> {
  const { user, password, host, path, query, fragment } = ALLOWED;
  return {
    user: make(user),
    password: make(password),
    host: make(host),
    path: make(path),
    query: make(query),
    fragment: make(fragment),
  };
}

/** Finds what a part cannot hold as it is, by the part. */
export const BAD_IN = each(bad("u"));
const ALL_BAD_IN = each(bad("gu"));

/** Encodes whatever a part cannot hold as it is; what is encoded already stays. */
export function encodeFor(part: TextPart, text: string): string {
  return text.replace(ALL_BAD_IN[part], encodeChar);
}
