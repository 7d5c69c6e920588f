import { ipVersion, LoginLimit } from "../../core/mod.ts";
import {
  type Credentials,
  HostNames,
  parseBasic,
  sameCredentials,
  type ServerRequest,
  type ServerResponse,
} from "../../http/internal.ts";
import { refuse } from "./answer.ts";

/** Which requests are accepted. */
export interface GateOptions {
  /** The credentials that clients have to send; without them anyone may come. */
  readonly credentials?: Credentials;
  /** Whether only this machine can connect: then a foreign host name in a request is a page that was led here by DNS rebinding. */
  readonly loopback: boolean;
  /** The host that the server was told to listen on, a name that is right in any case. */
  readonly host: string;
  /** Names that requests may be for; with any of them also a server beyond loopback refuses all others. */
  readonly allowHost?: readonly string[];
}

/** Looks at a request before anything else does; what it returns is a refusal. */
export class Gate {
  readonly #credentials?: Credentials;
  readonly #names?: HostNames;
  readonly #logins = new LoginLimit();

  /** Makes a gate. */
  constructor({ credentials, loopback, host, allowHost = [] }: GateOptions) {
    this.#credentials = credentials;
    // A path is not a name, and addresses are allowed in any case.
    const own = /[/\\]/.test(host) || ipVersion(host) !== undefined ? [] : [host];
    if (loopback || allowHost.length > 0) this.#names = new HostNames([...own, ...allowHost]);
  }

  /** Whether a request may not go on; undefined when it may. */
  refusal(request: ServerRequest): ServerResponse | undefined {
    const { authority, headers, peer } = request;
    if (this.#names?.allows(authority) === false) {
      return refuse(421, "host name not allowed; use localhost or the address of the server");
    }
    if (!this.#credentials) return undefined;
    const given = parseBasic(headers.get("authorization"));
    const wait = given ? this.#logins.wait(peer) : 0;
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      return refuse(429, `too many failed logins, try again in ${seconds}s`, { "Retry-After": `${seconds}` });
    }
    if (given && sameCredentials(given, this.#credentials)) return undefined;
    if (given) this.#logins.failed(peer);
    return refuse(401, "user name and password required", {
      "WWW-Authenticate": 'Basic realm="files", charset="UTF-8"',
    });
  }
}

/**
 * Whether a request that changes something was made by a page of another origin (cross-site request forgery). Programs
 * send neither of the fields.
 */
export function isForeign(request: ServerRequest): boolean {
  const site = request.headers.get("sec-fetch-site");
  // A page cannot set it; behind a proxy that changes Host, Origin would look foreign.
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = request.headers.get("origin");
  if (origin === undefined) return false;
  const host = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
  return host === undefined || host.toLowerCase() !== request.authority.toLowerCase();
}
