import { isCtcp, readAction } from "../../../codec/ctcp.ts";
import { ircLine, MAX_LINE_BYTES, parseIrcMessage, utf8Length } from "../../../codec/message.ts";
import { nickOf } from "../../../codec/names.ts";
import type { HistoryEntry } from "../../../history/history.ts";
import { readStored } from "../../../history/codec/stored_text.ts";
import type { Channel } from "../../channel/channel.ts";
import type { Session } from "../../client/session.ts";
import { EncodedMessage, type MessageTags } from "../../send/encoded_message.ts";
import type { ChatState } from "../../state.ts";
import { cutText } from "../../text.ts";

/** Sends lines of the history in a batch of this type. */
export function sendEntries(
  state: ChatState,
  session: Session,
  type: readonly string[],
  entries: readonly HistoryEntry[],
): void {
  inBatch(
    state,
    session,
    type,
    (own) =>
      entries.map(({ line, time, id, tags, account }) =>
        new EncodedMessage(lineFor(session, line), { time, id, client: tags, account, own })
      ),
  );
}

/** Returns a line as a client expects it: joins are stored in the extended form (IRCv3 extended-join). */
function lineFor(session: Session, line: string): string {
  if (session.has("extended-join")) return line;
  return /^:\S+ JOIN \S+(?= )/.exec(line)?.[0] ?? line;
}

/** Sends messages in a batch (IRCv3 batch), or without one to a client that does not support it. */
export function inBatch(
  state: ChatState,
  session: Session,
  type: readonly string[],
  messages: (own: MessageTags["own"]) => readonly EncodedMessage[],
): void {
  const own = session.has("batch") ? { batch: `H${crypto.randomUUID().slice(0, 8)}` } : undefined;
  if (own) session.say("BATCH", `+${own.batch}`, ...type);
  for (const encoded of messages(own)) session.answer(encoded);
  if (own) session.answer(new EncodedMessage(ircLine(state.info.name, "BATCH", `-${own.batch}`)));
}

/** Sends the last lines to a client that has joined, unless it can request them itself. */
export function replay(state: ChatState, session: Session, channel: Channel): void {
  if (!session.local || session.has("draft/chathistory") || state.info.replay === 0) return;
  let entries: readonly HistoryEntry[];
  try {
    entries = state.history.find({ channel: channel.key, only: channel.incarnation, limit: state.info.replay });
  } catch {
    return;
  }
  sendLines(state, session, channel.name, entries);
}

/** Sends lines to a client that has not requested them; without server-time the text begins with the time. */
export function sendLines(
  state: ChatState,
  session: Session,
  name: string,
  entries: readonly HistoryEntry[],
): void {
  if (entries.length === 0) return;
  if (session.has("server-time")) return sendEntries(state, session, ["chathistory", name], entries);
  for (const { line, time } of entries) {
    for (const dated of withTime(line, time)) session.answer(new EncodedMessage(dated));
  }
}

/** Returns the lines of a message with its time at the start of the text, for clients without server-time. */
function withTime(line: string, time: number): string[] {
  const { head = "", parts = [] } = readStored(line) ?? {};
  return parts.filter(({ text }) => text !== "").flatMap(({ text }) => lineWithTime(head + text, time) ?? []);
}

/** Returns a line with its time at the start of the text; truncated to fit. */
function lineWithTime(line: string, time: number): string | undefined {
  const message = parseIrcMessage(line);
  if (typeof message === "string" || message.source === undefined) return undefined;
  const { source, command, params: [target = "", text = ""] } = message;
  const clock = new Date(time).toISOString().slice(11, 16);
  // A CTCP message with text before it would lose its meaning.
  const action = readAction(text);
  if (action === undefined && isCtcp(text)) return undefined;
  const said = action === undefined ? text : `* ${nickOf(source)} ${action}`;
  const room = MAX_LINE_BYTES - 2 - utf8Length(ircLine(source, command, target, " ")) - clock.length;
  return ircLine(source, command, target, `[${clock}] ${cutText(said, room)}`);
}
