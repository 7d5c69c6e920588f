import { fromBase64, plainMessage, toBase64 } from "../../core/sasl/plain.ts";
import { Scram } from "../../core/sasl/scram_client.ts";

/** Bytes of one `AUTHENTICATE` (IRCv3 SASL). */
const CHUNK_BYTES = 400;
/** Limit of a message of the server. */
const MAX_MESSAGE_BYTES = 4 * CHUNK_BYTES;

/** Credentials of an account: its name with its password, or with the client's certificate. */
export interface AccountCredentials {
  /** Name of the account. */
  readonly account: string;
  /** Password; undefined for the certificate. */
  readonly password?: string;
}

/** The client's side of one login by SASL (IRCv3 SASL 3.2): SCRAM-SHA-256 where the server has it, PLAIN, or EXTERNAL. */
export class SaslLogin {
  /** Mechanism. */
  readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "EXTERNAL";
  /** Reason why the client has ended the exchange. */
  failure?: string;
  readonly #credentials: AccountCredentials;
  readonly #write: (line: string) => void;
  readonly #scram?: Scram;
  #message = "";
  #step = 0;

  /** Chooses the mechanism; `offered` has those of the server, where it names them. */
  constructor(credentials: AccountCredentials, offered: readonly string[] | undefined, write: (line: string) => void) {
    const { account, password } = credentials;
    this.#credentials = credentials;
    this.#write = write;
    if (password === undefined) this.mechanism = "EXTERNAL";
    else this.mechanism = offered?.includes("SCRAM-SHA-256") ? "SCRAM-SHA-256" : "PLAIN";
    if (this.mechanism === "SCRAM-SHA-256") this.#scram = new Scram(account, password ?? "");
  }

  /** Begins the exchange. */
  begin(): void {
    this.#write(`AUTHENTICATE ${this.mechanism}`);
  }

  /** Handles an `AUTHENTICATE` of the server. */
  take(chunk: string): void {
    // After the last step the server gets nothing more, whatever it sends.
    if (this.failure !== undefined) return;
    if (chunk !== "+") this.#message += chunk;
    if (this.#message.length > MAX_MESSAGE_BYTES) return this.#abort("the message of the server is too long");
    if (chunk.length === CHUNK_BYTES) return;
    const message = this.#message;
    this.#message = "";
    const step = this.#step++;
    if (this.#scram) void this.#scramStep(this.#scram, step, message);
    else if (step === 0) {
      const { account, password = "" } = this.#credentials;
      this.#send(this.mechanism === "PLAIN" ? plainMessage(account, password) : toBase64(account));
    }
  }

  /** Whether a success of the server can be trusted: with SCRAM it has to prove that it knows the password. */
  get proved(): boolean {
    return this.failure === undefined && (!this.#scram || this.#step > 2);
  }

  async #scramStep(scram: Scram, step: number, message: string): Promise<void> {
    if (step === 0) return this.#send(toBase64(scram.first));
    const text = fromBase64(message) ?? "";
    if (step === 1) {
      const answer = await scram.answer(text);
      if (answer instanceof Error) this.#abort(answer.message);
      else this.#send(toBase64(answer));
    } else if (scram.proves(text)) this.#write("AUTHENTICATE +");
    else this.#abort("the server has not proved that it knows the password");
  }

  #abort(why: string): void {
    this.failure = why;
    this.#write("AUTHENTICATE *");
  }

  #send(message: string): void {
    const chunks = message.match(new RegExp(`.{1,${CHUNK_BYTES}}`, "g")) ?? [];
    for (const chunk of chunks) this.#write(`AUTHENTICATE ${chunk}`);
    // A last chunk of exactly 400 bytes announces another one: send an empty one.
    if (chunks.length === 0 || chunks.at(-1)?.length === CHUNK_BYTES) this.#write("AUTHENTICATE +");
  }
}
