import { NetworkError } from "../../core/mod.ts";
import { plainMessage } from "../../core/sasl/plain.ts";
import { ircLine, type IrcMessage } from "../codec/message.ts";
import { type MultilineLimits, readMultilineLimits } from "./multiline.ts";
import { SaslLogin } from "./sasl_login.ts";

/** Capabilities that this client requests. */
const REQUESTED_CAPABILITIES = [
  "message-tags",
  "server-time",
  "echo-message",
  "batch",
  "draft/chathistory",
  "soju.im/search",
  "draft/read-marker",
  "draft/multiline",
];
/** Number of alternative nicknames that are tried. */
const MAX_NICK_ATTEMPTS = 8;
/** Numerics that reject a nickname. */
const NICK_ERRORS = ["433", "436", "437"];
/** Numerics that reject the registration. */
const REGISTRATION_ERRORS = ["432", "464", "465", "466", "902", "904", "905", "906", "908"];

const UNPROVED = "the server has not proved that it knows the password";
const NO_SASL = "the server does not support SASL authentication";

/** Identity that a client registers with. */
export interface ClientIdentity {
  /** Nickname. */
  readonly nick: string;
  /** Real name. */
  readonly realname?: string;
  /** Password of the server, or of the account. */
  readonly password?: string;
  /** Account for SASL; without a password by the certificate of the client. */
  readonly account?: string;
}

/** Registers with a server: capability negotiation, SASL, NICK and USER, up to RPL_WELCOME. */
export class Registration {
  /** Acknowledged capabilities. */
  readonly capabilities: Set<string> = new Set();
  /** Nickname that was requested last, or assigned. */
  nick: string;
  /** Texts with the password that were sent: a server may repeat them in its reply. */
  readonly secrets: string[];
  /** Limits of messages with several lines, where the server has them. */
  multiline?: MultilineLimits;
  /** Password for the next connection, in place of an invitation that was used. */
  renewedPassword?: string;
  /** Name of the server, once registered. */
  server?: string;
  readonly #identity: ClientIdentity;
  readonly #write: (line: string) => void;
  readonly #offered = new Set<string>();
  #asked: readonly string[] = [];
  #sasl?: SaslLogin;
  #mechanisms?: readonly string[];
  #authenticated = false;
  #nickAttempts = 0;

  /** Sends the first commands. */
  constructor(identity: ClientIdentity, write: (line: string) => void) {
    this.#identity = identity;
    this.#write = write;
    this.nick = identity.nick;
    const { account, password } = identity;
    this.secrets = password === undefined
      ? []
      : account === undefined
      ? [password]
      : [password, plainMessage(account, password)];
    write(ircLine(undefined, "CAP", "LS", "302"));
    if (identity.password !== undefined && identity.account === undefined) write(`PASS :${identity.password}`);
    write(ircLine(undefined, "NICK", identity.nick));
    const user = identity.nick.replace(/[^A-Za-z0-9]/g, "").slice(0, 9) || "user";
    write(ircLine(undefined, "USER", user, "0", "*", identity.realname ?? identity.nick));
  }

  /**
   * Handles a message of the server; returns true when registration is complete.
   *
   * @throws {NetworkError} `chat-refused` when the server rejects the registration.
   */
  take({ source, command, params }: IrcMessage): boolean {
    const last = params.at(-1) ?? "";
    if (command === "001") {
      // With an account, registration without SASL is a failure.
      if (this.#identity.account !== undefined && !this.#authenticated) throw refused(NO_SASL);
      this.nick = params[0] ?? this.nick;
      this.server = source;
      return true;
    }
    if (command === "CAP") this.#capabilities(params);
    else if (command === "NOTE" && params[0] === "PASS" && params[1] === "INVITATION_USED") {
      this.#renew(params[2] ?? "");
    } // A server that has not offered SASL gets no password.
    else if (command === "AUTHENTICATE") this.#sasl?.take(last);
    else if (command === "903") {
      if (this.#sasl?.proved !== true) throw notLoggedIn(this.#sasl?.failure ?? UNPROVED);
      this.#authenticated = true;
      this.#end();
    } else if (NICK_ERRORS.includes(command)) this.#tryNextNick();
    else if (REGISTRATION_ERRORS.includes(command)) {
      const { failure } = this.#sasl ?? {};
      if (failure !== undefined) throw notLoggedIn(failure);
      const reason = command === "464" ? "password" : undefined;
      throw refused(`cannot register with the server: ${last}`, reason);
    } else if (command === "ERROR") {
      // This may be temporary: "too many connections", "reconnecting too fast".
      throw new NetworkError(`cannot register with the server: ${last}`, { code: "chat-closed", operation: "join" });
    }
    return false;
  }

  /** Remembers the password that replaces the one of a used invitation. */
  #renew(password: string): void {
    if (this.#identity.password === undefined || !/^[\w-]{1,100}$/.test(password)) return;
    this.renewedPassword = password;
    this.secrets.push(password);
  }

  #capabilities([, subcommand, ...rest]: readonly string[]): void {
    const names = (rest.at(-1) ?? "").split(" ").filter((name) => name !== "");
    if (subcommand === "LS") {
      for (const name of names) {
        const [, key = "", value] = /^([^=]*)(?:=(.*))?$/s.exec(name) ?? [];
        if (key === "sasl" && value !== undefined) this.#mechanisms = value.split(",");
        if (key === "draft/multiline") this.multiline = readMultilineLimits(value ?? "");
        if (key === "sasl" || REQUESTED_CAPABILITIES.includes(key)) this.#offered.add(key);
      }
      // An asterisk announces further lines of the list.
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
        const { account = "", password } = this.#identity;
        this.#sasl ??= new SaslLogin({ account, password }, this.#mechanisms, this.#write);
        this.#sasl.begin();
      } else this.#end();
    } else if (subcommand === "NAK") {
      // NAK rejects the whole request: SASL may be available without the rest.
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

function notLoggedIn(why: string): NetworkError {
  return refused(`cannot log in to the account: ${why}`);
}

function refused(why: string, reason?: string): NetworkError {
  return new NetworkError(why, { code: "chat-refused", operation: "join", reason });
}
