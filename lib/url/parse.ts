import { clean } from "./clean.ts";
import { InvalidUrlError } from "./error.ts";
import { resolveReference } from "./models/rfc3986/resolve.ts";
import { split as splitRfc } from "./models/rfc3986/parse.ts";
import type { Split } from "./split.ts";
import { invalid, type Rules, Url } from "./url.ts";
import { serialize, type WhatwgRecord } from "./models/whatwg/record.ts";
import { parseWithBase } from "./models/whatwg/relative.ts";

/** Options of {@link parseUrl}. */
export interface ParseOptions {
  /**
   * The rules of browsers (the WHATWG URL standard), or those of RFC 3986.
   * @default {"whatwg"}
   */
  readonly rules?: Rules;
  /**
   * Base of a relative reference.
   * @default {undefined}
   */
  readonly base?: Url;
}

/**
 * Reads a URL and keeps every byte of it. Under the rules of RFC 3986 a reference without a scheme is one too. A git
 * address such as `git@host:path` is read as what it means, unless it has a base.
 *
 * With a base, what is relative is resolved against it: what comes from either is as it stood there, where the rules
 * allow that, else in their normal form.
 *
 * @param text The URL as text.
 * @returns The URL, with every byte of the text.
 * @throws {InvalidUrlError} For an invalid URL, with the position of the fault.
 * @example Parse a URL and a reference relative to it
 * ```ts
 * import { parseUrl } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const url = parseUrl("HTTP://0x7f.1:80/a%3db");
 * assertEquals(url.text, "HTTP://0x7f.1:80/a%3db");
 * assertEquals([url.scheme, url.host, url.port, url.portGiven], ["http", "127.0.0.1", 80, true]);
 * assertEquals([url.path, url.query, url.fragment], ["/a%3db", null, null]);
 * assertEquals(url.href, "http://127.0.0.1/a%3db");
 * assertEquals(parseUrl("../x", { base: url }).text, "HTTP://0x7f.1:80/x");
 * ```
 */
export function parseUrl(text: string, options?: ParseOptions): Url;
export function parseUrl(text: string, options: ParseOptions = {}): Url {
  const { rules = "whatwg", base } = options;
  if (!base) return Url.parse(text, rules);
  if (base.scp) throw new InvalidUrlError("nothing can be relative to a git address", text, 0);
  return rules === "whatwg" && base.record ? withBase(text, base, base.record) : referTo(text, base, rules);
}

function referTo(text: string, base: Url, rules: Rules): Url {
  try {
    const resolved = resolveReference({ text: base.cleanText, split: splitOf(base) }, { text, split: splitRfc(text) });
    return Url.parse(resolved, rules, false);
  } catch (error) {
    throw invalid(error, text, { text });
  }
}

function withBase(text: string, base: Url, record: WhatwgRecord): Url {
  const cleaned = clean(text);
  try {
    const href = serialize(parseWithBase(cleaned.text, record));
    return sameAs(href, text) ?? sameAs(href, composed(cleaned.text, base)) ?? Url.parse(href, "whatwg", false);
  } catch (error) {
    throw invalid(error, text, cleaned);
  }
}

/** The URL that the text is by itself, where that is the one looked for. */
function sameAs(href: string, text: string | undefined): Url | undefined {
  if (text === undefined) return undefined;
  try {
    const url = Url.parse(text, "whatwg", false);
    return url.href === href ? url : undefined;
  } catch {
    return undefined;
  }
}

/** The two put together by the way of the RFC, which keeps all bytes; for most URLs both rules agree on the result. */
function composed(text: string, base: Url): string {
  const slashed = base.special ? text.replace(/^[^?#]*/, (front) => front.replaceAll("\\", "/")) : text;
  return resolveReference({ text: base.cleanText, split: splitOf(base) }, {
    text: slashed,
    split: looseSplit(slashed),
  });
}

/** The expression of RFC 3986, appendix B, which takes any text apart. */
function looseSplit(text: string): Split {
  const found = /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(text);
  const [, authority, path = "", query, fragment] = found ?? [];
  const fragmentStart = text.length - (fragment?.length ?? 0);
  const queryEnd = fragment === undefined ? text.length : fragmentStart - 1;
  const queryStart = queryEnd - (query?.length ?? 0);
  const pathEnd = query === undefined ? queryEnd : queryStart - 1;
  const pathStart = pathEnd - path.length;
  return {
    authority: authority === undefined ? undefined : { start: pathStart - authority.length, end: pathStart },
    path: { start: pathStart, end: pathEnd },
    query: query === undefined ? undefined : { start: queryStart, end: queryEnd },
    fragment: fragment === undefined ? undefined : { start: fragmentStart, end: text.length },
  };
}

function splitOf(url: Url): Split {
  const path = url.span("path") ?? { start: 0, end: 0 };
  return { scheme: url.span("scheme"), authority: url.span("authority"), path, query: url.span("query") };
}
