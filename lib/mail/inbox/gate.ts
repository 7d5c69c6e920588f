import { ipVersion, isLocalHost, LoginLimit, NetworkError, type ToucanError } from "../../core/mod.ts";
import {
  type Credentials,
  HostNames,
  parseBasic,
  sameCredentials,
  type ServerRequest,
  type ServerResponse,
} from "../../http/internal.ts";
import { errorAnswer } from "./answers.ts";

/** Which requests an inbox accepts. */
export interface GateOptions {
  /** The host that it was told to listen on, a name that is right in any case. */
  readonly host: string;
  /** Further names that requests may be for; with any of them also an inbox beyond loopback rejects all others. */
  readonly allowHost?: readonly string[];
  /** The credentials that clients have to send. */
  readonly credentials?: Credentials;
  /** Called for each host name that requests were rejected for, once: `forbidden-host`. */
  readonly onRefused?: (refused: { readonly peer: string; readonly error: ToucanError }) => void;
}

/** Number of host names that are remembered as reported. */
const MAX_REPORTED_COUNT = 1000;

/**
 * Checks requests before anything else does. A page from elsewhere cannot reach the inbox under a name of its own (DNS rebinding: the
 * Host is checked), nor send requests for the user (the Origin is).
 */
export class Gate {
  readonly #credentials?: Credentials;
  readonly #names?: HostNames;
  readonly #logins = new LoginLimit();
  readonly #onRefused: GateOptions["onRefused"];
  readonly #reported = new Set<string>();

  /** Makes a gate. */
  constructor({ host, allowHost = [], credentials, onRefused }: GateOptions) {
    this.#credentials = credentials;
    this.#onRefused = onRefused;
    const own = ipVersion(host) === undefined ? [host] : [];
    if (isLocalHost(host) || allowHost.length > 0) {
      this.#names = new HostNames([...own, ...allowHost]);
    }
  }

  /** Returns the answer to a request that is rejected. */
  refusal(request: ServerRequest): ServerResponse | undefined {
    const { authority, headers, peer } = request;
    if (this.#names && (authority === "" || !this.#names.allows(authority))) {
      return this.#refuseHost(peer, authority);
    }
    if (!this.#credentials) return undefined;
    const given = parseBasic(headers.get("authorization"));
    const wait = given ? Math.ceil(this.#logins.wait(peer) / 1000) : 0;
    if (wait > 0) {
      const message = `too many failed logins, try again in ${wait}s`;
      return errorAnswer(429, "too-many-logins", message, { "Retry-After": `${wait}` });
    }
    if (given && sameCredentials(given, this.#credentials)) return undefined;
    if (given) this.#logins.failed(peer);
    return errorAnswer(401, "unauthorized", "user name and password required", {
      "WWW-Authenticate": 'Basic realm="mail", charset="UTF-8"',
    });
  }

  #refuseHost(peer: string, authority: string): ServerResponse {
    const message = authority === ""
      ? "the request names no host"
      : `host name "${authority}" is not allowed: it is not among the host names that this server is configured for`;
    if (!this.#reported.has(authority) && this.#reported.size < MAX_REPORTED_COUNT) {
      this.#reported.add(authority);
      this.#onRefused?.({ peer, error: new NetworkError(message, { code: "forbidden-host", peer }) });
    }
    return errorAnswer(403, "forbidden-host", message);
  }
}

/** Whether a page of another origin made a request. Programs send neither of the fields. */
export function isForeign({ headers, authority, secure }: ServerRequest): boolean {
  const origin = headers.get("origin");
  // Case and the default port make no difference.
  const own = URL.parse(`${secure ? "https" : "http"}://${authority}`)?.origin;
  if (origin !== undefined && (own === undefined || URL.parse(origin)?.origin !== own)) return true;
  const site = headers.get("sec-fetch-site");
  return site !== undefined && site !== "same-origin" && site !== "none";
}
