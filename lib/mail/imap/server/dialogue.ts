import { type ImapCommand, type ImapFault, parseCommand } from "../codec/command.ts";
import { type CommandLimits, readCommand } from "./command_input.ts";
import { capabilities } from "./commands/login.ts";
import { run } from "./commands/run.ts";
import type { ImapHost } from "./host.ts";
import { LineViolation } from "./interim_lines.ts";
import type { LineClient } from "./needs.ts";
import { ImapRefusal } from "./refusal.ts";
import { Session } from "./session.ts";

/** Bytes of a command, and milliseconds to wait for one, before the login; and bytes after it. */
const BEFORE_LOGIN = { command: 8192, timeout: 60_000 };
const MAX_COMMAND_BYTES = 64 * 1024;
/** Commands in a row that may fail. */
const MAX_FAILURES = { before: 20, after: 100 };
/** HTTP methods: a request that a web page made a browser send. Nothing after it is read. */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) \S+ HTTP\//;
/** Commands during which message numbers must not change (RFC 3501 §7.4.1). */
const NUMBERED = new Set(["FETCH", "STORE", "SEARCH"]);

/** Serves a client until it leaves. */
export async function serveClient(client: LineClient, host: ImapHost): Promise<void> {
  const session = new Session(client, host);
  try {
    client.reply(`* OK [CAPABILITY ${capabilities(session)}] Toucan IMAP server ready`);
    await client.flush();
    await new Dialogue(session).serve();
    await client.flush();
  } finally {
    session.select(undefined);
  }
}

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
        client.reply(incoming.reply);
        return !incoming.close && this.#mayFail();
      }
      if (HTTP.test(incoming.text)) {
        client.reply("* BYE This is not an HTTP server");
        return false;
      }
      const command = parseCommand(incoming.text, incoming.literals);
      client.trace("<", shown(incoming.text, command));
      return await this.#answer(command);
    } catch (error) {
      if (!(error instanceof LineViolation)) throw error;
      client.reply(`* BYE ${error.message}`);
      return false;
    } finally {
      if (account !== this.#session.account) this.#failures = 0;
    }
  }

  async #answer(command: ImapCommand | ImapFault): Promise<boolean> {
    const { client } = this.#session;
    const { tag } = command;
    if ("fault" in command) {
      client.reply(`${tag} BAD ${command.fault}`);
      return this.#mayFail();
    }
    try {
      const { text, then } = await run(this.#session, command);
      this.#failures = 0;
      this.#session.update(command.uid || !NUMBERED.has(command.name));
      client.reply(`${tag} OK ${text}`);
      if (then === "start-tls") {
        await client.flush();
        await client.startTls();
      }
      return then !== "close";
    } catch (error) {
      if (!(error instanceof ImapRefusal)) throw error;
      this.#session.update(command.uid || !NUMBERED.has(command.name));
      client.reply(`${tag} ${error.status} ${error.message}`);
      return this.#mayFail();
    }
  }

  #limits(): CommandLimits {
    const { account, host } = this.#session;
    if (!account) return { ...BEFORE_LOGIN, message: 0 };
    return { command: MAX_COMMAND_BYTES, message: host.messageSize, timeout: host.idleTimeout };
  }

  /** Whether the client may go on after a failure. */
  #mayFail(): boolean {
    const { client, account } = this.#session;
    if (++this.#failures < (account ? MAX_FAILURES.after : MAX_FAILURES.before)) return true;
    client.reply("* BYE Too many failures");
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
