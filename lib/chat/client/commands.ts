import { showUntrusted, UsageError } from "../../core/mod.ts";
import type { ChatMember } from "./options.ts";

/** Command for a client, as a program writes it: an object in one line of JSON. */
export interface ClientCommand {
  /** Network it is for; optional if there is only one. */
  readonly network?: string;
  /** Command. */
  readonly command: "send" | "join" | "part" | "nick" | "raw" | "quit";
  /** Channel, nickname, reason, or the words of a raw command. */
  readonly words: readonly string[];
  /** Text of a message, with LF between its lines. */
  readonly text: string;
  /** Kind of the message. */
  readonly kind: "message" | "notice" | "action";
}

const KINDS = ["message", "notice", "action"] as const;
/** Fields of each command beside its name and `network`; all are texts. */
const FIELDS: Readonly<Record<ClientCommand["command"], readonly string[]>> = {
  send: ["text", "kind"],
  join: ["key"],
  part: ["reason"],
  nick: [],
  raw: [],
  quit: [],
};
const COMMANDS = ["send", "join", "part", "nick", "raw", "quit"] as const;

/**
 * Parses a command: `{"send":"#x","text":"…","kind":"action"}`, `{"join":"#x","key":"…"}`, `{"part":"#x","reason":"…"}`,
 * `{"nick":"ann"}`, `{"raw":["MODE","#x","+m"]}`, `{"quit":"reason"}`; each may have a `network`.
 *
 * @throws {UsageError} `invalid-command` for anything else.
 */
export function readClientCommand(line: string): ClientCommand {
  const fields = objectOf(line);
  const [command, ...more] = COMMANDS.filter((name) => name in fields);
  if (command === undefined || more.length > 0) throw invalid(`must have one of ${COMMANDS.join(", ")}`);
  const allowed = [command, "network", ...FIELDS[command]];
  for (const [name, value] of Object.entries(fields)) {
    if (!allowed.includes(name)) throw invalid(`unknown field "${showUntrusted(name, { limit: 40 })}" for ${command}`);
    if (command === "raw" && name === "raw") continue;
    if (typeof value !== "string") throw invalid(`${name} must be a string`);
  }
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === "string" ? value : undefined;
  };
  const kind = KINDS.find((name) => name === (text("kind") ?? "message"));
  if (kind === undefined) throw invalid(`kind must be one of ${KINDS.join(", ")}`);
  if (command === "send" && !text("text")) throw invalid("send requires text");
  const raw: unknown = fields["raw"];
  if (command === "raw" && !(isStrings(raw) && raw.length > 0)) throw invalid("raw must be an array of strings");
  const extra = text("key") ?? text("reason");
  const words = isStrings(raw) ? raw : [text(command) ?? "", ...extra === undefined ? [] : [extra]];
  return { network: text("network"), command, words, text: text("text") ?? "", kind };
}

/**
 * Runs a command for a client. Resolves when the server has accepted a message; the other commands are only sent.
 *
 * @throws {ToucanError} As {@link ChatMember.say} and {@link ChatMember.send}.
 */
export async function runClientCommand(
  member: ChatMember,
  { command, words, text, kind }: ClientCommand,
): Promise<void> {
  const [first = "", ...rest] = words;
  if (command === "quit") return await member.leave(first);
  // Before that it is not known whether the server takes several lines as one message.
  await member.ready;
  if (command === "send") return await member.say(first, text, kind);
  member.send(command === "raw" ? first : command.toUpperCase(), ...command === "raw" ? rest : words);
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid("must be one JSON object per line");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("must be a JSON object");
  return Object.fromEntries(Object.entries(value));
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function invalid(why: string): UsageError {
  return new UsageError(`invalid command: ${why}`, { code: "invalid-command" });
}
