import { type HostPort, ipVersion, plainIP } from "../../core/mod.ts";
import { DNS_PORT } from "../client/name_server.ts";
import type { ResolverConfig } from "./config.ts";

/** Variables that add to the file (resolv.conf(5)). */
export interface ResolverVariables {
  /** `LOCALDOMAIN`: replaces `domain` and `search`. */
  readonly localDomain?: string;
  /** `RES_OPTIONS`: options after those of the file. */
  readonly options?: string;
}

/** Defaults and limits of the C library. */
const NUMBERS = {
  ndots: { initial: 1, lowest: 0, highest: 15 },
  timeout: { initial: 5, lowest: 1, highest: 30 },
  attempts: { initial: 2, lowest: 1, highest: 5 },
} as const;
const MAX_SERVERS = 3;
const BLANKS = /[ \t]+/;

/**
 * Parses the text of a `resolv.conf` as the GNU C library does: a keyword counts in the first column only, in lower
 * case and before a space or a tab; a comment is a line of its own; a CR is part of the last word, so `nameserver
 * 192.0.2.1` before CRLF is invalid and ignored. Without a server it is the one on this machine.
 *
 * @param text The text of the file.
 * @param variables Variables of the environment that override it.
 * @returns The configuration.
 * @example Parse a resolv.conf
 * ```ts
 * import { parseResolverConfig } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { servers, search, ndots } = parseResolverConfig("nameserver 192.0.2.53\nsearch a.example b.example\n");
 * assertEquals(servers, [{ transport: "ip", host: "192.0.2.53", port: 53 }]);
 * assertEquals([search, ndots], [["a.example", "b.example"], 1]);
 * ```
 */
export function parseResolverConfig(text: string, variables?: ResolverVariables): ResolverConfig {
  const { localDomain, options = "" } = variables ?? {};
  const servers: HostPort[] = [];
  let search: readonly string[] = [];
  const settings = new Settings();
  for (const line of text.split("\n")) {
    const match = /^(nameserver|domain|search|options)[ \t]+([^\0]*)/.exec(line);
    if (!match) continue;
    const [, keyword, rest = ""] = match;
    const words = rest.split(BLANKS).filter((word) => word !== "");
    const [first] = words;
    if (first === undefined) continue;
    if (keyword === "options") settings.add(words);
    else if (keyword === "nameserver") {
      const host = serverAddress(first);
      if (host) servers.push({ transport: "ip", host, port: DNS_PORT });
    } else search = keyword === "domain" ? [first] : words;
  }
  settings.add(options.split(BLANKS));
  return {
    servers: servers.length > 0 ? servers.slice(0, MAX_SERVERS) : [localServer()],
    search: localDomain === undefined ? search : localDomain.split(/[ \t\n]+/).filter((word) => word !== ""),
    ...settings.read(),
  };
}

function localServer(): HostPort {
  return { transport: "ip", host: "127.0.0.1", port: DNS_PORT };
}

/** Settings of `options` lines; the last one counts. */
class Settings {
  readonly #numbers = {
    ndots: NUMBERS.ndots.initial,
    timeout: NUMBERS.timeout.initial,
    attempts: NUMBERS.attempts.initial,
  } as Record<
    keyof typeof NUMBERS,
    number
  >;
  readonly #flags = new Set<string>();

  add(words: readonly string[]): void {
    for (const word of words) {
      const [, name, value = ""] = /^(ndots|timeout|attempts):(.*)/.exec(word) ?? [];
      if (name === "ndots" || name === "timeout" || name === "attempts") {
        const { lowest, highest } = NUMBERS[name];
        // What begins with no digit is 0, as for `atoi`.
        this.#numbers[name] = Math.min(highest, Math.max(lowest, Number.parseInt(value, 10) || 0));
      } else {
        // The C library compares as many letters as the option has.
        for (const flag of ["rotate", "use-vc", "no-aaaa"]) if (word.startsWith(flag)) this.#flags.add(flag);
      }
    }
  }

  read() {
    const { ndots, timeout, attempts } = this.#numbers;
    const has = (flag: string) => this.#flags.has(flag);
    return { ndots, wait: timeout * 1000, attempts, tcp: has("use-vc"), rotate: has("rotate"), noAAAA: has("no-aaaa") };
  }
}

/** The address of a server in the forms that the C library takes, or nothing where it is invalid. */
function serverAddress(text: string): string | undefined {
  if (!text.includes(":")) return classicIPv4(text);
  if (ipVersion(text) !== 6) return undefined;
  return text.includes("%") ? text : plainIP(text);
}

/** An IPv4 address of one to four numbers, decimal, octal or hexadecimal (inet_aton(3)). */
function classicIPv4(text: string): string | undefined {
  const parts = text.split(".");
  if (parts.length > 4 || !parts.every((part) => /^(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i.test(part))) return undefined;
  const numbers = parts.map((part) => /^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part));
  const last = numbers.pop() ?? 0;
  if (numbers.some((number) => number > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  const rest = Array.from({ length: 4 - numbers.length }, (_, index) => Math.floor(last / 256 ** index) % 256);
  return [...numbers, ...rest.reverse()].join(".");
}
