import { type LineClient, type LineFault, LineViolation, SystemError, UsageError } from "../../../core/mod.ts";
import { type ImapCommand, type ImapFault, parseCommand } from "../codec/command.ts";
import { type CommandLimits, readCommand } from "./command_input.ts";
import { capabilities } from "./commands/login.ts";
import { run } from "./commands/run.ts";
import type { ImapHost } from "./host.ts";
import { ImapRefusal, no } from "./refusal.ts";
import { Session } from "./session.ts";
import { delayed, failCommand, failGreeting, muted } from "./simulate.ts";

/** Bytes of a command, and milliseconds to wait for one, before the login; and bytes after it. */
const BEFORE_LOGIN = { command: 8192, timeout: 60_000 };
const MAX_COMMAND_BYTES = 64 * 1024;
const FAULTS: Readonly<Record<LineFault, string>> = {
  "bare-cr": "Bare CR received; lines end with CR LF",
  "bare-lf": "Bare LF received; lines end with CR LF",
  "line-too-long": "[TOOBIG] Command too long",
};
/** Commands in a row that may fail before the login, and that may be invalid after it. */
const MAX_FAILURES = { before: 20, after: 100 };
/** HTTP methods: a request that a web page made a browser send. Nothing after it is read. */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) \S+ HTTP\//;
/** Commands during which message numbers must not change (RFC 3501 §7.4.1). */
const NUMBERED = new Set(["FETCH", "STORE", "SEARCH"]);

/** Serves a client until it leaves. */
export async function serveClient(client: LineClient, host: ImapHost): Promise<void> {
  const session = new Session(client, host);
  try {
    await delayed(session);
    if (failGreeting(session)) return await client.flush();
    session.reply(`* OK [CAPABILITY ${capabilities(session)}] Toucan IMAP server ready`);
    await client.flush();
    await new Dialogue(session).serve();
    await client.flush();
  } finally {
    session.select(undefined);
  }
}

/** Replies to what a store rejects, by the codes of its errors. */
const STORE_REFUSALS: Readonly<Record<string, string>> = {
  "store-full": "[OVERQUOTA] The mail store is full",
  "disk-full": "[OVERQUOTA] No space left on the disk",
  "folder-exists": "[ALREADYEXISTS] Mailbox already exists",
  "invalid-folder-name": "[CANNOT] Invalid mailbox name",
  "unsupported": "[CANNOT] The mailbox cannot be changed",
};

class Dialogue {
  readonly #session: Session;
  #failures = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  async serve(): Promise<void> {
    while (await this.#round());
  }

  /** Answers the next command; false at the end. */
  async #round(): Promise<boolean> {
    const { client, account } = this.#session;
    try {
      const incoming = await readCommand(client, this.#limits());
      if (incoming.kind === "end") return false;
      if (incoming.kind === "refused") {
        client.trace("<", "(literal too large)");
        this.#session.reply(incoming.reply);
        return !incoming.close && this.#mayFail();
      }
      if (HTTP.test(incoming.text)) {
        this.#session.reply("* BYE This is not an HTTP server");
        return false;
      }
      const command = parseCommand(incoming.text, incoming.literals);
      client.trace("<", shown(incoming.text, command));
      await delayed(this.#session);
      const simulated = "fault" in command ? undefined : failCommand(this.#session, command);
      if (simulated === "close") return false;
      if (simulated === "refused") return true;
      if (simulated !== "silent") return await this.#answer(command);
      await client.flush();
      this.#session.client = muted(client);
      await this.#answer(command);
      return false;
    } catch (error) {
      if (!(error instanceof LineViolation)) throw error;
      this.#session.reply(`* BYE ${FAULTS[error.problem]}`);
      return false;
    } finally {
      if (account !== this.#session.account) this.#failures = 0;
    }
  }

  async #answer(command: ImapCommand | ImapFault): Promise<boolean> {
    const { client } = this.#session;
    const { tag } = command;
    if ("fault" in command) {
      this.#session.reply(`${tag} BAD ${command.fault}`);
      return this.#mayFail();
    }
    try {
      const { text, then } = await run(this.#session, command);
      this.#failures = 0;
      if (then === "end") return false;
      this.#session.update(command.uid || !NUMBERED.has(command.name));
      this.#session.reply(`${tag} OK ${text}`);
      if (then === "start-tls") {
        await client.flush();
        await client.startTls();
      }
      return then !== "close";
    } catch (error) {
      const { status, message } = error instanceof ImapRefusal ? error : this.#storeRefusal(error);
      this.#session.update(command.uid || !NUMBERED.has(command.name));
      this.#session.reply(`${tag} ${status} ${message}`);
      // That there is no such mailbox or message is an answer.
      return status === "NO" && this.#session.account !== undefined || this.#mayFail();
    }
  }

  /** Refusal for what the store has rejected, which is not the end of the connection. */
  #storeRefusal(error: unknown): ImapRefusal {
    if (!(error instanceof SystemError || error instanceof UsageError)) throw error;
    const { client: { peer }, host } = this.#session;
    const known = STORE_REFUSALS[error.code];
    if (known === undefined) host.report(peer, error);
    return no(known ?? "[SERVERBUG] The mailbox cannot be changed");
  }

  #limits(): CommandLimits {
    const { account, host } = this.#session;
    if (!account) return { ...BEFORE_LOGIN, message: 0 };
    return { command: MAX_COMMAND_BYTES, message: host.messageSize, timeout: host.idleTimeout };
  }

  /** Whether the client may go on after a failure. */
  #mayFail(): boolean {
    const { account } = this.#session;
    if (++this.#failures < (account ? MAX_FAILURES.after : MAX_FAILURES.before)) return true;
    this.#session.reply("* BYE Too many failures");
    return false;
  }
}

/** Text of a command for the trace, without secrets and literals. */
function shown(text: string, command: ImapCommand | ImapFault): string {
  if (/^\S* (?:LOGIN|AUTHENTICATE)\b/i.test(text)) {
    const [, head] = /^(\S* (?:LOGIN|AUTHENTICATE(?: [\w-]+)?))/i.exec(text) ?? [];
    return "name" in command && command.name === "AUTHENTICATE" && command.initial === undefined
      ? text
      : `${head} ********`;
  }
  return text.replaceAll("\u0100", "{…}");
}
