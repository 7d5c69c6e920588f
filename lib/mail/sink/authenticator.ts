import { hmacMd5 } from "../../deps/node/hmac.ts";
import { fromBase64, parsePlain, type SentCredentials, toBase64 } from "../../core/sasl/plain.ts";
import { parseCramMd5, parseXoauth2, type SinkMechanism } from "../codec/auth.ts";
import { type ScramPasswords, ScramServer } from "./scram_server.ts";

/** Result of a line of AUTH: the next challenge, the user and whether the credentials are valid, or a malformed response. */
export type AuthStep =
  | { readonly kind: "challenge"; readonly text: string }
  | { readonly kind: "done"; readonly user: string; readonly good: boolean }
  | { readonly kind: "invalid" };

/** Credentials that clients must present; undefined when all are accepted. */
export type Allowed = { readonly user: string; readonly password: string } | undefined;

const INVALID: AuthStep = { kind: "invalid" };

/** The server's side of one AUTH (RFC 4954). */
export class Authenticator {
  readonly #mechanism: SinkMechanism;
  readonly #allowed: Allowed;
  readonly #challenge: string;
  readonly #scram?: ScramServer;
  #user?: string;
  /** Step of SCRAM: the number of messages that the client has sent. */
  #sent = 0;

  /** Begins with a mechanism. */
  constructor(mechanism: SinkMechanism, allowed: Allowed, scram?: ScramPasswords) {
    this.#mechanism = mechanism;
    this.#allowed = allowed;
    this.#scram = scram && new ScramServer(scram);
    this.#challenge = `<${crypto.randomUUID()}@toucan.invalid>`;
  }

  /** The first step, with what stood behind the mechanism, if anything did. */
  begin(initial: string): AuthStep {
    if (initial !== "") {
      // CRAM-MD5 has none: the server speaks first (RFC 2195).
      return this.#mechanism === "CRAM-MD5" ? INVALID : this.answer(initial === "=" ? "" : initial);
    }
    const first: Record<SinkMechanism, string> = {
      "PLAIN": "",
      "XOAUTH2": "",
      "SCRAM-SHA-256": "",
      "LOGIN": toBase64("Username:"),
      "CRAM-MD5": toBase64(this.#challenge),
    };
    return { kind: "challenge", text: first[this.#mechanism] };
  }

  /** An answer to a challenge. */
  answer(line: string): AuthStep {
    switch (this.#mechanism) {
      case "PLAIN":
        return this.#judge(parsePlain(line));
      case "XOAUTH2":
        return this.#judge(parseXoauth2(line));
      case "SCRAM-SHA-256":
        return this.#scramStep(line);
      case "CRAM-MD5": {
        const given = parseCramMd5(line);
        const password = this.#allowed?.password;
        return this.#judge(given, password === undefined ? undefined : hmacMd5(password, this.#challenge));
      }
      case "LOGIN": {
        const text = fromBase64(line);
        if (text === undefined) return INVALID;
        if (this.#user !== undefined) return this.#judge({ user: this.#user, secret: text });
        this.#user = text;
        return { kind: "challenge", text: toBase64("Password:") };
      }
    }
  }

  /** The client sends two messages, and has nothing to say to the proof of the server. */
  #scramStep(line: string): AuthStep {
    const step = this.#sent++;
    if (!this.#scram) return INVALID;
    if (step === 0) {
      const text = this.#scram.begin(line);
      return text === undefined ? INVALID : { kind: "challenge", text };
    }
    if (step > 1) return line === "" ? { kind: "done", user: this.#user ?? "", good: true } : INVALID;
    const outcome = this.#scram.finish(line);
    if (outcome.kind === "invalid") return INVALID;
    this.#user = outcome.user;
    if (outcome.kind === "wrong") return { kind: "done", user: outcome.user, good: false };
    return { kind: "challenge", text: outcome.last };
  }

  #judge(given: SentCredentials | undefined, expected = this.#allowed?.password): AuthStep {
    if (!given) return INVALID;
    const { user, secret } = given;
    const good = !this.#allowed || same(user, this.#allowed.user) && same(secret, expected ?? "");
    return { kind: "done", user, good };
  }
}

/** Compares without telling by the time it takes how much is right. */
export function same(one: string, other: string): boolean {
  let differ = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) differ |= one.charCodeAt(i) ^ other.charCodeAt(i % Math.max(1, other.length));
  return differ === 0;
}
