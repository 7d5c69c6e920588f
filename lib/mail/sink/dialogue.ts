import { formatDuration, type LoginLimit } from "../../core/mod.ts";
import type { AuthMechanism } from "../codec/auth.ts";
import { AUTH_MECHANISMS } from "../codec/auth.ts";
import { parseCommand, parsePath, type SmtpPath } from "../codec/command.ts";
import { type Allowed, Authenticator, type AuthStep } from "./authenticator.ts";
import type { FaultStage } from "./faults.ts";
import type { MailEnvelope, MailRefusal, MailSinkLimits } from "./types.ts";

/** What a line from a client leads to. */
export interface Answer {
  /** The reply, with its line ends. */
  readonly reply: string;
  /** What comes next, when it is not another command. */
  readonly then?: "data" | "start-tls" | "close" | "quit";
}

/** What a dialogue needs to know of its connection and its sink. */
export interface DialogueOptions {
  /** What the sink calls itself. */
  readonly name: string;
  /** Whether the connection is a TLS one. */
  readonly tls: boolean;
  /** Whether it can become one. */
  readonly startTls: boolean;
  /** Whether passwords are accepted in the clear. */
  readonly authWithoutTls: boolean;
  /** Who may send. */
  readonly allowed: Allowed;
  /** The failed logins of all clients; without it none is counted. */
  readonly logins?: LoginLimit;
  /** The client's address. */
  readonly peer?: string;
  /** Whether a mailbox is refused. */
  readonly refuses: (address: string) => boolean;
  /** The failures that are simulated. */
  readonly faults?: { readonly reply: (stage: FaultStage, addresses?: readonly string[]) => string | undefined };
  /** Takes note of a sender, a recipient or a message that was refused. */
  readonly refused?: (refusal: MailRefusal) => void;
  /** Whether there is room for a message of so many bytes. */
  readonly hasRoom: (size: number) => boolean;
  /** What is allowed. */
  readonly limits: MailSinkLimits;
}

/** Mistakes after which a client is shown out, and passwords that it may try. */
const MISTAKES = 50;
const TRIES = 3;

/** What a browser says that was sent here by a page: it is no mail, and what follows is not looked at. */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI)$/;

const PARAMETERS = new Set(["SIZE", "BODY", "SMTPUTF8", "AUTH"]);

/**
 * A sink's side of a dialogue (RFC 5321 §4): lines in, replies out, and what to do next. It reads and writes nothing
 * itself.
 */
export class Dialogue {
  /** What the client calls itself; empty before it has said so. */
  helo = "";
  /** Who the client has proved to be, or claimed where anybody may send. */
  user?: string;
  #extended = false;
  #utf8 = false;
  #from?: string;
  #to: string[] = [];
  #auth?: Authenticator;
  #mistakes = 0;
  #tries = 0;
  readonly #options: DialogueOptions;

  /** Begins one. */
  constructor(options: DialogueOptions) {
    this.#options = options;
  }

