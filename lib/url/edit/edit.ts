import { EditError, InvalidUrlError } from "../error.ts";
import { type Part, PARTS } from "../split.ts";
import { type Change, Url } from "../url.ts";
import { misread, type Reading, readPart } from "../readers.ts";
import { checkValue, encodeValue } from "./value.ts";

/**
 * Sets a part to a value, and leaves every other byte as it was. What cannot stand in the part is percent-encoded; what
 * is encoded already stays. The value that the part has already changes nothing; the empty one takes the part away,
 * with its `?`, `#`, `:` or `@`.
 *
 * @param url The URL.
 * @param part The part to replace.
 * @param value The new value; an empty text removes a part that can be absent.
 * @returns The changed URL; all other bytes are the same.
 * @throws {UsageError} For a value that no URL can have in this part: a port that is not a number, a host with a slash.
 * @throws {EditError} When this URL cannot: it has no place for the part, or something else would change.
 * @example Set a port
 * ```ts
 * import { parseUrl, setPart } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const url = parseUrl("HTTP://Example.com/a%3db?#");
 * assertEquals(setPart(url, "port", "81").text, "HTTP://Example.com:81/a%3db?#");
 * assertEquals(setPart(url, "path", "/what?").text, "HTTP://Example.com/what%3F?#");
 * ```
 */
export function setPart(url: Url, part: Part, value: string): Url {
  const current = url.given(part);
  if (value === current || (part === "host" && current !== undefined && value === url.host)) return url;
  checkValue(part, value);
  if (value === "" && current === undefined) return url;
  if (value === "" && part === "scheme") throw new EditError("a URL cannot be without its scheme");
  refuseScp(url, part, value);
  if (
    url.rules === "whatwg" && url.given("scheme")?.toLowerCase() === "file" && /^(?:user|password|port)$/.test(part)
  ) {
    throw new EditError(`cannot set the ${part}: a file: URL has none`);
  }
  const wanted = part === "path" ? pathValue(url, encodeValue(url, part, value)) : encodeValue(url, part, value);
  const changed = apply(url, changeOf(url, part, wanted), part);
  const odd = PARTS.find((other) => other !== part && !keeps(url, changed, other));
  if (odd !== undefined || (changed.given(part) ?? "") !== wanted || changed.special !== url.special) {
    const why = changed.special !== url.special
      ? "the WHATWG rules read the two schemes in different ways"
      : odd === undefined
      ? "it would be read as something else"
      : `it would change the ${odd}`;
    const hint = changed.special !== url.special ? "by the rules of RFC 3986 it can be done" : undefined;
    throw new EditError(`cannot set the ${part}: ${why}`, hint);
  }
  return agreed(url, changed, part, (was) => readPart(was, part, wanted));
}

/**
 * The edited URL, when each kind of parser reads the part as what it was set to, and all others as before: what is checked
 * by one parser is fetched by another.
 */
export function agreed(before: Url, after: Url, part: Part, expected: (was: Reading) => string): Url {
  const odd = before.scp ? undefined : misread(before, after, part, expected);
  if (odd === undefined) return after;
  const what = odd === part ? `the ${part} as something else` : `another ${odd}`;
  throw new EditError(
    `cannot change the ${part}: some parsers would read ${what}`,
    undefined,
    "parsers-disagree",
  );
}

/** Whether a part is the same in both. No user and an empty one are, beside a password that comes or goes. */
function keeps(before: Url, after: Url, part: Part): boolean {
  if (part === "user" || part === "password") return (before.given(part) ?? "") === (after.given(part) ?? "");
  // The same text may be another host: `localhost` is empty in a file's URL.
  return before.given(part) === after.given(part) && (part !== "host" || before.host === after.host);
}

/** Parses the changed text by the same rules; rejects an edit whose result is not a URL. */
export function apply(url: Url, change: Change, part: string): Url {
  const changed = url.spliced(change);
  try {
    const result = Url.parse(changed, url.rules, url.scp);
    if (result.scp === url.scp) return result;
  } catch (error) {
    if (!(error instanceof InvalidUrlError)) throw error;
    throw new EditError(`cannot change the ${part}: the result is ${error.message}`);
  }
  throw new EditError(`cannot change the ${part}: the result is not a git address`);
}

