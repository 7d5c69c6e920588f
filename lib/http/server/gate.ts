import { ipVersion } from "../../core/address/ip.ts";
import { LoginLimit } from "../../core/login_limit.ts";
import { type Credentials, parseBasic, sameCredentials } from "../codec/fields/authentication.ts";
import { HostNames } from "./request/host_names.ts";
import type { ServerRequest } from "./types.ts";

/** Rules of a {@link RequestGate}. */
export interface GateRules {
  /** Host that the server listens on: a name is accepted in requests. */
  readonly host: string;
  /**
   * Whether only this machine can connect: then a foreign host name in a request is a page that was led here by DNS
   * rebinding.
   */
  readonly local: boolean;
  /** Further accepted names; with any of them a server beyond loopback rejects all others too. */
  readonly allowHost?: readonly string[];
  /** Whether a request without a host name is rejected where names are checked. @default false */
  readonly requiresHost?: boolean;
  /** Credentials that clients have to send. */
  readonly credentials?: Credentials;
  /** Failed logins, to share them with other servers; by default the gate has its own. */
  readonly logins?: LoginLimit;
}

/** Reason for which a request is rejected. */
export type Rejection =
  | { readonly kind: "host"; readonly authority: string }
  | { readonly kind: "logins"; readonly seconds: number }
  | { readonly kind: "credentials" };

/** Checks the host name and the credentials of requests before anything else does, and limits failed logins by address. */
export class RequestGate {
  readonly #rules: GateRules;
  readonly #names?: HostNames;
  readonly #logins: LoginLimit;

  /** Creates a gate. */
  constructor(rules: GateRules) {
    this.#rules = rules;
    this.#logins = rules.logins ?? new LoginLimit();
    const { host, local, allowHost = [] } = rules;
    // A path is not a name, and addresses are accepted in any case.
    const own = /[/\\]/.test(host) || ipVersion(host) !== undefined ? [] : [host];
    if (local || allowHost.length > 0) this.#names = new HostNames([...own, ...allowHost]);
  }

  /** Returns why a request is rejected; undefined if it is not. */
  rejection(
    { authority, headers, peer }: Pick<ServerRequest, "authority" | "headers" | "peer">,
  ): Rejection | undefined {
    const { credentials, requiresHost = false } = this.#rules;
    const nameless = requiresHost && authority === "";
    if (this.#names && (nameless || !this.#names.allows(authority))) return { kind: "host", authority };
    if (!credentials) return undefined;
    const given = parseBasic(headers.get("authorization"));
    const wait = given ? this.#logins.wait(peer) : 0;
    if (wait > 0) return { kind: "logins", seconds: Math.ceil(wait / 1000) };
    if (given && sameCredentials(given, credentials)) return undefined;
    if (given) this.#logins.failed(peer);
    return { kind: "credentials" };
  }
}
