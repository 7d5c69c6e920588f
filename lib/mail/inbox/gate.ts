import { isLocalHost, NetworkError, type ToucanError } from "../../core/mod.ts";
import { type GateRules, RequestGate, type ServerRequest, type ServerResponse } from "../../http/internal.ts";
import { errorAnswer } from "./answers.ts";

/** Which requests an inbox accepts. */
export interface GateOptions extends Pick<GateRules, "host" | "allowHost" | "credentials"> {
  /** Called for each host name that requests were rejected for, once: `forbidden-host`. */
  readonly onRefused?: (refused: { readonly peer: string; readonly error: ToucanError }) => void;
}

/** Number of host names that are remembered as reported. */
const MAX_REPORTED_COUNT = 1000;

/** Checks requests before anything else does: their host name, so that no page reaches the inbox under a name of its own, and login. */
export class Gate {
  readonly #gate: RequestGate;
  readonly #onRefused: GateOptions["onRefused"];
  readonly #reported = new Set<string>();

  /** Makes a gate. */
  constructor({ host, allowHost, credentials, onRefused }: GateOptions) {
    this.#gate = new RequestGate({ host, local: isLocalHost(host), allowHost, credentials, requiresHost: true });
    this.#onRefused = onRefused;
  }

  /** Returns the answer to a request that is rejected. */
  refusal(request: ServerRequest): ServerResponse | undefined {
    const rejection = this.#gate.rejection(request);
    if (!rejection) return undefined;
    if (rejection.kind === "host") return this.#refuseHost(request.peer, rejection.authority);
    if (rejection.kind === "logins") {
      const { seconds } = rejection;
      const message = `too many failed logins, try again in ${seconds}s`;
      return errorAnswer(429, "too-many-logins", message, { "Retry-After": `${seconds}` });
    }
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
