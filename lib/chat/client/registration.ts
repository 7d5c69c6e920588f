import { NetworkError } from "../../core/mod.ts";
import { ircLine, type IrcMessage } from "../codec/message.ts";

/** Capabilities that are of use to this client. */
const REQUESTED_CAPABILITIES = ["message-tags", "server-time", "echo-message", "batch", "draft/chathistory"];
/** A nick that somebody has is tried with so many endings. */
const MAX_NICK_ATTEMPTS = 8;
/** The numerics that say that a nick cannot be had. */
const NICK_ERRORS = ["433", "436", "437"];
/** Those that say that we are not let in. */
const REGISTRATION_ERRORS = ["432", "464", "465", "466", "902", "904", "905", "906", "908"];

const NO_SASL = "the server does not support SASL authentication";

/** Who wants in. */
export interface ClientIdentity {
  /** The nick. */
  readonly nick: string;
  /** The real name. */
  readonly realname?: string;
  /** The password. */
  readonly password?: string;
  /** The account that it is for. */
  readonly account?: string;
}

/** Says who we are, and agrees on capabilities, up to the server's welcome. */
export class Registration {
  /** The capabilities that were agreed on. */
  readonly capabilities: Set<string> = new Set();
  /** The nick that was asked for last, or given. */
  nick: string;
  /** The server's name, once it has let us in. */
  server?: string;
  readonly #identity: ClientIdentity;
  readonly #write: (line: string) => void;
  readonly #offered = new Set<string>();
  #asked: readonly string[] = [];
  #authenticating = false;
  #authenticated = false;
  #nickAttempts = 0;

  /** Begins. */
  constructor(identity: ClientIdentity, write: (line: string) => void) {
    this.#identity = identity;
    this.#write = write;
    this.nick = identity.nick;
    write(ircLine(undefined, "CAP", "LS", "302"));
    if (identity.password !== undefined && identity.account === undefined) write(`PASS :${identity.password}`);
    write(ircLine(undefined, "NICK", identity.nick));
    const user = identity.nick.replace(/[^A-Za-z0-9]/g, "").slice(0, 9) || "user";
    write(ircLine(undefined, "USER", user, "0", "*", identity.realname ?? identity.nick));
  }

  /**
   * Takes a message of the server; true when we are in.
   *
   * @throws {NetworkError} `chat-refused` when we are not let in.
   */
  take({ source, command, params }: IrcMessage): boolean {
    const last = params.at(-1) ?? "";
    if (command === "001") {
      // Who asked for an account is not to be in without it, and perhaps not know.
      if (this.#identity.account !== undefined && !this.#authenticated) throw refused(NO_SASL);
      this.nick = params[0] ?? this.nick;
      this.server = source;
      return true;
    }
    if (command === "CAP") this.#capabilities(params);
    else if (command === "AUTHENTICATE") this.#authenticate();
    else if (command === "903") {
      this.#authenticated = true;
      this.#end();
    } else if (NICK_ERRORS.includes(command)) this.#tryNextNick();
    else if (REGISTRATION_ERRORS.includes(command)) {
      const hint = command === "464" ? "check the password" : undefined;
      throw refused(`cannot register with the server: ${last}`, hint);
    } else if (command === "ERROR") {
      // It may be another matter in a while: "too many connections", "reconnecting too fast".
      throw new NetworkError(`cannot register with the server: ${last}`, { code: "chat-closed", operation: "join" });
    }
    return false;
  }

  #capabilities([, subcommand, ...rest]: readonly string[]): void {
    const names = (rest.at(-1) ?? "").split(" ").filter((name) => name !== "");
    if (subcommand === "LS") {
      for (const name of names) {
        const [key = ""] = name.split("=", 1);
        if (key === "sasl" || REQUESTED_CAPABILITIES.includes(key)) this.#offered.add(key);
      }
      // An asterisk says that the list goes on.
      if (rest.length > 1 && rest[0] === "*") return;
      const wanted = REQUESTED_CAPABILITIES.filter((name) => this.#offered.has(name));
      if (this.#identity.account !== undefined) {
        if (!this.#offered.has("sasl")) throw refused(NO_SASL);
        wanted.push("sasl");
      }
      this.#ask(wanted);
    } else if (subcommand === "ACK") {
      for (const name of names) if (this.#asked.includes(name)) this.capabilities.add(name);
      if (this.capabilities.has("sasl")) {
        this.#authenticating = true;
        this.#write("AUTHENTICATE PLAIN");
      } else this.#end();
    } else if (subcommand === "NAK") {
      // It takes all or nothing: an account may be had without the rest.
      const rest = this.#asked.filter((name) => name === "sasl");
      if (rest.length > 0 && rest.length === this.#asked.length) throw refused(NO_SASL);
      this.#ask(rest);
    }
  }

  #ask(names: readonly string[]): void {
    this.#asked = names;
    if (names.length === 0) this.#end();
    else this.#write(ircLine(undefined, "CAP", "REQ", names.join(" ")));
  }

  #authenticate(): void {
    // A server that has not offered accounts, or asks again and again, gets no password.
    if (!this.#authenticating) return;
    this.#authenticating = false;
    const { account = "", password = "" } = this.#identity;
    const bytes = new TextEncoder().encode(`\0${account}\0${password}`);
    const text = btoa(String.fromCharCode(...bytes));
    for (let at = 0; at < text.length; at += 400) this.#write(`AUTHENTICATE ${text.slice(at, at + 400)}`);
    // A last piece of just 400 says that more follows: none does.
    if (text.length % 400 === 0) this.#write("AUTHENTICATE +");
  }

  #end(): void {
    this.#write("CAP END");
  }

  #tryNextNick(): void {
    if (++this.#nickAttempts > MAX_NICK_ATTEMPTS) {
      throw new NetworkError(
        `cannot register with the server: nickname "${this.#identity.nick}" and its variants are in use`,
        { code: "chat-refused" },
      );
    }
    this.nick = `${[...this.#identity.nick].slice(0, 8).join("")}${
      this.#nickAttempts === 1 ? "_" : Math.floor(Math.random() * 1000)
    }`;
    this.#write(ircLine(undefined, "NICK", this.nick));
  }
}

function refused(why: string, hint?: string): NetworkError {
  return new NetworkError(why, { code: "chat-refused", operation: "join", hint });
}
