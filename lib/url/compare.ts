import { formatIPv6, parseIPv6 } from "../core/ip.ts";
import { InvalidUrlError } from "./error.ts";
import { pythonSplit, PythonValueError } from "./python.ts";
import { defaultPort } from "./schemes.ts";
import { type Rules, Url } from "./url.ts";

/** What one parser says about a text. */
export interface Answer {
  /** In lower case; null when there is none. */
  readonly scheme: string | null;
  /** In its normal form as the parser has one; null when it is empty. */
  readonly host: string | null;
  /** Given, or the scheme's. */
  readonly port: number | null;
  /** What a client would ask for: `/` for none behind a host. */
  readonly path: string;
}

/** What a parser says that does not take the text, or not all of it. */
export interface Refusal {
  /** Why. */
  readonly error: string;
}

/** What may differ: the parts, and whether the text is a URL at all. */
export const COMPARED = ["scheme", "host", "port", "path"] as const;

/** What three parsers say about one text. */
export interface Comparison {
  /** What was read. */
  readonly input: string;
  /** Whether all take it, and all say the same. */
  readonly agree: boolean;
  /** What they do not agree about; `validity` when one does not take it. */
  readonly differ: readonly ("validity" | (typeof COMPARED)[number])[];
  /** Browsers, and what is made like them. */
  readonly whatwg: Answer | Refusal;
  /** The grammar of RFC 3986. */
  readonly rfc3986: Answer | Refusal;
  /** Python's `urllib.parse.urlsplit`. */
  readonly python: Answer | Refusal;
}

/**
 * Reads a text as three kinds of parsers do, and says where they disagree about scheme, host, port or path: the check
 * before a fetch on somebody's behalf, for one of them will have done the checking, and another will do the fetching.
 *
 * @throws {InvalidUrlError} When it is a URL to none of them.
 * @example
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
  const rfc3986 = answerOf(input, "rfc3986");
  const python = pythonAnswer(input);
  const all = [whatwg, rfc3986, python];
  const answers = all.filter((answer) => !(answer instanceof Error) && !("error" in answer)) as Answer[];
  if (answers.length === 0) throw whatwg instanceof Error ? whatwg : new InvalidUrlError("nobody takes it", input, 0);
  const differ: Comparison["differ"] = [
    ...(answers.length < all.length ? ["validity" as const] : []),
    ...COMPARED.filter((part) => answers.some((answer) => answer[part] !== answers[0]?.[part])),
  ];
  return { input, agree: differ.length === 0, differ, whatwg: shown(whatwg), rfc3986: shown(rfc3986), python };
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
    if (portError !== undefined) return { error: `ValueError: ${portError}` };
    const host = hostname !== null && netloc.includes("[") ? bracketed(hostname) : hostname;
    return {
      scheme: scheme || null,
      host,
      port: port ?? (host === null ? null : defaultPort(scheme)),
      path: asked(host, path),
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
