import type { FtpEntry } from "../entry.ts";
import { MONTH, monthNumber } from "./month.ts";
import { utcTime } from "../utc_time.ts";

const NAME = /^([^\s;\]\[/][^;\]\[/]{0,254}?);(\d{1,5})(?=\s|$)/;
const DATE = new RegExp(
  String.raw`\s(\d{1,2})-(${MONTH})-(\d{4})(?:\s{1,3}(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d\d)?)?)?(?=\s|$)`,
  "i",
);

/** Whether a line stands before or after the entries of VMS: the name of the folder, or the total. */
export function isVmsFraming(line: string): boolean {
  return /^(?:Directory\s\S{0,40}[:\[]|(?:Grand )?Total of \d)/i.test(line);
}

/** Lines of VMS. The rest of an entry with a long name is in the next line. Sizes are in blocks, and thus left out. */
export class VmsListing {
  #pending: string | undefined;
  #last = "";
  #abandoned = 0;

  /** Takes a line; `repeated` is an older version of the file before it, undefined a line of another form. */
  push(line: string): FtpEntry | "incomplete" | "repeated" | undefined {
    const [whole, full, version] = NAME.exec(line) ?? [];
    if (full === undefined || whole === undefined) return this.#continue(line);
    this.#drop();
    const name = `${full};${version}`;
    if (line.trimEnd() === whole) {
      this.#pending = name;
      return "incomplete";
    }
    return this.#entry(full, line.slice(whole.length));
  }

  /** Ends the listing; returns the number of entries whose second line did not come. */
  finish(): number {
    this.#drop();
    return this.#abandoned;
  }

  #continue(line: string): FtpEntry | "repeated" | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return undefined;
    const entry = /^\s/.test(line) ? this.#entry(pending.replace(/;\d+$/, ""), line) : undefined;
    if (!entry) this.#abandoned++;
    return entry;
  }

  #drop(): void {
    if (this.#pending !== undefined) this.#abandoned++;
    this.#pending = undefined;
  }

  #entry(full: string, rest: string): FtpEntry | "repeated" | undefined {
    const [, day, month = "", year, hour, minute, second] = DATE.exec(rest.slice(0, 200)) ?? [];
    if (day === undefined) return undefined;
    // Versions follow each other, the newest first.
    if (full === this.#last) return "repeated";
    this.#last = full;
    const folder = /\.DIR$/i.test(full);
    const [hours, minutes, seconds] = [hour, minute, second].map((part) => Number(part ?? 0));
    const modified = utcTime(Number(year), monthNumber(month), Number(day), hours, minutes, seconds);
    const precision = second !== undefined ? "second" : hour !== undefined ? "minute" : "day";
    return {
      name: folder ? full.slice(0, -4) : full,
      type: folder ? "folder" : "file",
      ...(modified !== undefined && { modified, precision }),
    };
  }
}
