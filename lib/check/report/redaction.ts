import { ipVersion } from "../../core/mod.ts";
import type { Target } from "../target/target.ts";

/** Replaces addresses and names in texts; the same one by the same word in all texts. */
export class Redaction {
  readonly #words = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** Names of targets, some of which no pattern recognises, such as those without a dot. */
  readonly #names = new Set<string>();
  #learnt: RegExp | undefined;

  /** Replaces the host of a target from now on, whatever it looks like. */
  learn(target: Target): void {
    for (const name of namesOf(target)) {
      const bare = name.toLowerCase().replace(/\.$/, "");
      this.#add(bare);
    }
  }

  /** Replaces a name of a host by one word, with which a server calls itself, from now on. */
  learnName(name: string): void {
    if (ONE_WORD.test(name) && !REPLACED.test(name)) this.#add(name.toLowerCase());
  }

  #add(bare: string): void {
    if (ipVersion(bare) !== undefined || bare === "localhost") return;
    this.#names.add(bare);
    const all = [...this.#names].toSorted((a, b) => b.length - a.length).map((name) => RegExp.escape(name)).join("|");
    this.#learnt = new RegExp(
      `(?<![\\p{L}\\p{N}_-])(?<![\\p{L}\\p{N}_-]\\.)(?:${all})(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])\\.?`,
      "giu",
    );
  }

  /** Returns a text without addresses, names of hosts, paths of URLs, mail addresses, names in certificates, and pins. */
  text(text: string): string {
    const learnt = this.#learnt;
    const withoutUsers = text.replace(PATH, "$1/…").replace(MAIL_ADDRESS, (found) => this.#word("user", found));
    return (learnt === undefined ? withoutUsers : withoutUsers.replace(learnt, (found) => this.#host(found)))
      .replace(ADDRESS, (found) => this.#address(found))
      .replace(NAME, (found) => this.#name(found))
      .replace(
        DISTINGUISHED,
        (_, attribute: string, value: string) =>
          `${attribute}=${REPLACED.test(value) ? value : this.#word("subject", value)}`,
      )
      .replace(PIN, (found) => this.#word("key", found));
  }

  /** Returns what stands for something that is known to be a name of a host, also if no pattern recognises it: `intern01`. */
  name(name: string): string {
    const replaced = this.text(name);
    return replaced === name && ONE_WORD.test(name) && !REPLACED.test(name) ? this.#host(name) : replaced;
  }

  #address(found: string): string {
    const [, address = "", rest = ""] = /^([^/%]*)(.*)$/.exec(found) ?? [];
    const bare = address.replace(/^\[|\]$/g, "");
    const version = ipVersion(bare);
    if (version === undefined || PUBLIC_KNOWLEDGE.has(bare)) return found;
    return this.#word(`ipv${version}`, bare) + rest.replace(/%\w+/, "");
  }

  #name(found: string): string {
    return FILES.test(found) || found.toLowerCase().endsWith(".invalid") ? found : this.#host(found);
  }

  #host(found: string): string {
    return this.#word("host", found.toLowerCase().replace(/\.$/, ""));
  }

  #word(sort: string, found: string): string {
    const key = `${sort} ${found}`;
    const known = this.#words.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(sort) ?? 0) + 1;
    this.#counts.set(sort, count);
    const word = `${sort}-${count}`;
    this.#words.set(key, word);
    return word;
  }
}

function namesOf(target: Target): string[] {
  if (target.kind === "mail") return [target.domain];
  return target.kind === "machine"
    ? []
    : [target.host, ...(target.unicodeHost === undefined ? [] : [target.unicodeHost])];
}

/** Path and query of a URL: they may name users, and hold tokens. */
const PATH =
  /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#"'<>]+)[/?#](?![.,:;)"'>]*(?:\s|$))(?:[^\s"'<>)]+?)(?=[.,:;)"'>]*(?:\s|$))/gi;
const MAIL_ADDRESS = /[\p{L}\p{N}_.+-]+@(?:[\p{L}\p{N}-]+\.)*[\p{L}\p{N}-]+(?![\p{L}\p{N}])/giu;
const ADDRESS =
  /\[[0-9a-f:.]+\](?![\w])|(?:(?<![\w.:])|(?<=\bip6:))(?:[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})(?:%\w+)?(?:\/\d{1,3})?(?![\w])|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,3})?(?![\w])/gi;
const NAME =
  /(?<![\p{L}\p{N}_-])(?<![\p{L}\p{N}_-]\.)(?<!(?:^|[^/])\/)(?:[\p{L}\p{N}_-]+\.)+(?:\p{L}{2,}|xn--[a-z0-9-]+)(?![\p{L}\p{N}_-])\.?/giu;
const DISTINGUISHED = /\b(CN|OU?|L|ST|C|DC|emailAddress)=([^,;]+)/g;
const PIN = /sha256:[A-Za-z0-9+/]{43}=/g;
const ONE_WORD = /^[\p{L}\p{N}_-]+$/u;
/** Words of this class. */
const REPLACED = /^(?:host|user|ipv[46])-\d+$/;
/** Loopback tells nothing about anyone. */
const PUBLIC_KNOWLEDGE: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "0.0.0.0", "::"]);
/** Names of files that look like those of hosts. */
const FILES = /\.(?:conf|txt|json|html?|pem|key|crt|svg|css|js|ts)$/i;
