import { IrssiLog } from "./irssi_log.ts";
import type { PastLine } from "./past_line.ts";
import { readWeechatLine } from "./weechat_log.ts";

/** Format of a log. */
export type LogFormat = "irssi" | "weechat";

/** Reads the lines of a log; the format is that of the first line that one of them knows. */
export class LogReader {
  /** Number of lines that are not read: replies, unknown events, lines before the first date. */
  unread = 0;
  #format?: LogFormat;
  readonly #irssi = new IrssiLog();

  /** Format of the log, once a line was known. */
  get format(): LogFormat | undefined {
    return this.#format;
  }

  /** Reads a line; returns undefined when it is not a line of a conversation. */
  read(line: string): PastLine | undefined {
    if (line.trim() === "") return undefined;
    const [format, past] = this.#read(line);
    if (format !== undefined) this.#format ??= format;
    if (past === undefined) this.unread++;
    return past === "date" ? undefined : past;
  }

  #read(line: string): [LogFormat | undefined, PastLine | "date" | undefined] {
    if (this.#format !== "weechat") {
      const past = this.#irssi.read(line);
      if (past !== undefined) return ["irssi", past];
    }
    if (this.#format !== "irssi") {
      const past = readWeechatLine(line);
      if (past !== undefined) return ["weechat", past];
    }
    return [undefined, undefined];
  }
}
