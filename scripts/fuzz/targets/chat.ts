import { ClientLineSplitter } from "../../../lib/chat/codec/client_line.ts";
import { stripFormatting } from "../../../lib/chat/codec/formatting.ts";
import { IrcSplitter } from "../../../lib/chat/codec/lines.ts";
import { matchesMask } from "../../../lib/chat/codec/mask.ts";
import { parseIrcMessage, writeIrcMessage } from "../../../lib/chat/codec/message.ts";
import { parseModes, writeModes } from "../../../lib/chat/codec/modes.ts";
import { readCount, readTimestamp } from "../../../lib/chat/codec/values.ts";
import { UsageError } from "../../../lib/core/mod.ts";
import { type FuzzTarget, outcome, same, utf8 } from "../target.ts";

/** Codec of IRC. */
export const CHAT_TARGETS: Readonly<Record<string, FuzzTarget>> = {
  "irc": {
    seeds: [
      "@time=2026-11-27T12:00:00.000Z;+a=b\\:c :ann!a@h PRIVMSG #lobby,ben :hello\r\nPING :x\r\n",
      "MODE #a +ko-v+l key ann ben 10\n:s 005 ann CASEMAPPING=ascii :are supported\r\n",
    ],
    tokens: ["\r\n", "\n", " :", "@", ";", "=", "\\s", ":", " ", "\0", "\xff", "+k-o", "!", "\x03,"],
    check(bytes, cut) {
      const [first, rest] = [bytes.subarray(0, cut), bytes.subarray(cut)];
      const [pieces, whole] = [new IrcSplitter(), new IrcSplitter()];
      same("cut in two", [...pieces.push(first), ...pieces.push(rest)], whole.push(bytes));
      const [clients, client] = [new ClientLineSplitter(), new ClientLineSplitter()];
      same("a client's lines cut in two", [...clients.push(first), ...clients.push(rest)], client.push(bytes));
      for (const line of utf8(bytes).split(/\r?\n/)) message(line);
    },
  },
};

function message(line: string): void {
  const read = parseIrcMessage(line);
  if (typeof read === "string") return;
  const written = outcome(() => writeIrcMessage(read), [UsageError]);
  if (typeof written === "string") same("written and read", parseIrcMessage(written), read);
  const changes = parseModes(read.params);
  same("modes written and read", parseModes(writeModes(changes)), changes);
  for (const text of read.params) {
    stripFormatting(text);
    matchesMask(text, read.command);
    readCount(text);
    readTimestamp(text);
  }
}
