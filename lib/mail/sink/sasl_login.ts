import { parsePlain } from "../../core/sasl/plain.ts";
import { type ScramPasswords, ScramServer } from "./scram_server.ts";

/** Credentials of a client; in `last` a message in Base64 that it is to have before it may go on. */
export interface SaslCredentials {
  /** User. */
  readonly user: string;
  /** Password, which still is to be judged. */
  readonly password: string;
  /** Last message of the server. */
  readonly last?: string;
}

/** Outcome of an exchange: credentials, that they are wrong, that the exchange is invalid or aborted, or that the client is gone. */
export type SaslOutcome = SaslCredentials | "wrong" | "invalid" | "aborted" | "gone" | "unsupported";

/** Parts of an exchange. */
export interface SaslExchange {
  /** Mechanism, in upper case. */
  readonly mechanism: string;
  /** Initial response, `=` for an empty one. */
  readonly initial?: string;
  /** Sends a challenge, and returns the line that answers it; undefined when the client is gone. */
  readonly ask: (challenge: string) => Promise<string | undefined>;
  /** Passwords for SCRAM, where they are known. */
  readonly scram?: ScramPasswords;
}

/** Performs an exchange of PLAIN (RFC 4616) or SCRAM-SHA-256 (RFC 7677), as servers of POP3, IMAP and NNTP do. */
export async function saslLogin({ mechanism, initial, ask, scram }: SaslExchange): Promise<SaslOutcome> {
  if (mechanism !== "PLAIN" && (mechanism !== "SCRAM-SHA-256" || !scram)) return "unsupported";
  const first = initial ?? await ask("");
  if (first === undefined) return "gone";
  if (first === "*") return "aborted";
  if (mechanism === "PLAIN" || !scram) {
    const given = parsePlain(first === "=" ? "" : first);
    return given ? { user: given.user, password: given.secret } : "invalid";
  }
  const exchange = new ScramServer(scram);
  const challenge = exchange.begin(first);
  if (challenge === undefined) return "invalid";
  const answer = await ask(challenge);
  if (answer === undefined) return "gone";
  if (answer === "*") return "aborted";
  const outcome = exchange.finish(answer);
  return outcome.kind === "good" ? outcome : outcome.kind;
}