function refuseScp(url: Url, part: Part, value: string): void {
  if (!url.scp) return;
  if (part !== "user" && part !== "host" && part !== "path") {
    throw new EditError(`cannot set the ${part}: a git address has none`, "write it as ssh://USER@HOST/PATH");
  }
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (value === "" || /[\x00-\x1f\x7f]/.test(value)) throw new EditError(`cannot set the ${part} of a git address so`);
}

/** A path in the form that it has to have beside the other parts. */
function pathValue(url: Url, path: string): string {
  const host = url.span("host");
  const rooted = host !== undefined || url.given("path")?.startsWith("/");
  if (rooted && !path.startsWith("/") && !url.scp && (path !== "" || !host)) return `/${path}`;
  // Two slashes in front would be a host, and what keeps them from it is read by some as a part of the path.
  if (host === undefined && path.startsWith("//")) {
    throw new EditError("cannot set the path: two slashes in front of it would be a host");
  }
  return path;
}

function changeOf(url: Url, part: Part, value: string): Change {
  const span = url.span(part);
  const path = url.span("path") ?? { start: 0, end: 0 };
  const query = url.span("query");
  const host = url.span("host");
  const none = value === "";
  switch (part) {
    case "scheme":
      return span ? { ...span, text: value } : { start: 0, end: 0, text: `${value}:` };
    case "path":
      return { ...path, text: value };
    case "query":
      if (span) return { start: none ? span.start - 1 : span.start, end: span.end, text: value };
      return { start: path.end, end: path.end, text: `?${value}` };
    case "fragment": {
      if (span) return { start: none ? span.start - 1 : span.start, end: span.end, text: value };
      const end = (query ?? path).end;
      return { start: end, end, text: `#${value}` };
    }
    case "host":
      if (!host && !/^(?:\/|$)/.test(url.given("path") ?? "")) {
        throw new EditError("cannot set the host: there is none, and no place for one");
      }
      return host ? { ...host, text: value } : { start: path.start, end: path.start, text: `//${value}` };
  }
  if (!host) throw new EditError(`cannot set the ${part}: there is no host that it could belong to`);
  if (part === "port") {
    if (span) return { start: none ? span.start - 1 : span.start, end: span.end, text: value };
    return { start: host.end, end: host.end, text: `:${value}` };
  }
  return userChange(url, part, value, host.start);
}

function userChange(url: Url, part: "user" | "password", value: string, hostStart: number): Change {
  const user = url.span("user");
  const password = url.span("password");
  if (!user) {
    return { start: hostStart, end: hostStart, text: part === "user" ? `${value}@` : `:${value}@` };
  }
  if (part === "user") {
    // With neither name nor password, the `@` goes too.
    if (value === "" && !password) return { start: user.start, end: hostStart, text: "" };
    return { ...user, text: value };
  }
  if (!password) return { start: user.end, end: user.end, text: `:${value}` };
  if (value !== "") return { ...password, text: value };
  const nameless = user.start === user.end;
  return nameless ? { start: user.start, end: hostStart, text: "" } : { start: user.end, end: password.end, text: "" };
}

/** The parts that a URL can be without. */
export const REMOVABLE = ["user", "password", "port", "query", "fragment"] as const;

/**
 * Takes a part away, also an empty one, with its `?`, `#`, `:` or `@`. A user takes the password along.
 *
 * @param url The URL.
 * @param part The part to remove.
 * @returns The changed URL; all other bytes are the same.
 * @throws {EditError} When this URL cannot be without it.
 * @example Remove a fragment
 * ```ts
 * import { parseUrl, removePart } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(removePart(parseUrl("http://a/b#c"), "fragment").text, "http://a/b");
 * ```
 */
export function removePart(url: Url, part: (typeof REMOVABLE)[number]): Url {
  const span = url.span(part);
  if (!span) return url;
  refuseScp(url, part === "user" ? "port" : part, "");
  const hostStart = url.span("host")?.start ?? span.end;
  if (part === "user") return apply(url, { start: span.start, end: hostStart, text: "" }, part);
  if (part === "password") return apply(url, userChange(url, part, "", hostStart), part);
  return apply(url, { start: span.start - 1, end: span.end, text: "" }, part);
}
