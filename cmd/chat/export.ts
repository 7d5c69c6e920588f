import { ANYWHERE, flag, kind, list, verb } from "../../lib/cli/mod.ts";
import { pathsOfHistory } from "../../lib/chat/internal.ts";
import type { PastLine } from "../../lib/chat/internal.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { EXPORT_LAYOUT } from "./layout.ts";
import { EXPORT_RECORDS } from "./records.ts";

const FORMATS = ["text", "html", "json"] as const;

/** `chat export`. */
export const exportHistory = verb({
  summary: "print the history of a chat as text, HTML or JSON",
  description:
    "Prints the channels of a file of chat serve --history, also while the server runs. Private conversations " +
    "are left out, unless --private is given. Times are in UTC.",
  operands: [{ metavar: "FILE", help: "the history file", kind: kind.file }],
  options: {
    "text": flag("lines of text (default)", { without: FORMATS.filter((name) => name !== "text") }),
    "html": flag("a web page without scripts", { without: ["json"] }),
    "json": flag("one JSON record for each message and event"),
    "channel": list(kind.text("CHANNEL", "a channel"), "only this channel (repeatable)"),
    "private": flag("private conversations of accounts, too"),
  },
  records: EXPORT_RECORDS,
  examples: [
    { line: "chat export chat.db > chat.txt", does: "save all channels as text" },
    { line: "chat export --html --channel '#lobby' chat.db > lobby.html", does: "save one channel as a web page" },
  ],
  layout: EXPORT_LAYOUT,
  exits: [1, 5],
  permissions: { read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"] },
  needs: ({ operands: [file = ""] }) => ({ read: pathsOfHistory(file), write: pathsOfHistory(file) }),
  async run({ options: { html, json, channel, private: talks }, operands: [file = ""], output }) {
    const chat = await import("../../lib/chat/internal.ts");
    using archive = new chat.HistoryArchive(file);
    const wanted = channel.map((name) => {
      if (!chat.isChannel(name)) throw new UsageError(`invalid channel "${name}": must begin with #`);
      return chat.foldName(name);
    });
    const places = archive.places().filter((key) => {
      if (wanted.length > 0) return wanted.includes(key) || (talks && chat.accountsOfTalk(key) !== undefined);
      return talks || chat.accountsOfTalk(key) === undefined;
    });
    if (html) output.line(chat.HTML_HEAD);
    for (const key of places) {
      const title = chat.titleOf(key);
      if (html) output.line(chat.htmlTitle(title));
      else if (!json) output.line(`--- ${title}`);
      for (const entry of archive.lines(key)) {
        const past = chat.pastLineOf(entry);
        if (!past) continue;
        if (html) await output.line(chat.htmlLine(past));
        else if (!json) await output.line(`${chat.clockText(past.time)} ${chat.plainText(past)}`);
        else await output.record({ ...recordOf(past, entry), ...placeOf(key, chat.accountsOfTalk(key)) });
      }
    }
    if (html) output.line(chat.HTML_END);
    const missing = wanted.filter((key) => !places.includes(key));
    for (const key of missing) output.note(`toucan chat: no history of ${key}`);
    return missing.length > 0 ? 1 : 0;
  },
});

function placeOf(key: string, accounts: readonly [string, string] | undefined) {
  return accounts ? { accounts: [...accounts] } : { channel: key };
}

function recordOf(past: PastLine, { id, account }: { readonly id: string; readonly account?: string }) {
  const { event, time, nick, text, by } = past;
  const reason = text === "" ? undefined : text;
  switch (event) {
    case "message":
    case "notice":
    case "action":
      return { event: "message", time, nick, text, kind: event, id, account } as const;
    case "join":
    case "part":
    case "quit":
    case "kick":
      return { event, time, nick, by, reason } as const;
    case "nick":
      return { event, time, nick, to: text } as const;
    case "topic":
    case "mode":
      return { event, time, nick, text } as const;
  }
}
