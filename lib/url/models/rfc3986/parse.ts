import { parseIPv6 } from "../../../core/address/ip.ts";
import { showUntrusted } from "../../../core/untrusted.ts";
import { Fault } from "../../error.ts";
import { BAD_IN, SUB_DELIMS, UNRESERVED } from "./chars.ts";
import { slice, type Span, type Split, splitAuthority, splitTail } from "../../split.ts";

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/;
const FUTURE = new RegExp(`^v[0-9a-f]+\\.[${UNRESERVED}${SUB_DELIMS}:]+$`, "i");

/**
 * Splits a URI, or a relative reference, by the grammar of RFC 3986 (appendix A). Throws a {@link Fault} at the first
 * character that has no place there.
 */
export function split(text: string): Split {
  const scheme = SCHEME.exec(text)?.[0];
  const from = scheme === undefined ? 0 : scheme.length + 1;
  const { end, query, fragment } = splitTail(text, from);
  let pathStart = from;
  let authority: ReturnType<typeof splitAuthority> | undefined;
  if (text.startsWith("//", from) && from + 2 <= end) {
    const slash = text.indexOf("/", from + 2);
    pathStart = slash < 0 || slash > end ? end : slash;
    authority = splitAuthority(text, from + 2, pathStart);
    checkAuthority(text, authority);
  }
  const path = { start: pathStart, end };
  checkPart(text, path, "path");
  if (scheme === undefined && !authority) checkFirstSegment(text, path);
  if (query) checkPart(text, query, "query");
  if (fragment) checkPart(text, fragment, "fragment");
  return {
    scheme: scheme === undefined ? undefined : { start: 0, end: scheme.length },
    ...authority,
    path,
    query,
    fragment,
  };
}

function checkPart(text: string, span: Span, part: keyof typeof BAD_IN): void {
  const at = slice(text, span).search(BAD_IN[part]);
  if (at < 0) return;
  const found = String.fromCodePoint(text.codePointAt(span.start + at) ?? 0);
  const reason = found === "%" ? `a "%" is followed by two hexadecimal digits` : `a ${part} cannot hold ${show(found)}`;
  throw new Fault(reason, span.start + at);
}

const show = (char: string) => `"${showUntrusted(char)}"`;

function checkAuthority(text: string, { user, password, host, port }: ReturnType<typeof splitAuthority>): void {
  if (user) checkPart(text, user, "user");
  if (password) checkPart(text, password, "password");
  if (host) checkHost(text, host);
  if (!port) return;
  const at = slice(text, port).search(/[^0-9]/);
  if (at >= 0) throw new Fault("a port is a number", port.start + at);
}

function checkHost(text: string, span: Span): void {
  const host = slice(text, span);
  if (!host.startsWith("[")) return checkPart(text, span, "host");
  const inner = host.slice(1, -1);
  if (host.endsWith("]") && (FUTURE.test(inner) || parseIPv6(inner))) return;
  throw new Fault("there is no IPv6 address in the brackets", span.start);
}

/** The first segment of a relative reference cannot hold a colon: what stands before it would be a scheme. */
function checkFirstSegment(text: string, path: Span): void {
  const colon = /^[^/]*?:/.exec(slice(text, path))?.[0];
  if (colon !== undefined) throw new Fault("invalid scheme before the colon", path.start);
}
