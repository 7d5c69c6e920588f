import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LogReader } from "../../../../lib/chat/archive/log_reader.ts";
import { entryOf, pastLineOf } from "../../../../lib/chat/archive/past_line.ts";
import { parseIrcMessage } from "../../../../lib/chat/codec/message.ts";
import { readStored } from "../../../../lib/chat/history/codec/stored_text.ts";

/** Lines of logs, and what is read from them: event, day and time, nickname, text, operator. */
const LOGS: Readonly<Record<string, readonly (readonly [line: string, read?: string])[]>> = {
  irssi: [
    ["20:00 < early> before the first date"],
    ["--- Log opened Sat Nov 28 21:00:00 2026"],
    ["21:45 -!- ann [~ann@host.example] has joined #lobby", "join 28 21:45 ann"],
    ["21:45 < ann> good <b>morning</b>", "message 28 21:45 ann good <b>morning</b>"],
    ["21:45:07 <@ann> with seconds", "message 28 21:45 ann with seconds"],
    ["21:45 <+ben>  two spaces", "message 28 21:45 ben  two spaces"],
    ["21:46  * ben waves to all", "action 28 21:46 ben waves to all"],
    ["21:47 -ben:#lobby- a notice", "notice 28 21:47 ben a notice"],
    ["21:48 -!- mode/#lobby [+o ben] by ann", "mode 28 21:48 ann +o ben"],
    ["21:49 -!- ann changed the topic of #lobby to: tea & cake", "topic 28 21:49 ann tea & cake"],
    ["21:49 -!- Topic unset by ann on #lobby", "topic 28 21:49 ann"],
    ["--- Day changed Sun Nov 29 2026"],
    ["00:01 -!- cleo [c@h] has left #lobby [so long]", "part 29 00:01 cleo so long"],
    ["00:02 -!- cleo [c@h] has quit [Ping timeout: 9 seconds]", "quit 29 00:02 cleo Ping timeout: 9 seconds"],
    ["00:03 -!- dan was kicked from #lobby by ann [bye]", "kick 29 00:03 dan bye ann"],
    ["00:04 -!- ann is now known as anna", "nick 29 00:04 ann anna"],
    ["00:05 -!- Irssi: #lobby: Total of 2 nicks [1 ops, 0 halfops, 0 voices, 1 normal]"],
    ["--- Log closed Sun Nov 29 00:10:00 2026"],
    ["2026-11-28 21:45:12\tann\tweechat in irssi"],
  ],
  weechat: [
    ["2026-11-28 21:45:11\t-->\tann (Ann of (x)) (~ann@host) has joined #lobby", "join 28 21:45 ann"],
    ["2026-11-28 21:45:12\t@ann\tgood morning\twith a tab", "message 28 21:45 ann good morning\twith a tab"],
    ["2026-11-28 21:45:13\tben\t", "message 28 21:45 ben"],
    ["2026-11-28 21:45:14\t *\tben waves to all", "action 28 21:45 ben waves to all"],
    ["2026-11-28 21:45:15\t--\tNotice(ben): a notice", "notice 28 21:45 ben a notice"],
    ["2026-11-28 21:46:00\t--\tMode #lobby [+o ben] by ann", "mode 28 21:46 ann +o ben"],
    ['2026-11-28 21:47:00\t--\tann has changed topic for #lobby from "tea" to "cake"', "topic 28 21:47 ann cake"],
    ["2026-11-29 00:01:00\t<--\tcleo (c@h) has left #lobby (so long)", "part 29 00:01 cleo so long"],
    ["2026-11-29 00:02:00\t<--\tcleo (c@h) has quit (Quit: bye)", "quit 29 00:02 cleo Quit: bye"],
    ["2026-11-29 00:03:00\t<--\tann has kicked dan (bye)", "kick 29 00:03 dan bye ann"],
    ["2026-11-29 00:04:00\t--\tann is now known as anna", "nick 29 00:04 ann anna"],
    ["2026-11-29 00:05:00\t--\tChannel #lobby: 2 nicks (1 op, 0 voiced, 1 regular)"],
    ["2026-11-29 00:05:00\t=!=\tirc: an error"],
    ["--- Log opened Sat Nov 28 21:00:00 2026"],
  ],
};

for (const [format, lines] of Object.entries(LOGS)) {
  Deno.test(`LogReader: reads a log of ${format}`, () => {
    const reader = new LogReader();
    const read = lines.map(([line]) => {
      const past = reader.read(line);
      if (!past) return undefined;
      const at = new Date(past.time);
      const two = (number: number) => `${number}`.padStart(2, "0");
      const time = `${at.getDate()} ${two(at.getHours())}:${two(at.getMinutes())}`;
      return [past.event, time, past.nick, past.text, past.by].filter(Boolean).join(" ");
    });
    assertEquals(read, lines.map(([, past]) => past));
    assertEquals(`${reader.format}`, format);
    // A second line of another format is unread as well.
    assertEquals(
      reader.unread,
      lines.filter(([line, past]) => past === undefined && !/^--- (Day|Log closed)/.test(line)).length -
        (format === "irssi" ? 1 : 0),
    );
    for (const [i, [line]] of lines.entries()) {
      if (read[i] === undefined) continue;
      const again = new LogReader();
      again.read("--- Log opened Sat Nov 28 21:00:00 2026");
      const past = (format === "irssi" ? again : new LogReader()).read(line);
      const entry = past && entryOf("#Lobby", past);
      // A message without text is not one.
      if (past?.event === "message" && past.text === "") assertEquals(entry, undefined);
      else assertEquals(entry && pastLineOf({ ...entry, id: "", place: 0 }), past, line);
      if (entry) assertEquals([entry.channel, typeof parseIrcMessage(entry.line)], ["#lobby", "object"]);
    }
  });
}

Deno.test("entryOf: whatever a log has, the lines are valid messages that fit", () => {
  const events = ["message", "notice", "action", "join", "part", "quit", "kick", "nick", "topic", "mode"] as const;
  const text = fc.string({ unit: "binary", maxLength: 700 }).map((text) => text.replace(/\n/g, ""));
  fc.assert(
    fc.property(
      fc.constantFrom(...events),
      text,
      text,
      fc.string({ minLength: 1, maxLength: 40 }),
      (event, said, by, nick) => {
        const entry = entryOf("#a", { event, time: 1, nick, text: said, by: event === "kick" ? by : undefined });
        if (!entry) return;
        const { head = "", parts = [] } = readStored(entry.line) ?? {};
        assert(parts.length > 0);
        for (const part of entry.event ? [entry.line] : parts.map(({ text }) => head + text)) {
          const message = parseIrcMessage(part);
          assert(typeof message !== "string", `${message}: ${JSON.stringify(part)}`);
          assertEquals(message.source?.endsWith("@imported"), true);
        }
      },
    ),
    { seed: 18, numRuns: 500 },
  );
});
