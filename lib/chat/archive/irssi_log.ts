import type { PastLine } from "./past_line.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Line with its time: `21:45 <@ann> hello`; the seconds are there when irssi is set so. */
const TIMED = /^(\d\d):(\d\d)(?::(\d\d))?[ ](.*)$/s;

/** Patterns of the text after the time, with the fields that they hold. */
const FORMS: readonly (readonly [pattern: RegExp, read: (fields: readonly string[]) => Omit<PastLine, "time">])[] = [
  [/^<[ ~&@%+]?([^ >]+)> (.*)$/s, ([nick = "", text = ""]) => ({ event: "message", nick, text })],
  [/^ \* ([^ ]+) (.*)$/s, ([nick = "", text = ""]) => ({ event: "action", nick, text })],
  [/^-([^ :]+):[^ ]+- (.*)$/s, ([nick = "", text = ""]) => ({ event: "notice", nick, text })],
  [/^-!- (\S+) \[[^\]]*\] has joined /, ([nick = ""]) => ({ event: "join", nick, text: "" })],
  [/^-!- (\S+) \[[^\]]*\] has left \S+(?: \[(.*)\])?$/s, ([nick = "", text = ""]) => ({ event: "part", nick, text })],
  [/^-!- (\S+) \[[^\]]*\] has quit(?: \[(.*)\])?$/s, ([nick = "", text = ""]) => ({ event: "quit", nick, text })],
  [
    /^-!- (\S+) was kicked from \S+ by (\S+)(?: \[(.*)\])?$/s,
    ([nick = "", by = "", text = ""]) => ({ event: "kick", nick, by, text }),
  ],
  [/^-!- (\S+) is now known as (\S+)$/, ([nick = "", text = ""]) => ({ event: "nick", nick, text })],
  [/^-!- (\S+) changed the topic of \S+ to: (.*)$/s, ([nick = "", text = ""]) => ({ event: "topic", nick, text })],
  [/^-!- Topic unset by (\S+) on /, ([nick = ""]) => ({ event: "topic", nick, text: "" })],
  [/^-!- mode\/\S+ \[(.*)\] by (\S+)$/s, ([text = "", nick = ""]) => ({ event: "mode", nick, text })],
];

/** Reads the log of a channel as irssi writes it with its default format; the times are local ones. */
export class IrssiLog {
  /** Year, month and day of the lines. */
  #day?: readonly [number, number, number];

  /** Reads a line: of a conversation, or with a date; undefined for any other, and for lines before the first date. */
  read(line: string): PastLine | "date" | undefined {
    const [, month = "", day = "", year = ""] =
      /^--- (?:Log (?:opened|closed)|Day changed) \w{3} (\w{3}) (\d\d)(?: [\d:]{8})? (\d{4})$/.exec(line) ?? [];
    if (year !== "") {
      if (!MONTHS.includes(month)) return undefined;
      this.#day = [Number(year), MONTHS.indexOf(month), Number(day)];
      return "date";
    }
    const [, hour, minute, second = "0", rest = ""] = TIMED.exec(line) ?? [];
    if (hour === undefined || !this.#day) return undefined;
    const time = new Date(...this.#day, Number(hour), Number(minute), Number(second)).getTime();
    for (const [pattern, read] of FORMS) {
      const [match, ...fields] = pattern.exec(rest) ?? [];
      if (match !== undefined) return { ...read(fields), time };
    }
    return undefined;
  }
}
