import { foldName } from "../../../codec/names.ts";
import { plain } from "../text.ts";
import { connection } from "../session.ts";
import type { ServerMessage } from "../wire.ts";

/** Facts about a user, from the server. */
export interface UserInfo {
  /** The host. */
  readonly host: string;
  /** The account; undefined without one. */
  readonly account?: string;
  /** All of it, for the user. */
  readonly text: string;
}

/** Replies about a user, with the nick as second parameter. */
const REPLIES = new Set(["301", "311", "312", "313", "317", "318", "319", "330", "335", "671"]);
/** Maximum number of questions that wait. */
const MAX_WAITING = 20;

interface Question {
  readonly nick: string;
  readonly facts: Map<string, readonly string[]>;
  readonly done: (about: UserInfo | undefined) => void;
}

const waiting: Question[] = [];

/** Asks the server about a user; undefined when there is none of this nick. */
export function whois(nick: string): Promise<UserInfo | undefined> {
  return new Promise((done) => {
    if (waiting.length >= MAX_WAITING) return done(undefined);
    waiting.push({ nick: foldName(nick), facts: new Map(), done });
    connection.send("WHOIS", nick);
  });
}

/** Forgets the questions of a lost connection. */
export function dropQuestions(): void {
  for (const { done } of waiting.splice(0)) done(undefined);
}

/** Takes a reply about a user; returns whether it is one to a question. */
export function told({ command, params: [, nick = "", ...rest] }: ServerMessage): boolean {
  const [question] = waiting;
  if (!question || !REPLIES.has(command) || foldName(nick) !== question.nick) return false;
  if (command !== "318") question.facts.set(command, rest);
  else {
    waiting.shift();
    question.done(read(nick, question.facts));
  }
  return true;
}

function read(nick: string, facts: Question["facts"]): UserInfo | undefined {
  const [user = "", host = "", , name = ""] = facts.get("311") ?? [];
  if (host === "") return undefined;
  const [account] = facts.get("330") ?? [];
  const [channels] = facts.get("319") ?? [];
  const [away] = facts.get("301") ?? [];
  const [idle] = facts.get("317") ?? [];
  const parts = [
    `${nick} is ${user}@${host} (${name})`,
    account === undefined ? "not logged in" : `logged in as ${account}`,
    facts.has("313") ? "IRC operator" : undefined,
    facts.has("335") ? "bot" : undefined,
    channels?.trim() ? `in ${channels.trim()}` : undefined,
    away === undefined ? undefined : `away: ${away}`,
    facts.has("671") ? "over TLS" : "without TLS",
    idle === undefined ? undefined : `silent for ${idle} s`,
  ];
  return { host, account, text: plain(parts.filter((part) => part !== undefined).join(" · ")) };
}
