import { type LineClient, LineViolation } from "../../../core/lines/server/types.ts";
import { pause } from "../../../core/time/pause.ts";
import { parsePop3Command, type Pop3Command } from "../codec/command.ts";
import { accept, type Next, type OpenSession, refuse, shownCommand } from "./commands/answer.ts";
import { BEFORE_LOGIN, capabilities } from "./commands/login.ts";
import { AFTER_LOGIN, update } from "./commands/mailbox.ts";
import { Session } from "./session.ts";
import type { Pop3Host } from "./types.ts";

/** Maximum length of a command: 255 in RFC 2449 §4; initial responses of AUTH are longer. */
const MAX_LINE_BYTES = 12_288;
/** Milliseconds for a command before the login. */
const LOGIN_TIMEOUT_MS = 60_000;
/** Commands of a connection that may fail without one between them that does not. */
const MAX_FAILURES = 50;
/** HTTP requests, which a web page can make a browser send. Nothing after one is read. */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) \S+ HTTP\//;
const PROBLEMS = {
  "bare-cr": "Bare <CR> received; lines end with <CR><LF>",
  "bare-lf": "Bare <LF> received; lines end with <CR><LF>",
  "line-too-long": `Line too long (limit: ${MAX_LINE_BYTES} bytes)`,
} as const;

const SIMULATED = "[SYS/TEMP] simulated failure";
const decoder = new TextDecoder();

/** Serves a client until it leaves. A connection that ends without QUIT deletes nothing. */
export async function serveClient(client: LineClient, host: Pop3Host): Promise<void> {
  const session = new Session(client, host);
  const { faults } = host;
  await delayed(session);
  const refused = faults?.find("pop3-connect");
  if (refused?.action === "close") return;
  session.reply(refused ? `-ERR ${SIMULATED}` : "+OK Toucan POP3 server ready");
  if (refused) return await client.flush();
  let failures = 0;
  while (true) {
    const next = await round(session);
    if (next === "close") break;
    if (next === "start-tls") await client.startTls();
    failures = next === "failed" ? failures + 1 : 0;
    if (failures >= MAX_FAILURES) {
      session.reply("-ERR Too many errors");
      break;
    }
  }
  await client.flush();
}

/** Answers the next command. */
async function round(session: Session): Promise<Next> {
  const { client } = session;
  try {
    const limits = { limit: MAX_LINE_BYTES, ...(!session.maildrop && { timeout: LOGIN_TIMEOUT_MS }) };
    const bytes = await client.line(limits);
    if (bytes === null) return "close";
    const line = decoder.decode(bytes);
    const command = parsePop3Command(line);
    client.trace("<", shownCommand(command, line));
    if (HTTP.test(line)) {
      refuse(session, "HTTP is not supported on a POP3 port");
      return "close";
    }
    await delayed(session);
    return await runOrFail(session, command);
  } catch (error) {
    if (!(error instanceof LineViolation)) throw error;
    refuse(session, PROBLEMS[error.problem]);
    return "close";
  }
}

/** Waits as long as each reply is delayed; less when the server stops. */
async function delayed({ client, host: { faults } }: Session): Promise<void> {
  if (faults && faults.delay > 0) {
    await client.flush();
    await pause(faults.delay, client.leaving).catch(() => {});
  }
}

/** Runs a command, unless a failure is simulated in place of it, or of its reply. */
async function runOrFail(session: Session, { keyword, rest }: Pop3Command): Promise<Next> {
  const known = Object.hasOwn(BEFORE_LOGIN, keyword) || Object.hasOwn(AFTER_LOGIN, keyword) ||
    /^(?:CAPA|QUIT)$/.test(keyword);
  const user = keyword === "USER" ? rest : session.user;
  const addresses = user === undefined ? [] : [user];
  const failure = known ? session.host.faults?.find(`pop3-${keyword.toLowerCase()}`, addresses) : undefined;
  if (!failure) return await run(session, keyword, rest);
  if (failure.action === "reply") {
    refuse(session, SIMULATED);
    return "continue";
  }
  if (failure.action === "drop") {
    await session.client.flush();
    session.client = muted(session.client);
    await run(session, keyword, rest);
  }
  return "close";
}

/** A client that gets no more replies. */
function muted(client: LineClient): LineClient {
  return {
    ...{
      peer: client.peer,
      local: client.local,
      secure: client.secure,
      leaving: client.leaving,
      pending: client.pending,
    },
    line: (options) => client.line(options),
    read: (into) => client.read(into),
    reply: () => {},
    write: () => Promise.resolve(),
    flush: () => Promise.resolve(),
    startTls: () => Promise.resolve(),
    trace: (direction, text) => client.trace(direction, text),
  };
}

async function run(session: Session, keyword: string, rest: string): Promise<Next> {
  if (keyword === "CAPA") return capabilities(session);
  if (isOpen(session)) {
    if (keyword === "QUIT") return await update(session);
    if (Object.hasOwn(AFTER_LOGIN, keyword)) return await AFTER_LOGIN[keyword]?.(session, rest) ?? "close";
    return refuse(session, Object.hasOwn(BEFORE_LOGIN, keyword) ? "Already logged in" : "Unknown command");
  }
  if (keyword === "QUIT") {
    accept(session, "Logging out");
    return "close";
  }
  if (Object.hasOwn(BEFORE_LOGIN, keyword)) return await BEFORE_LOGIN[keyword]?.(session, rest) ?? "close";
  return refuse(session, Object.hasOwn(AFTER_LOGIN, keyword) ? "Not logged in" : "Unknown command");
}

function isOpen(session: Session): session is OpenSession {
  return session.maildrop !== undefined;
}
