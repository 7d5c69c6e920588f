import { ipVersion } from "../core/mod.ts";
import {
  type Credentials,
  parseBasic,
  sameCredentials,
  type ServerRequest,
  type ServerResponse,
} from "../http/internal.ts";
import { refuse } from "./answer.ts";

/** Who is let in. */
export interface GateOptions {
  /** Who may come; without it anybody. */
  readonly credentials?: Credentials;
  /** Whether only this machine can connect: then a foreign host name in a request is a page that was led here by DNS rebinding. */
  readonly loopback: boolean;
  /** The host that the server was told to listen on, a name that is right in any case. */
  readonly host: string;
}

/** Looks at a request before anything else does; what it returns is a refusal. */
export class Gate {
  readonly #options: GateOptions;

  /** Makes a gate. */
  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Whether a request may not go on; undefined when it may. */
  refusal(request: ServerRequest): ServerResponse | undefined {
    const { loopback, credentials, host } = this.#options;
    if (loopback && !isOurs(request.authority, host)) {
      return refuse(421, "this server goes by localhost, or by its address");
    }
    if (!credentials) return undefined;
    const given = parseBasic(request.headers.get("authorization"));
    if (given && sameCredentials(given, credentials)) return undefined;
    return refuse(401, "give user and password", {
      "WWW-Authenticate": 'Basic realm="files", charset="UTF-8"',
    });
  }
}

/** Whether a Host names this machine as seen from itself. An address cannot be rebound; HTTP/1.0 may leave it out. */
function isOurs(authority: string, host: string): boolean {
  if (authority === "" || authority === "localhost") return true;
  const name = authority.replace(/:\d*$/, "").toLowerCase();
  if (name === host.toLowerCase() || name === "localhost" || name.endsWith(".localhost")) return true;
  return ipVersion(name.replace(/^\[|\]$/g, "")) !== undefined;
}

/**
 * Whether a request that changes something was made by a page of another origin (cross-site request forgery). Programs
 * send neither of the fields.
 */
export function isForeign(request: ServerRequest): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const origin = request.headers.get("origin");
  if (origin === undefined) return false;
  const host = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
  return host === undefined || host.toLowerCase() !== request.authority.toLowerCase();
}
