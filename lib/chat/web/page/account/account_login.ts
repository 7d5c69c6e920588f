import { SaslLogin } from "../../../client/sasl_login.ts";
import type { ServerMessage } from "../wire.ts";

/** Replies that end a login without success. */
const FAILURES = new Set(["902", "904", "905", "906", "907"]);

/** A step of a login: the account as soon as it is known, and the end. */
export interface LoginStep {
  /** Account that the user is logged in to now. */
  readonly account?: string;
  /** Whether the login has ended with success. */
  readonly done?: boolean;
  /** Reason why it has failed, for the user. */
  readonly failure?: string;
}

/**
 * Logins of a connection to an account (IRCv3 SASL): by SCRAM-SHA-256, so that the password does not leave the page, or by
 * PLAIN where the server has only that. Both require a page from HTTPS or from this machine.
 */
export class AccountLogin {
  /** Capabilities of the server, with their values. */
  readonly offered: Map<string, string> = new Map();
  readonly #write: (line: string) => void;
  #sasl?: SaslLogin;
  #account = "";

  /** Creates one that has not begun. */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Forgets what the last server has said. */
  reset(): void {
    this.offered.clear();
    this.#sasl = undefined;
  }

  /** Takes a line of the list of capabilities; returns whether it is the last one. */
  offers(params: readonly string[]): boolean {
    for (const entry of (params.at(-1) ?? "").split(" ")) {
      const [name = "", value = ""] = entry.split("=", 2);
      this.offered.set(name, value);
    }
    return params[2] !== "*";
  }

  /** Begins a login; returns why it cannot. */
  begin(account: string, password: string): string | undefined {
    // Without TLS anyone on the way could read the password, or send another page that reads it.
    if (!isSecureContext) return "A login requires HTTPS, or a page of this machine.";
    if (password === "") return "The password is missing.";
    const mechanisms = this.offered.get("sasl")?.split(",");
    if (!mechanisms?.some((name) => name === "SCRAM-SHA-256" || name === "PLAIN")) {
      return "This chat has no logins by password.";
    }
    this.#sasl = new SaslLogin({ account, password }, mechanisms, this.#write);
    this.#sasl.begin();
  }

  /** Takes a message of the server; undefined when it is not about logins. */
  take({ command, params }: ServerMessage): LoginStep | undefined {
    const sasl = this.#sasl;
    const text = params.at(-1) ?? "";
    if (command === "AUTHENTICATE") {
      sasl?.take(text);
      return {};
    }
    // An account that was just registered is logged in to without SASL.
    if (command === "900") {
      const [, , account = ""] = params;
      this.#account = account;
      return sasl ? {} : { account };
    }
    if (command === "908") return {};
    if (!sasl || (command !== "903" && !FAILURES.has(command))) return undefined;
    this.#sasl = undefined;
    if (command === "903" && sasl.proved) return { account: this.#account, done: true };
    const failure = sasl.failure ??
      (command === "903" ? "The server does not prove that it knows the password." : text);
    return { failure: failure === "SASL authentication failed" ? "Wrong account or password." : failure };
  }
}
