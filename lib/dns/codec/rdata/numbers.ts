import type { ByteWriter } from "../writer.ts";
import { typeName, typeNumber } from "../types.ts";
import { kind } from "./kind.ts";
import { parseDuration } from "./duration.ts";
import type { Words } from "./text.ts";

/** Reads a decimal number up to a limit. */
export function decimalWord(words: Words, what: string, max: number): number {
  const word = words.plain(what);
  const value = Number(word);
  if (!/^\d{1,15}$/.test(word) || value > max) {
    throw words.invalid(`${what} "${word}": a number from 0 to ${max} is required`);
  }
  return value;
}

function number(max: number, write: (out: ByteWriter, value: number) => void, names: Readonly<Record<string, number>>) {
  return (words: Words, out: ByteWriter, what: string) => {
    const named = names[(words.peek ?? "").toUpperCase()];
    if (named === undefined) return write(out, decimalWord(words, what, max));
    words.next(what);
    write(out, named);
  };
}

/** A number of one byte; zone files may have one of `names` instead. */
export function byte(names: Readonly<Record<string, number>> = {}) {
  return kind((reader) => reader.u8(), number(0xff, (out, value) => out.u8(value), names));
}

/** Numbers of one, two and four bytes. */
export const u8 = byte();
export const u16 = kind((reader) => reader.u16(), number(0xffff, (out, value) => out.u16(value), {}));
export const u32 = kind((reader) => reader.u32(), number(0xffff_ffff, (out, value) => out.u32(value), {}));

/** Seconds; zone files may have units. */
export const seconds = kind((reader) => reader.u32(), (words, out, what) => {
  const word = words.plain(what);
  const value = parseDuration(word);
  if (value === undefined) throw words.invalid(`${what} "${word}": seconds, or a duration such as 1h30m is required`);
  out.u32(value);
});

/** A record type by its name. */
export const typeField = kind((reader) => typeName(reader.u16()), (words, out, what) => {
  const word = words.plain(what);
  const type = typeNumber(word);
  if (type === undefined) throw words.invalid(`${what} "${word}": a record type is required`);
  out.u16(type);
});

const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;

/** A time of a signature: seconds since 1970 modulo 2^32, in zone files as YYYYMMDDHHmmSS (RFC 4034 §3.2). */
export const time = kind((reader) => reader.u32(), (words, out, what) => {
  const word = words.plain(what);
  const [, year, month, day, hour, minute, second] = TIME.exec(word) ?? [];
  const value = year === undefined
    ? (/^\d{1,10}$/.test(word) ? Number(word) : NaN)
    : Date.UTC(+year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000;
  const same = year === undefined ? value <= 0xffff_ffff : timeText(value) === word;
  if (!same) throw words.invalid(`${what} "${word}": a time as YYYYMMDDHHmmSS is required`);
  out.u32(value % 0x1_0000_0000);
}, (value) => timeText(Number(value)));

/** A time as zone files have it. */
function timeText(value: number): string {
  const date = new Date(value * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().replace(/[-:T]|\..*$/g, "");
}
