import { formatDuration, type LoginLimit } from "../../core/mod.ts";
import type { SinkMechanism } from "../codec/auth.ts";
import type { ScramPasswords } from "./scram_server.ts";
import { SINK_MECHANISMS } from "../codec/auth.ts";
import { MAIL_PARAMETERS, RCPT_PARAMETERS } from "../codec/dsn.ts";
import { parseChunkSize, parseCommand, parsePath, type SmtpPath } from "../codec/command.ts";
import { type Allowed, Authenticator, type AuthStep } from "./authenticator.ts";
import type { MailFaults } from "./faults.ts";
import { maxReceived, tooLarge } from "./size_limit.ts";
import type { MailEnvelope } from "../store/stored_mail.ts";
import type { MailRefusal, MailSinkLimits } from "./types.ts";

/** Reply to a command. */
export interface Answer {
  /** The reply, with its line ends. */
  readonly reply: string;
  /** Action after the reply, unless it is to read the next command. */
  readonly then?: "data" | "chunk" | "start-tls" | "close" | "quit";
  /** With `chunk`: the chunk that follows. */
  readonly chunk?: Chunk;
}

/** A chunk of a message (RFC 3030); its bytes follow the command at once, also when it is refused. */
export interface Chunk {
  /** Its size in bytes. */
  readonly size: number;
  /** Whether it is the last of its message. */
  readonly last: boolean;
  /** Reply with which it is refused, with its line end; undefined when it is accepted. */
  readonly refusal?: string;
}

/** Settings and services of a sink for its SMTP sessions. */
export interface DialogueHost {
  /** Host name of the sink in replies. */
  readonly name: string;
  /** Whether a connection can become a TLS one. */
  readonly startTls: boolean;
  /** Whether passwords are accepted in the clear. */
  readonly authWithoutTls: boolean;
  /** Credentials that clients must present. */
  readonly allowed: Allowed;
  /** Their password for SCRAM-SHA-256, if they are required. */
  readonly scram?: ScramPasswords;
  /** The failed logins of all clients; without it none is counted. */
  readonly logins?: LoginLimit;
  /** Whether a mailbox is refused. */
  readonly refuses: (address: string) => boolean;
  /** The failures that are simulated. */
  readonly faults: Pick<MailFaults, "reply">;
  /** Takes note of a sender, a recipient or a message that was refused. */
  readonly refused?: (refusal: MailRefusal) => void;
  /** Whether a message of this size can be stored. */
  hasRoom(size: number): boolean;
  /** Limits. */
  readonly limits: MailSinkLimits;
}

/** Mistakes after which a client is shown out, and passwords that it may try. */
const MAX_ERRORS = 50;
const MAX_LOGIN_ATTEMPTS = 3;

/** HTTP methods: a request that a web page made a browser send. Nothing after it is read. */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI)$/;

const PARAMETERS = new Set(["SIZE", "BODY", "SMTPUTF8", "AUTH", ...MAIL_PARAMETERS.keys()]);

/**
 * A sink's side of a dialogue (RFC 5321 §4): lines in, replies out, and what to do next. It reads and writes nothing
 * itself.
 */
export class Dialogue {
  /** EHLO name of the client; empty before EHLO. */
  helo = "";
  /** Authenticated user; without required credentials the claimed one. */
  user?: string;
  #extended = false;
  #utf8 = false;
  #from?: string;
  #to: string[] = [];
  #chunking = false;
  #auth?: Authenticator;
  #mistakes = 0;
  #tries = 0;
  readonly #host: DialogueHost;
  readonly #peer: string;
  readonly #tls: boolean;

  /** Begins one with a client; `tls`: the connection is a TLS one. */
  constructor(host: DialogueHost, peer: string, tls: boolean) {
    this.#host = host;
    this.#peer = peer;
    this.#tls = tls;
  }

  /** Whether a message has begun with BDAT. */
  get chunking(): boolean {
    return this.#chunking;
  }

