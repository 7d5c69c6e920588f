import { ipVersion, isBelow } from "../../../core/mod.ts";

/** A cookie. */
interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Host, or the domain of several. */
  readonly domain: string;
  /** Whether only the host itself gets it. */
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
}

/** Most cookies that are kept, most bytes of one, and most fields of an answer that are read. */
const [MAX_COOKIES, MAX_COOKIE_BYTES, MAX_FIELDS] = [50, 4096, 50];
/** Most bytes of the field that is sent: servers reject longer ones. */
const MAX_SENT_BYTES = 8192;
/** A name and a value as they may stand in a field: visible ASCII without the separators (RFC 6265 §4.1.1). */
const PAIR = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([\x20-\x3a\x3c-\x7e]*)$/;

const loadSuffixes = () => import("../../../deps/public_suffix.ts");

/** Cookies of the redirects of one check, as a browser would return them (RFC 6265); they end with the check. */
export class Cookies {
  readonly #cookies = new Map<string, Cookie>();

  /** Stores what an answer sets. Cookies for other hosts, and for a public suffix, are ignored. */
  async store(url: URL, fields: readonly string[], now: Date): Promise<void> {
    for (const field of fields.slice(0, MAX_FIELDS)) {
      const [pair = "", ...attributes] = field.split(";");
      const [, name, value] = PAIR.exec(pair.trim()) ?? [];
      if (name === undefined || value === undefined || pair.length > MAX_COOKIE_BYTES) continue;
      const values = new Map(attributes.map((attribute) => {
        const [, key = "", value = ""] = /^\s*([^=]*?)\s*(?:=\s*(.*?)\s*)?$/s.exec(attribute) ?? [];
        return [key.toLowerCase(), value];
      }));
      const domain = await domainOf(url.hostname, values.get("domain"));
      const secure = values.has("secure");
      if (domain === undefined || (secure && url.protocol !== "https:")) continue;
      const given = values.get("path");
      const path = given?.startsWith("/") ? given : url.pathname.replace(/\/[^/]*$/, "") || "/";
      const cookie: Cookie = { name, value, ...domain, path, secure };
      const key = JSON.stringify([name, domain.domain, path]);
      this.#cookies.delete(key);
      if (!isOver(values, now) && this.#cookies.size < MAX_COOKIES) this.#cookies.set(key, cookie);
    }
  }

  /** Returns the value of the field Cookie for a URL; undefined without one. */
  fieldFor(url: URL): string | undefined {
    const sent = [...this.#cookies.values()].filter((cookie) => isFor(cookie, url))
      .toSorted((a, b) => b.path.length - a.path.length);
    let field = "";
    for (const { name, value } of sent) {
      const longer = `${field}${field === "" ? "" : "; "}${name}=${value}`;
      if (longer.length <= MAX_SENT_BYTES) field = longer;
    }
    return field === "" ? undefined : field;
  }
}

/** Returns the domain of a cookie; undefined if the host may not set it. */
async function domainOf(host: string, given = ""): Promise<Pick<Cookie, "domain" | "hostOnly"> | undefined> {
  const domain = given.replace(/^\./, "").toLowerCase();
  if (domain === "" || domain === host) return { domain: host, hostOnly: domain === "" };
  if (ipVersion(host.replace(/^\[|\]$/g, "")) !== undefined || !isBelow(host, domain)) return undefined;
  const { getDomain } = await loadSuffixes();
  return getDomain(domain, { allowPrivateDomains: true }) === null ? undefined : { domain, hostOnly: false };
}

function isOver(values: ReadonlyMap<string, string>, now: Date): boolean {
  const [age, expires] = [values.get("max-age"), values.get("expires")];
  if (age !== undefined && /^-?\d+$/.test(age)) return Number(age) <= 0;
  return expires !== undefined && new Date(expires).getTime() <= now.getTime();
}

function isFor({ domain, hostOnly, path, secure }: Cookie, { hostname, pathname, protocol }: URL): boolean {
  if (secure && protocol !== "https:") return false;
  if (hostOnly ? hostname !== domain : !isBelow(hostname, domain)) return false;
  return pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
}
