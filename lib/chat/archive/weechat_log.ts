import type { PastLine } from "./past_line.ts";

/** Line of a log: time, prefix and text, separated by tabs. */
const LINE = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\t([^\t]*)\t(.*)$/s;

/** Patterns of the texts behind the prefixes for joins, leaves and other events. */
const FORMS: readonly (readonly [pattern: RegExp, read: (fields: readonly string[]) => Omit<PastLine, "time">])[] = [
  [/^(\S+) (?:.*)?\(\S+\) has joined /, ([nick = ""]) => ({ event: "join", nick, text: "" })],
  [/^(\S+) \(\S+\) has left \S+(?: \((.*)\))?$/s, ([nick = "", text = ""]) => ({ event: "part", nick, text })],
  [/^(\S+) \(\S+\) has quit(?: \((.*)\))?$/s, ([nick = "", text = ""]) => ({ event: "quit", nick, text })],
  [/^(\S+) has kicked (\S+)(?: \((.*)\))?$/s, ([by = "", nick = "", text = ""]) => ({ event: "kick", nick, by, text })],
  [/^(\S+) is now known as (\S+)$/, ([nick = "", text = ""]) => ({ event: "nick", nick, text })],
  [
    /^(\S+) has (?:changed|set) topic for \S+ (?:from ".*" )?to "(.*)"$/s,
    ([nick = "", text = ""]) => ({ event: "topic", nick, text }),
  ],
  [/^(\S+) has unset topic for /, ([nick = ""]) => ({ event: "topic", nick, text: "" })],
  [/^Mode \S+ \[(.*)\] by (\S+)$/s, ([text = "", nick = ""]) => ({ event: "mode", nick, text })],
];

/** Reads a line of the log of a channel as WeeChat writes it by default; the times are local ones. */
export function readWeechatLine(line: string): PastLine | undefined {
  const [, year, month, day, hour, minute, second, prefix = "", text = ""] = LINE.exec(line) ?? [];
  if (year === undefined) return undefined;
  const time = new Date(Number(year), Number(month) - 1, ...[day, hour, minute, second].map(Number)).getTime();
  if (["-->", "<--", "--"].includes(prefix)) {
    for (const [pattern, read] of FORMS) {
      const [match, ...fields] = pattern.exec(text) ?? [];
      if (match !== undefined) return { ...read(fields), time };
    }
    const [, nick, said = ""] = /^Notice\((\S+)\)(?: -> \S+)?: (.*)$/s.exec(text) ?? [];
    return nick === undefined ? undefined : { event: "notice", time, nick, text: said };
  }
  if (prefix === " *") {
    const [, nick = "", said = ""] = /^(\S+) (.*)$/s.exec(text) ?? [];
    return nick === "" ? undefined : { event: "action", time, nick, text: said };
  }
  const nick = prefix.replace(/^[~&@%+ ]+/, "");
  return /^[^ ]+$/.test(nick) && nick !== "=!=" ? { event: "message", time, nick, text } : undefined;
}