  /** The envelope of the message that is sent by DATA or BDAT. */
  get envelope(): MailEnvelope {
    return { from: this.#from ?? "", to: this.#to };
  }

  /** Protocol of the message in its Received field (RFC 3848). */
  get protocol(): string {
    if (!this.#extended) return "SMTP";
    return `${this.#utf8 ? "UTF8" : "E"}SMTP${this.#tls ? "S" : ""}${this.user === undefined ? "" : "A"}`;
  }

  /** Whether the next line is an answer to a challenge, and has a secret in it. */
  get secret(): boolean {
    return this.#auth !== undefined;
  }

  /** Takes a line. */
  take(line: string): Answer {
    const before = this.#mistakes;
    const answer = this.#taken(line);
    // Errors count that have no command between them that is valid: a client may send many messages that are refused.
    if (this.#mistakes === before) this.#mistakes = 0;
    return answer;
  }

  #taken(line: string): Answer {
    if (this.#auth) return this.#answer(this.#auth, line);
    const { verb, rest } = parseCommand(line);
    if (HTTP.test(verb)) return { reply: "421 4.7.0 HTTP is not supported on an SMTP port\r\n", then: "close" };
    const command = COMMANDS[verb];
    return command ? command(this, rest) : this.mistake("500 5.5.1 Command unrecognized");
  }

  /** Returns an error reply; closes the connection after too many errors. */
  mistake(reply: string): Answer {
    if (++this.#mistakes < MAX_ERRORS) return { reply: `${reply}\r\n` };
    return { reply: "421 4.7.0 Too many errors\r\n", then: "close" };
  }

  /** Forgets the message that was begun. */
  reset(): void {
    this.#from = undefined;
    this.#to = [];
    this.#utf8 = false;
    this.#chunking = false;
  }

  /** EHLO and HELO. */
  greet(name: string, extended: boolean): Answer {
    // What a client calls itself is its own affair: nothing is looked up, and nothing depends on it.
    if (name === "") return this.mistake("501 5.5.4 Domain argument required");
    const fault = this.#host.faults.reply("ehlo");
    if (fault !== undefined) return answerWith(fault);
    this.helo = name;
    this.#extended = extended;
    this.reset();
    const { name: own, startTls, limits } = this.#host;
    if (!extended) return { reply: `250 ${own}\r\n` };
    const lines = [
      own,
      "PIPELINING",
      `SIZE ${limits.messageSize}`,
      "8BITMIME",
      "SMTPUTF8",
      "ENHANCEDSTATUSCODES",
      "CHUNKING",
      "DSN",
      ...(startTls && !this.#tls ? ["STARTTLS"] : []),
      `AUTH ${SINK_MECHANISMS.toReversed().filter((mechanism) => this.#mayUse(mechanism)).join(" ")}`,
    ];
    return { reply: lines.map((text, i) => `250${i < lines.length - 1 ? "-" : " "}${text}\r\n`).join("") };
  }

  /** MAIL. */
  mail(rest: string): Answer {
    const { allowed, limits } = this.#host;
    if (this.helo === "") return this.mistake("503 5.5.1 Send HELO/EHLO first");
    if (allowed && this.user === undefined) return this.mistake("530 5.7.0 Authentication required");
    if (this.#from !== undefined) return this.mistake("503 5.5.1 Nested MAIL command");
    const path = parsePath(rest, "FROM");
    if ("reply" in path) return this.mistake(path.reply);
    const unknown = [...path.parameters.keys()].find((name) => !PARAMETERS.has(name));
    if (unknown !== undefined) return this.mistake("555 5.5.4 MAIL FROM parameter not recognized or not implemented");
    if (!/^(?:7BIT|8BITMIME)?$/i.test(path.parameters.get("BODY") ?? "")) {
      return this.mistake("501 5.5.4 Unsupported BODY value");
    }
    const wrong = invalidParameter(path, MAIL_PARAMETERS);
    if (wrong !== undefined) return this.mistake(`501 5.5.4 Bad ${wrong} parameter syntax`);
    const size = sizeOf(path);
    if (size === undefined) return this.mistake("501 5.5.4 Bad message size syntax");
    const from = path.mailbox?.address ?? "";
    const fault = this.#host.faults.reply("mail", [from]);
    if (fault !== undefined) return this.#refuse(from, [], fault);
    if (size > limits.messageSize) {
      return this.#refuse(from, [], tooLarge(limits.messageSize));
    }
    if (!this.#host.hasRoom(size)) return this.#refuse(from, [], "452 4.3.1 Insufficient system storage");
    this.#from = from;
    this.#utf8 = path.parameters.has("SMTPUTF8");
    return { reply: "250 2.1.0 Ok\r\n" };
  }

  /** RCPT. */
  rcpt(rest: string): Answer {
    if (this.#from === undefined) return this.mistake("503 5.5.1 Need MAIL command");
    if (this.#chunking) return this.mistake("503 5.5.1 BDAT in progress");
    const path = parsePath(rest, "TO");
    if ("reply" in path) return this.mistake(path.reply);
    if ([...path.parameters.keys()].some((name) => !RCPT_PARAMETERS.has(name))) {
      return this.mistake("555 5.5.4 RCPT TO parameter not recognized or not implemented");
    }
    const wrong = invalidParameter(path, RCPT_PARAMETERS);
    if (wrong !== undefined) return this.mistake(`501 5.5.4 Bad ${wrong} parameter syntax`);
    const { mailbox } = path;
    if (mailbox && !mailbox.ascii && !this.#utf8) {
      return this.mistake("553 5.6.7 Non-ASCII address requires SMTPUTF8");
    }
    const address = mailbox?.address ?? "postmaster";
    const fault = this.#host.faults.reply("rcpt", [address]);
    if (fault !== undefined) return this.#refuse(this.#from, [address], fault);
    if (this.#to.length >= this.#host.limits.recipients) {
      return this.#refuse(this.#from, [address], "452 4.5.3 Too many recipients");
    }
    if (this.#host.refuses(address)) return this.#refuse(this.#from, [address], "550 5.1.1 Mailbox unavailable");
    this.#to.push(address);
    return { reply: "250 2.1.5 Ok\r\n" };
  }

  #refuse(from: string, to: readonly string[], reply: string): Answer {
    this.#host.refused?.({ peer: this.#peer, from, to, reply });
    return answerWith(reply);
  }

  /** DATA. */
  data(rest: string): Answer {
    if (rest !== "") return this.mistake("501 5.5.4 Syntax: DATA");
    if (this.#from === undefined) return this.mistake("503 5.5.1 Need MAIL command");
    if (this.#chunking) return this.mistake("503 5.5.1 BDAT in progress");
    if (this.#to.length === 0) return this.mistake("554 5.5.1 No valid recipients");
    const fault = this.#host.faults.reply("data", this.#to);
    if (fault !== undefined) return this.#refuse(this.#from, this.#to, fault);
    return { reply: "354 Start mail input; end with <CRLF>.<CRLF>\r\n", then: "data" };
  }

  /** BDAT (RFC 3030 §2). */
  bdat(rest: string): Answer {
    const { limits, faults } = this.#host;
    const given = parseChunkSize(rest);
    // Where the size is not known, or not to be waited for, the next command cannot be found.
    if (!given) return { reply: "501 5.5.4 Syntax: BDAT size [LAST]\r\n", then: "close" };
    if (given.size > maxReceived(limits.messageSize)) {
      const { reply } = this.#refuse(this.#from ?? "", this.#to, tooLarge(limits.messageSize));
      return { reply, then: "close" };
    }
    const refused = ({ reply, then }: Answer): Answer => {
      this.reset();
      return then ? { reply, then } : { reply: "", then: "chunk", chunk: { ...given, refusal: reply } };
    };
    if (this.#from === undefined) return refused(this.mistake("503 5.5.1 Need MAIL command"));
    if (this.#to.length === 0) return refused(this.mistake("554 5.5.1 No valid recipients"));
    const fault = this.#chunking ? undefined : faults.reply("data", this.#to);
    if (fault !== undefined) return refused(this.#refuse(this.#from, this.#to, fault));
    this.#chunking = true;
    return { reply: "", then: "chunk", chunk: given };
  }

  /** STARTTLS. */
  startTls(rest: string): Answer {
    if (rest !== "") return this.mistake("501 5.5.4 Syntax: STARTTLS");
    if (this.#tls) return this.mistake("503 5.5.1 TLS already active");
    if (!this.#host.startTls) return this.mistake("503 5.5.1 STARTTLS not offered");
    const fault = this.#host.faults.reply("starttls");
    if (fault !== undefined) return answerWith(fault);
    return { reply: "220 2.0.0 Ready to start TLS\r\n", then: "start-tls" };
  }

  /** AUTH. */
  auth(rest: string): Answer {
    if (this.helo === "") return this.mistake("503 5.5.1 Send HELO/EHLO first");
    if (this.user !== undefined) return this.mistake("503 5.5.1 Already authenticated");
    if (this.#from !== undefined) return this.mistake("503 5.5.1 MAIL transaction in progress");
    const { verb, rest: initial } = parseCommand(rest);
    const mechanism = SINK_MECHANISMS.find((known): known is SinkMechanism => known === verb);
    if (!mechanism) return this.mistake("504 5.5.4 Unrecognized authentication type");
    if (!this.#mayUse(mechanism)) {
      return this.mistake("538 5.7.11 Encryption required for requested authentication mechanism");
    }
    const fault = this.#host.faults.reply("auth");
    if (fault !== undefined) return answerWith(fault);
    const wait = this.#host.logins?.wait(this.#peer) ?? 0;
    if (wait > 0) {
      return this.mistake(
        `454 4.7.0 Temporary authentication failure: too many failed logins, try again in ${
          formatDuration(Math.ceil(wait / 1000) * 1000)
        }`,
      );
    }
    this.#auth = new Authenticator(mechanism, this.#host.allowed, this.#host.scram);
    return this.#step(this.#auth.begin(initial));
  }

  /** Whether a mechanism may be used here: all but two send the secret itself. */
  #mayUse(mechanism: SinkMechanism): boolean {
    if (mechanism === "SCRAM-SHA-256") return this.#host.scram !== undefined;
    return mechanism === "CRAM-MD5" || this.#tls || this.#host.authWithoutTls;
  }

  #answer(auth: Authenticator, line: string): Answer {
    if (line === "*") {
      this.#auth = undefined;
      return this.mistake("501 5.7.0 Authentication cancelled");
    }
    return this.#step(auth.answer(line));
  }

  #step(step: AuthStep): Answer {
    if (step.kind === "challenge") return { reply: `334 ${step.text}\r\n` };
    this.#auth = undefined;
    if (step.kind === "invalid") return this.mistake("501 5.5.2 Cannot decode response");
    if (step.good) {
      this.user = step.user;
      return { reply: "235 2.7.0 Authentication successful\r\n" };
    }
    this.#host.logins?.failed(this.#peer);
    if (++this.#tries < MAX_LOGIN_ATTEMPTS) return this.mistake("535 5.7.8 Authentication credentials invalid");
    return { reply: "421 4.7.0 Too many authentication failures\r\n", then: "close" };
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
      return { reply: "250 2.0.0 Ok\r\n" };
    },
    NOOP: () => ({ reply: "250 2.0.0 Ok\r\n" }),
    VRFY: () => ({ reply: "252 2.5.0 Cannot VRFY user, but will accept message\r\n" }),
    HELP: () => ({ reply: "214 2.0.0 Toucan mail sink: accepts and stores all mail, delivers none\r\n" }),
    EXPN: (dialogue) => dialogue.mistake("502 5.5.1 Command not implemented"),
    BDAT: (dialogue, rest) => dialogue.bdat(rest),
    QUIT: () => ({ reply: "221 2.0.0 Bye\r\n", then: "quit" }),
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

/**
 * Returns the name of a parameter about notifications whose value is invalid. What they ask for needs nothing: a sink delivers no message,
 * and so reports no delivery.
 */
function invalidParameter({ parameters }: SmtpPath, values: ReadonlyMap<string, RegExp>): string | undefined {
  return [...values].find(([name, valid]) => !valid.test(parameters.get(name) ?? "") && parameters.has(name))?.[0];
}

/** Returns the SIZE parameter, 0 without one; undefined when it is not a number. */
function sizeOf({ parameters }: SmtpPath): number | undefined {
  const text = parameters.get("SIZE");
  if (text === undefined) return 0;
  return /^\d{1,20}$/.test(text) ? Number(text) : undefined;
}
