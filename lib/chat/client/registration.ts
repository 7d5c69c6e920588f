import { NetworkError } from "../../core/mod.ts";
import { ircLine, type IrcMessage } from "../codec/message.ts";

/** Capabilities that are of use to this client. */
const WANTED = ["message-tags", "server-time", "echo-message", "batch", "draft/chathistory"];
/** A nick that somebody has is tried with so many endings. */
const ENDINGS = 8;
/** The numerics that say that a nick cannot be had. */
const TAKEN = ["433", "436", "437"];
/** Those that say that we are not let in. */
const REFUSED = ["432", "464", "465", "466", "902", "904", "905", "906", "908"];

const NO_ACCOUNTS = "the server knows no accounts (SASL)";

/** Who wants in. */
export interface Applicant {
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
  readonly #who: Applicant;
  readonly #write: (line: string) => void;
  readonly #offered = new Set<string>();
  #asked: readonly string[] = [];
  #authenticating = false;
  #authenticated = false;
  #endings = 0;

  /** Begins. */
  constructor(who: Applicant, write: (line: string) => void) {
    this.#who = who;
    this.#write = write;
    this.nick = who.nick;
    write(ircLine(undefined, "CAP", "LS", "302"));
    if (who.password !== undefined && who.account === undefined) write(`PASS :${who.password}`);
    write(ircLine(undefined, "NICK", who.nick));
    const user = who.nick.replace(/[^A-Za-z0-9]/g, "").slice(0, 9) || "user";
    write(ircLine(undefined, "USER", user, "0", "*", who.realname ?? who.nick));
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
      if (this.#who.account !== undefined && !this.#authenticated) throw refused(NO_ACCOUNTS);
      this.nick = params[0] ?? this.nick;
      this.server = source;
      return true;
    }
    if (command === "CAP") this.#capabilities(params);
    else if (command === "AUTHENTICATE") this.#authenticate();
    else if (command === "903") {
      this.#authenticated = true;
      this.#end();
    } else if (TAKEN.includes(command)) this.#another();
    else if (REFUSED.includes(command)) {
      const reason = command === "464" ? "password" : undefined;
      throw refused(`the server does not let us in: ${last}`, reason);
    } else if (command === "ERROR") {
      // It may be another matter in a while: "too many connections", "reconnecting too fast".
      throw new NetworkError(`the server does not let us in: ${last}`, { code: "chat-closed", operation: "join" });
    }
    return false;
  }

  #capabilities([, word, ...rest]: readonly string[]): void {
    const names = (rest.at(-1) ?? "").split(" ").filter((name) => name !== "");
    if (word === "LS") {
      for (const name of names) {
        const [key = ""] = name.split("=", 1);
        if (key === "sasl" || WANTED.includes(key)) this.#offered.add(key);
      }
      // An asterisk says that the list goes on.
      if (rest.length > 1 && rest[0] === "*") return;
      const wanted = WANTED.filter((name) => this.#offered.has(name));
      if (this.#who.account !== undefined) {
        if (!this.#offered.has("sasl")) throw refused(NO_ACCOUNTS);
        wanted.push("sasl");
      }
      this.#ask(wanted);
    } else if (word === "ACK") {
      for (const name of names) if (this.#asked.includes(name)) this.capabilities.add(name);
      if (this.capabilities.has("sasl")) {
        this.#authenticating = true;
        this.#write("AUTHENTICATE PLAIN");
      } else this.#end();
    } else if (word === "NAK") {
      // It takes all or nothing: an account may be had without the rest.
      const rest = this.#asked.filter((name) => name === "sasl");
      if (rest.length > 0 && rest.length === this.#asked.length) throw refused(NO_ACCOUNTS);
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
    const { account = "", password = "" } = this.#who;
    const bytes = new TextEncoder().encode(`\0${account}\0${password}`);
    const text = btoa(String.fromCharCode(...bytes));
    for (let at = 0; at < text.length; at += 400) this.#write(`AUTHENTICATE ${text.slice(at, at + 400)}`);
    // A last piece of just 400 says that more follows: none does.
    if (text.length % 400 === 0) this.#write("AUTHENTICATE +");
  }

  #end(): void {
    this.#write("CAP END");
  }

  #another(): void {
    if (++this.#endings > ENDINGS) {
      throw new NetworkError(`the nick ${this.#who.nick} and others like it are taken`, { code: "chat-refused" });
    }
    this.nick = `${[...this.#who.nick].slice(0, 8).join("")}${
      this.#endings === 1 ? "_" : Math.floor(Math.random() * 1000)
    }`;
    this.#write(ircLine(undefined, "NICK", this.nick));
  }
}

function refused(why: string, reason?: string): NetworkError {
  return new NetworkError(why, { code: "chat-refused", operation: "join", reason });
}
