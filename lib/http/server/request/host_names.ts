import { ipVersion, UsageError } from "../../../core/mod.ts";

/** A host that clients may ask for, with its port where only that one is meant. */
interface Pattern {
  readonly matches: (name: string) => boolean;
  readonly port?: string;
}

/**
 * The hosts that requests may be for. A page of another site that had its own name point to this server (DNS rebinding) asks for
 * that name, and is refused. Addresses cannot be rebound; they and `localhost` are always allowed.
 */
export class HostNames {
  readonly #patterns: readonly Pattern[];

  /**
   * Reads names: `files.example`, `*.example.com` (all below it), `.example.com` (that and all below it), `*` (all), each
   * perhaps with a port.
   *
   * @throws {UsageError} `invalid-host-name`.
   */
  constructor(names: readonly string[]) {
    this.#patterns = names.map(readPattern);
  }

  /** Returns whether a request may be for this authority, as Host or a trusted proxy names it; HTTP/1.0 may leave it out. */
  allows(authority: string): boolean {
    if (authority === "") return true;
    const [, host = "", port = ""] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? [];
    const name = asciiName(host);
    if (name === undefined) return false;
    if (name === "localhost" || name.endsWith(".localhost") || ipVersion(name.replace(/^\[|\]$/g, "")) !== undefined) {
      return true;
    }
    return this.#patterns.some((pattern) => pattern.matches(name) && (pattern.port ?? port) === port);
  }
}

function readPattern(text: string): Pattern {
  const [, star = "", host = "", port] = /^(\*\.|\.|)([^:*[\]]+|\[[^\]]*\]|\*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === "*" && star === "") return { matches: () => true, port };
  const name = host === "*" ? undefined : asciiName(host);
  if (name === undefined) {
    throw new UsageError(`"${text}" is not a host name such as files.example or *.example.com`, {
      code: "invalid-host-name",
    });
  }
  const below = (given: string) => given.endsWith(`.${name}`);
  if (star === "*.") return { matches: below, port };
  return { matches: star === "." ? (given) => given === name || below(given) : (given) => given === name, port };
}

/** Returns a name as in the DNS, without the dot of the root; undefined for an invalid one. */
function asciiName(host: string): string | undefined {
  if (host.trim() === "" || /[/?#@\\]/.test(host)) return undefined;
  return URL.parse(`http://${host}/`)?.hostname.replace(/\.$/, "") || undefined;
}
