import { formatIPv6, parseIPv6 } from "../core/address/ip.ts";
import { InvalidUrlError } from "./error.ts";
import { domainToAscii } from "./idna.ts";
import { encodeChar, percentDecode } from "./percent.ts";
import { pythonSplit, PythonValueError } from "./models/python/urlsplit.ts";
import { hostKey } from "./readers.ts";
import { defaultPort } from "./schemes.ts";
import { type Rules, Url } from "./url.ts";

/** Result of one parser. */
export interface Answer {
  /** In lower case; null when there is none. */
  readonly scheme: string | null;
  /** In its normal form as the parser has one; null when it is empty. */
  readonly host: string | null;
  /** Given, or the scheme's. */
  readonly port: number | null;
  /** Path that a client would request: `/` for an empty one after a host. */
  readonly path: string;
  /** Error that Python's `.port` raises while the other attributes are available. */
  readonly portError?: string;
}

/** Result of a parser that rejects the text. */
export interface Refusal {
  /** Why. */
  readonly error: string;
}

/** Parts that are compared. */
export const COMPARED = ["scheme", "host", "port", "path"] as const;

/** Possible differences: the parts, and `validity`, whether the text is a URL at all. */
export type Differing = "validity" | (typeof COMPARED)[number];

/** Results of three parsers for one text. */
export interface Comparison {
  /** The text. */
  readonly input: string;
  /** Whether all mean the same. */
  readonly agree: boolean;
  /** Parts that differ in meaning; `validity` when a parser rejects the text. */
  readonly differ: readonly Differing[];
  /**
   * Parts that differ in their written form only: a host in letters or in punycode, `ü` or `%C3%BC`; `validity` when RFC
   * 3986 requires encoding that the others do not.
   */
  readonly forms: readonly Differing[];
  /** Browsers, and what is made like them. */
  readonly whatwg: Answer | Refusal;
  /** The grammar of RFC 3986. */
  readonly rfc3986: Answer | Refusal;
  /** Python's `urllib.parse.urlsplit`, of CPython {@link PYTHON_VERSION}. */
  readonly python: Answer | Refusal;
}

/**
 * Parses a text like three kinds of parsers, and reports where they disagree about scheme, host, port or path: the check
 * before a request on behalf of a user, where one parser validates the URL and another one fetches it.
 *
 * @param input The URL as text.
 * @returns The result of each parser, and the parts in which they differ.
 * @throws {InvalidUrlError} When no parser accepts it.
 * @example Find a host that parsers disagree about
 * ```ts
 * import { compareUrl } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { agree, differ, whatwg, python } = compareUrl("http://good.example\\@evil.example/");
 * assertEquals([agree, differ.includes("host")], [false, true]);
 * assertEquals("host" in whatwg && whatwg.host, "good.example");
 * assertEquals("host" in python && python.host, "evil.example");
 * ```
 */
export function compareUrl(input: string): Comparison {
  const whatwg = answerOf(input, "whatwg");
  const strict = answerOf(input, "rfc3986");
  const python = pythonAnswer(input);
  // What it would say if what it only wants encoded were.
  const lenient = strict instanceof Error ? answerOf(encodeOrdinary(input), "rfc3986") : strict;
  const all = [whatwg, lenient, python];
  const answers = all.filter((answer) => !(answer instanceof Error) && !("error" in answer)) as Answer[];
  if (answers.length === 0) {
    throw whatwg instanceof Error ? whatwg : new InvalidUrlError("no parser accepts it", input, 0);
  }
  const unlike = (same: (part: (typeof COMPARED)[number], a: Answer, b: Answer) => boolean) =>
    COMPARED.filter((part) => answers.some((answer) => answers[0] && !same(part, answer, answers[0])));
  const parts = unlike(meansSame);
  const refused = answers.length < all.length || (strict !== lenient && parts.length > 0);
  const differ: Differing[] = [...(refused ? ["validity" as const] : []), ...parts];
  const forms: Differing[] = [
    ...(strict !== lenient && !refused ? ["validity" as const] : []),
    ...unlike((part, a, b) => a[part] === b[part]).filter((part) => !parts.includes(part)),
  ];
  return {
    ...{ input, agree: differ.length === 0, differ, forms },
    ...{ whatwg: shown(whatwg), rfc3986: shown(strict), python },
  };
}

/** Encodes characters that people write in paths, queries and fragments, and that most programs encode: letters of all scripts, brackets. */
function encodeOrdinary(text: string): string {
  const front = /^[^:/?#]*:(?:\/\/[^/?#\\]*)?/.exec(text)?.[0] ?? "";
  const host = /^([^:]*:\/\/(?:[^@]*@)?)([^:@[\]]*)((?::\d*)?)$/.exec(front);
  const ascii = host?.[2] === undefined || host[2].includes("%") ? undefined : domainToAscii(host[2]);
  const start = ascii === undefined ? front : `${host?.[1]}${ascii}${host?.[3]}`;
  return start + text.slice(front.length).replace(/[[\]|^`{}"<>]|[\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, (char) => {
    return char <= "\x7f" && /[^[\]|^`{}"<>]/.test(char) ? char : encodeChar(char);
  });
}

/** Whether two answers mean the same by a part, however they write it. */
function meansSame(part: (typeof COMPARED)[number], a: Answer, b: Answer): boolean {
  if (part === "port") return a.port === b.port && a.portError === b.portError;
  if (a[part] === b[part]) return true;
  if (part === "path") return percentDecode(a.path) === percentDecode(b.path);
  if (part === "scheme") return false;
  const [one, other] = [plainHost(a), plainHost(b)];
  return one !== undefined && one === other;
}

/** A host in the one form that all programs give it; undefined where some may do something else with it. */
function plainHost({ scheme, host }: Answer): string | undefined {
  if (host === null) return scheme === "file" ? "" : undefined;
  const lower = host.toLowerCase();
  if (/[%[\]]/.test(host) || lower.normalize("NFKC") !== lower) return undefined;
  return hostKey(host, scheme ?? "");
}

function shown(answer: Answer | InvalidUrlError): Answer | Refusal {
  return answer instanceof Error ? { error: `${answer.message}, at ${answer.offset}` } : answer;
}

function answerOf(input: string, rules: Rules): Answer | InvalidUrlError {
  try {
    const url = Url.parse(input, rules, false);
    const { scheme, port } = url;
    const host = url.host || null;
    return { scheme, host, port, path: asked(host, url.record?.path ?? url.given("path") ?? "") };
  } catch (error) {
    if (error instanceof InvalidUrlError) return error;
    throw error;
  }
}

function pythonAnswer(input: string): Answer | Refusal {
  try {
    const { scheme, netloc, hostname, port, portError, path } = pythonSplit(input);
    const host = hostname !== null && netloc.includes("[") ? bracketed(hostname) : hostname;
    return {
      ...{ scheme: scheme || null, host },
      port: port ?? (host === null || portError !== undefined ? null : defaultPort(scheme)),
      path: asked(host, path),
      // The host is there for all who ask for nothing but the host.
      portError: portError === undefined ? undefined : `ValueError: ${portError}`,
    };
  } catch (error) {
    if (error instanceof PythonValueError) return { error: `ValueError: ${error.message}` };
    throw error;
  }
}

/** An address without its brackets, as Python has it, in the form that the others have. */
function bracketed(host: string): string {
  const bytes = parseIPv6(host);
  return `[${bytes ? formatIPv6(bytes) : host}]`;
}

function asked(host: string | null, path: string): string {
  return path === "" && host !== null ? "/" : path;
}
