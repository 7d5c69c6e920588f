import {
  type GateRules,
  isForeign as isForeignOrigin,
  RequestGate,
  type ServerRequest,
  type ServerResponse,
} from "../../http/internal.ts";
import { refuse } from "./answer.ts";

/** Looks at a request before anything else does; what it returns is a refusal. */
export class Gate {
  readonly #gate: RequestGate;

  /** Makes a gate. */
  constructor(rules: GateRules) {
    this.#gate = new RequestGate(rules);
  }

  /** Whether a request may not go on; undefined when it may. */
  refusal(request: ServerRequest): ServerResponse | undefined {
    const rejection = this.#gate.rejection(request);
    if (!rejection) return undefined;
    if (rejection.kind === "host") {
      return refuse(421, "host name not allowed; use localhost or the address of the server");
    }
    if (rejection.kind === "logins") {
      const { seconds } = rejection;
      return refuse(429, `too many failed logins, try again in ${seconds}s`, { "Retry-After": `${seconds}` });
    }
    return refuse(401, "user name and password required", {
      "WWW-Authenticate": 'Basic realm="files", charset="UTF-8"',
    });
  }
}

/** Whether a request that changes something was made by a page of another origin. */
export function isForeign(request: ServerRequest): boolean {
  return isForeignOrigin(request, { anyScheme: true });
}
