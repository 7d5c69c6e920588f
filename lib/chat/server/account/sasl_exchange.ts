import { fromBase64, parsePlain } from "../../../core/sasl/plain.ts";
import { ScramExchange } from "../../../core/sasl/scram_server.ts";
import type { Accounts } from "../../account/accounts.ts";
import { readAccountName } from "../../codec/account_name.ts";

/** Mechanisms of the server, in the order in which it offers them. */
export const SASL_MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "EXTERNAL"] as const;

/** Mechanism of SASL. */
export type SaslMechanism = typeof SASL_MECHANISMS[number];

/** Limit of one `AUTHENTICATE` parameter (IRCv3 SASL 3.1); a shorter one is the last of a message. */
export const CHUNK_LENGTH = 400;
/** Limit of a message of a client. */
const MAX_MESSAGE_LENGTH = 4 * CHUNK_LENGTH;

/** Next step of an exchange: more of a message; a challenge; credentials to verify; a user who is proved; or a failure. */
export type SaslStep =
  | { readonly kind: "more" }
  | { readonly kind: "too-long" }
  | { readonly kind: "challenge"; readonly text: string }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "proved"; readonly user: string }
  | { readonly kind: "wrong"; readonly user: string };

/** The server's side of one exchange of SASL: PLAIN (RFC 4616), SCRAM-SHA-256 (RFC 7677), EXTERNAL (RFC 4422). */
export class SaslExchange {
  /** Mechanism. */
  readonly mechanism: SaslMechanism;
  readonly #certificateOwner?: string;
  readonly #scram: ScramExchange;
  #message = "";
  #step = 0;
  #proved?: string;

  /** Begins an exchange; `certificateOwner` is the account that the client's certificate logs in to. */
  constructor(mechanism: SaslMechanism, accounts: Pick<Accounts, "scram">, certificateOwner?: string) {
    this.mechanism = mechanism;
    this.#certificateOwner = certificateOwner;
    this.#scram = new ScramExchange((user) => accounts.scram(user));
  }

  /** Handles the parameter of an `AUTHENTICATE` of the client. */
  take(chunk: string): SaslStep {
    if (chunk.length > CHUNK_LENGTH || this.#message.length + chunk.length > MAX_MESSAGE_LENGTH) {
      return { kind: "too-long" };
    }
    if (chunk !== "+") this.#message += chunk;
    if (chunk.length === CHUNK_LENGTH) return { kind: "more" };
    const message = this.#message;
    this.#message = "";
    if (this.mechanism === "PLAIN") return plain(message);
    return this.mechanism === "EXTERNAL" ? this.#external(message) : this.#scramStep(message);
  }

  #external(message: string): SaslStep {
    const wanted = fromBase64(message);
    const owner = this.#certificateOwner;
    if (owner === undefined || wanted === undefined) return { kind: "wrong", user: "" };
    return wanted === "" || sameAccount(wanted, owner)
      ? { kind: "proved", user: owner }
      : { kind: "wrong", user: owner };
  }

  #scramStep(message: string): SaslStep {
    switch (this.#step++) {
      case 0: {
        const text = this.#scram.begin(message);
        return text === undefined ? { kind: "wrong", user: "" } : { kind: "challenge", text };
      }
      case 1: {
        const proof = this.#scram.finish(message);
        if (proof.kind !== "good") return { kind: "wrong", user: proof.kind === "wrong" ? proof.user : "" };
        this.#proved = proof.user;
        return { kind: "challenge", text: proof.last };
      }
      default:
        // The client has verified the server.
        return message === "" && this.#proved !== undefined
          ? { kind: "proved", user: this.#proved }
          : { kind: "wrong", user: this.#proved ?? "" };
    }
  }
}

function plain(message: string): SaslStep {
  const given = parsePlain(message);
  if (!given) return { kind: "wrong", user: "" };
  const { as, user, secret } = given;
  // No account may act for another one.
  if (as !== undefined && !sameAccount(as, user)) return { kind: "wrong", user };
  return { kind: "password", user, password: secret };
}

function sameAccount(one: string, other: string): boolean {
  const [first, second] = [readAccountName(one), readAccountName(other)];
  return typeof first !== "string" && typeof second !== "string" && first.key === second.key;
}
