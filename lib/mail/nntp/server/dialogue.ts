import { LineViolation, type PeekingLineClient } from "../../../core/lines/server/types.ts";
import { pause } from "../../../core/time/pause.ts";
import { type NntpCommand, parseNntpCommand } from "../codec/command.ts";
import { LOGIN_COMMANDS } from "./commands/login.ts";
import { READING_COMMANDS } from "./commands/reading.ts";
import { LISTING_COMMANDS } from "./commands/listing.ts";
import { OVERVIEW_COMMANDS } from "./commands/overview.ts";
import { POSTING_COMMANDS } from "./commands/posting.ts";
import { type Next, type Run, Session } from "./session.ts";
import type { NntpHost } from "./types.ts";

/** Maximum length of a command: 512 in RFC 3977 §3.1; initial responses of AUTHINFO SASL are longer. */
const MAX_LINE_BYTES = 12_288;
/** Milliseconds for a command before a login that is required. */
const LOGIN_TIMEOUT_MS = 60_000;
/** Commands of a connection that may fail without one between them that does not. */
const MAX_FAILURES = 50;
/** HTTP requests, which a web page can make a browser send. Nothing after one is read. */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) \S+ HTTP\//i;
const PROBLEMS = {
  "bare-cr": "Bare <CR> received; lines end with <CR><LF>",
  "bare-lf": "Bare <LF> received; lines end with <CR><LF>",
  "line-too-long": `Line too long (limit: ${MAX_LINE_BYTES} bytes)`,
} as const;

const COMMANDS: ReadonlyMap<string, Run> = new Map(
  [LOGIN_COMMANDS, READING_COMMANDS, LISTING_COMMANDS, OVERVIEW_COMMANDS, POSTING_COMMANDS].flatMap(Object.entries),
);
/** Commands that need no login (RFC 4643 §2.2). */
const OPEN: ReadonlySet<string> = new Set(Object.keys(LOGIN_COMMANDS));
/** Names that commands have in simulated failures. */
const STAGES: ReadonlyMap<string, string> = new Map([["XOVER", "over"], ["XHDR", "hdr"]]);

const decoder = new TextDecoder();

/** Serves a client until it leaves. */
export async function serveClient(client: PeekingLineClient, host: NntpHost): Promise<void> {
  const session = new Session(client, host);
  if (await simulated(session, "connect") === "close") return;
  const posting = host.post
    ? "200 Toucan NNTP server ready, posting allowed"
    : "201 Toucan NNTP server ready, posting prohibited";
  session.accept(posting);
  let failures = 0;
  while (true) {
    const next = await round(session);
    if (next === "close") break;
    if (next === "start-tls") await client.startTls();
    failures = next === "failed" ? failures + 1 : 0;
    if (failures >= MAX_FAILURES) {
      session.accept("400 Too many errors");
      break;
    }
  }
  await client.flush();
}

/** Answers the next command. */
async function round(session: Session): Promise<Next> {
  const { client } = session;
  try {
    const bytes = await client.line({
      limit: MAX_LINE_BYTES,
      ...(!session.isAdmitted && { timeout: LOGIN_TIMEOUT_MS }),
    });
    if (bytes === null) return "close";
    const line = decoder.decode(bytes);
    const command = parseNntpCommand(line);
    client.trace("<", shownCommand(command, line));
    if (HTTP.test(line)) {
      session.refuse("400 HTTP is not supported on an NNTP port");
      return "close";
    }
    return await run(session, command);
  } catch (error) {
    if (!(error instanceof LineViolation)) throw error;
    session.refuse(`501 ${PROBLEMS[error.problem]}`);
    return "close";
  }
}

async function run(session: Session, { keyword, words, rest }: NntpCommand): Promise<Next> {
  const command = COMMANDS.get(keyword);
  if (!command) return session.refuse("500 Unknown command");
  const failure = await simulated(session, STAGES.get(keyword) ?? keyword.toLowerCase());
  if (failure) return failure;
  if (!OPEN.has(keyword) && !session.isAdmitted) return session.refuse("480 Authentication required");
  const next = await command(session, words, rest);
  return session.mute ? "close" : next;
}

/** Waits the simulated delay, and simulates the failure of a command; undefined when it does not fail, or only its reply is lost. */
async function simulated(session: Session, command: string): Promise<Next | undefined> {
  const { client: { leaving }, host: { faults }, group } = session;
  if (!faults) return undefined;
  if (faults.delay > 0) await pause(faults.delay, leaving).catch(() => {});
  const failure = faults.find(`nntp-${command}`, group?.address === undefined ? [] : [group.address]);
  if (!failure) return undefined;
  if (failure.action === "close") return "close";
  if (failure.action === "drop") {
    session.mute = true;
    return undefined;
  }
  session.refuse(`${failure.code} simulated failure`);
  return command === "connect" || failure.code === "400" ? "close" : "continue";
}

/** Returns a command as the trace shows it: without its secrets. */
function shownCommand({ keyword, words: [first = "", second = "", third] }: NntpCommand, line: string): string {
  if (keyword !== "AUTHINFO") return line;
  if (/^PASS$/i.test(first)) return `AUTHINFO ${first} ********`;
  if (/^SASL$/i.test(first) && third !== undefined) return `AUTHINFO ${first} ${second} ********`;
  return line;
}
