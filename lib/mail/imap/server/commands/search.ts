import { TimeSlice } from "../../../../core/mod.ts";
import type { ImapCommand } from "../../codec/command.ts";
import type { SearchKey } from "../../codec/search_keys.ts";
import { formatSearchResult } from "../../codec/search_result.ts";
import { Matcher } from "../message/matcher.ts";
import { MessageSource } from "../message/source.ts";
import { no } from "../refusal.ts";
import type { Answer, Session } from "../session.ts";

const CHARSETS = ["US-ASCII", "UTF-8"];

/** Whether a condition is about what is read of messages. */
function asksParsed(key: SearchKey): boolean {
  switch (key.kind) {
    case "and":
    case "or":
      return key.keys.some(asksParsed);
    case "not":
      return asksParsed(key.key);
    default:
      return ["larger", "smaller", "sent", "field"].includes(key.kind);
  }
}

/** SEARCH (RFC 3501 §6.4.4), with RETURN (RFC 4731). */
export async function search(session: Session, command: ImapCommand & { readonly name: "SEARCH" }): Promise<Answer> {
  const selected = session.mailbox;
  const { charset, key, returns } = command.search;
  if (charset !== undefined && !CHARSETS.includes(charset)) {
    throw no(`[BADCHARSET (${CHARSETS.join(" ")})] Unknown charset`);
  }
  const { folder } = selected;
  if (asksParsed(key)) await folder.prepare(folder.messages.map(({ uid }) => uid));
  const matcher = new Matcher(selected);
  const slice = new TimeSlice();
  const found: number[] = [];
  for (const { number, uid } of selected.choose([{ from: 1, to: Infinity }], true)) {
    const mail = folder.get(uid);
    if (!mail) continue;
    const source = new MessageSource(folder, mail, session.host.cache);
    const matches = matcher.matches(key, number, source);
    if (typeof matches === "boolean" ? matches : await matches) found.push(command.uid ? uid : number);
    if (slice.due) await slice.pass();
  }
  session.reply(returns ? formatSearchResult(command, returns, found) : ["* SEARCH", ...found].join(" "));
  return { text: "Search completed" };
}