  /** The envelope of the message that DATA was said for. */
  get envelope(): MailEnvelope {
    return { from: this.#from ?? "", to: this.#to };
  }

  /** How the message comes (RFC 3848). */
  get protocol(): string {
    const { tls } = this.#options;
    if (!this.#extended) return "SMTP";
    return `${this.#utf8 ? "UTF8" : "E"}SMTP${tls ? "S" : ""}${this.user === undefined ? "" : "A"}`;
  }

  /** Whether the next line is an answer to a challenge, and has a secret in it. */
  get secret(): boolean {
    return this.#auth !== undefined;
  }

  /** Takes a line. */
  take(line: string): Answer {
    if (this.#auth) return this.#answer(this.#auth, line);
    const { verb, rest } = parseCommand(line);
    if (HTTP.test(verb)) return { reply: "421 4.7.0 this is no web server\r\n", then: "close" };
    const command = COMMANDS[verb];
    return command ? command(this, rest) : this.mistake("500 5.5.1 unknown command");
  }

  /** A reply to something that is none; who makes too many is shown out. */
  mistake(reply: string): Answer {
    if (++this.#mistakes < MISTAKES) return { reply: `${reply}\r\n` };
    return { reply: "421 4.7.0 too many mistakes\r\n", then: "close" };
  }

  /** Forgets the message that was begun. */
  reset(): void {
    this.#from = undefined;
    this.#to = [];
    this.#utf8 = false;
  }

  /** EHLO and HELO. */
  greet(name: string, extended: boolean): Answer {
    // What a client calls itself is its own affair: nothing is looked up, and nothing depends on it.
    if (name === "") return this.mistake("501 5.5.4 domain argument required");
    const fault = this.#options.faults?.reply("ehlo");
    if (fault !== undefined) return answerWith(fault);
    this.helo = name;
    this.#extended = extended;
    this.reset();
    const { name: own, startTls, tls, limits } = this.#options;
    if (!extended) return { reply: `250 ${own}\r\n` };
    const lines = [
      own,
      "PIPELINING",
      `SIZE ${limits.messageSize}`,
      "8BITMIME",
      "SMTPUTF8",
      "ENHANCEDSTATUSCODES",
      ...(startTls && !tls ? ["STARTTLS"] : []),
      `AUTH ${AUTH_MECHANISMS.toReversed().filter((mechanism) => this.#mayUse(mechanism)).join(" ")}`,
    ];
    return { reply: lines.map((text, i) => `250${i < lines.length - 1 ? "-" : " "}${text}\r\n`).join("") };
  }

  /** MAIL. */
  mail(rest: string): Answer {
    const { allowed, limits, hasRoom } = this.#options;
    if (this.helo === "") return this.mistake("503 5.5.1 say EHLO first");
    if (allowed && this.user === undefined) return this.mistake("530 5.7.0 authenticate first");
    if (this.#from !== undefined) return this.mistake("503 5.5.1 there is a sender already");
    const path = parsePath(rest, "FROM");
    if ("reply" in path) return this.mistake(path.reply);
    const unknown = [...path.parameters.keys()].find((name) => !PARAMETERS.has(name));
    if (unknown !== undefined) return this.mistake(`555 5.5.4 unknown parameter`);
    if (!/^(?:7BIT|8BITMIME)?$/i.test(path.parameters.get("BODY") ?? "")) return this.mistake("501 5.5.4 unknown BODY");
    const size = sizeOf(path);
    if (size === undefined) return this.mistake("501 5.5.4 SIZE is no number");
    const from = path.mailbox?.address ?? "";
    const fault = this.#options.faults?.reply("mail", [from]);
    if (fault !== undefined) return this.#refuse(from, [], fault);
    if (size > limits.messageSize) return this.#refuse(from, [], `552 5.3.4 the limit is ${limits.messageSize} bytes`);
    if (!hasRoom(size)) return this.#refuse(from, [], "452 4.3.1 no more room: take messages away");
    this.#from = from;
    this.#utf8 = path.parameters.has("SMTPUTF8");
    return { reply: "250 2.1.0 ok\r\n" };
  }

  /** RCPT. */
  rcpt(rest: string): Answer {
    if (this.#from === undefined) return this.mistake("503 5.5.1 say MAIL FROM first");
    const path = parsePath(rest, "TO");
    if ("reply" in path) return this.mistake(path.reply);
    if (path.parameters.size > 0) return this.mistake("555 5.5.4 unknown parameter");
    const { mailbox } = path;
    if (mailbox && !mailbox.ascii && !this.#utf8) {
      return this.mistake("553 5.6.7 an address outside ASCII needs SMTPUTF8");
    }
    const address = mailbox?.address ?? "postmaster";
    const fault = this.#options.faults?.reply("rcpt", [address]);
    if (fault !== undefined) return this.#refuse(this.#from, [address], fault);
    if (this.#to.length >= this.#options.limits.recipients) {
      return this.#refuse(this.#from, [address], "452 4.5.3 too many recipients");
    }
    if (this.#options.refuses(address)) return this.#refuse(this.#from, [address], "550 5.1.1 no such mailbox here");
    this.#to.push(address);
    return { reply: "250 2.1.5 ok\r\n" };
  }

  #refuse(from: string, to: readonly string[], reply: string): Answer {
    this.#options.refused?.({ peer: this.#options.peer ?? "", from, to, reply });
    return answerWith(reply);
  }

  /** DATA. */
  data(rest: string): Answer {
    if (rest !== "") return this.mistake("501 5.5.4 DATA takes nothing");
    if (this.#from === undefined) return this.mistake("503 5.5.1 say MAIL FROM first");
    if (this.#to.length === 0) return this.mistake("554 5.5.1 no valid recipients");
    const fault = this.#options.faults?.reply("data", this.#to);
    if (fault !== undefined) return this.#refuse(this.#from, this.#to, fault);
    return { reply: "354 go on, and end with a dot on a line by itself\r\n", then: "data" };
  }

  /** STARTTLS. */
  startTls(rest: string): Answer {
    if (rest !== "") return this.mistake("501 5.5.4 STARTTLS takes nothing");
    if (this.#options.tls) return this.mistake("503 5.5.1 TLS already active");
    if (!this.#options.startTls) return this.mistake("503 5.5.1 STARTTLS not offered");
    const fault = this.#options.faults?.reply("starttls");
    if (fault !== undefined) return answerWith(fault);
    return { reply: "220 2.0.0 go ahead\r\n", then: "start-tls" };
  }

  /** AUTH. */
  auth(rest: string): Answer {
    if (this.helo === "") return this.mistake("503 5.5.1 say EHLO first");
    if (this.user !== undefined || this.#from !== undefined) return this.mistake("503 5.5.1 not now");
    const { verb, rest: initial } = parseCommand(rest);
    const mechanism = AUTH_MECHANISMS.find((known): known is AuthMechanism => known === verb);
    if (!mechanism) return this.mistake("504 5.5.4 unknown mechanism");
    if (!this.#mayUse(mechanism)) {
      return this.mistake("538 5.7.11 Encryption required for requested authentication mechanism");
    }
    const fault = this.#options.faults?.reply("auth");
    if (fault !== undefined) return answerWith(fault);
    const wait = this.#options.logins?.wait(this.#options.peer ?? "") ?? 0;
    if (wait > 0) {
      return this.mistake(
        `454 4.7.0 too many failed logins, try again in ${formatDuration(Math.ceil(wait / 1000) * 1000)}`,
      );
    }
    this.#auth = new Authenticator(mechanism, this.#options.allowed);
    return this.#step(this.#auth.begin(initial));
  }

  /** Whether a mechanism may be used here: all but one send the secret itself. */
  #mayUse(mechanism: AuthMechanism): boolean {
    return mechanism === "CRAM-MD5" || this.#options.tls || this.#options.authWithoutTls;
  }

  #answer(auth: Authenticator, line: string): Answer {
    if (line === "*") {
      this.#auth = undefined;
      return this.mistake("501 5.7.0 as you like");
    }
    return this.#step(auth.answer(line));
  }

  #step(step: AuthStep): Answer {
    if (step.kind === "challenge") return { reply: `334 ${step.text}\r\n` };
    this.#auth = undefined;
    if (step.kind === "invalid") return this.mistake("501 5.5.2 that is no answer");
    if (step.good) {
      this.user = step.user;
      return { reply: "235 2.7.0 welcome\r\n" };
    }
    this.#options.logins?.failed(this.#options.peer ?? "");
    if (++this.#tries < TRIES) return this.mistake("535 5.7.8 wrong user or password");
    return { reply: "421 4.7.0 wrong user or password, too often\r\n", then: "close" };
  }
}

const COMMANDS: Readonly<Record<string, (dialogue: Dialogue, rest: string) => Answer>> = Object.assign(
  Object.create(null),
  {
    EHLO: (dialogue, rest) => dialogue.greet(rest, true),
    HELO: (dialogue, rest) => dialogue.greet(rest, false),
    MAIL: (dialogue, rest) => dialogue.mail(rest),
    RCPT: (dialogue, rest) => dialogue.rcpt(rest),
    DATA: (dialogue, rest) => dialogue.data(rest),
    AUTH: (dialogue, rest) => dialogue.auth(rest),
    STARTTLS: (dialogue, rest) => dialogue.startTls(rest),
    RSET: (dialogue) => {
      dialogue.reset();
      return { reply: "250 2.0.0 ok\r\n" };
    },
    NOOP: () => ({ reply: "250 2.0.0 ok\r\n" }),
    VRFY: () => ({ reply: "252 2.5.0 send to it and see\r\n" }),
    HELP: () => ({ reply: "214 2.0.0 this keeps what it gets, and passes nothing on\r\n" }),
    EXPN: (dialogue) => dialogue.mistake("502 5.5.1 not offered"),
    BDAT: (dialogue) => dialogue.mistake("502 5.5.1 not offered"),
    QUIT: () => ({ reply: "221 2.0.0 bye\r\n", then: "quit" }),
  } satisfies Record<string, (dialogue: Dialogue, rest: string) => Answer>,
);

/**
 * A reply that a client may go on after, unless it is 421, with which the connection closes (RFC 5321 §4.2.3). Without a reply it closes
 * as well.
 */
function answerWith(reply: string): Answer {
  if (reply === "") return { reply, then: "close" };
  return { reply: `${reply}\r\n`, then: reply.startsWith("421") ? "close" : undefined };
}

/** The size that was announced, 0 where none was; nothing when it is no number. */
function sizeOf({ parameters }: SmtpPath): number | undefined {
  const text = parameters.get("SIZE");
  if (text === undefined) return 0;
  return /^\d{1,20}$/.test(text) ? Number(text) : undefined;
}
