import { malformed, type Reader } from "../reader.ts";
import type { ByteWriter } from "../writer.ts";
import type { RecordFields } from "./kind.ts";
import type { Layout } from "./layout.ts";
import { decimalWord } from "./numbers.ts";
import type { Words } from "./text.ts";

/** Angles count thousandths of a second of arc from here. */
const MIDDLE = 0x8000_0000;
const DEGREE = 3_600_000;
/** Altitudes count centimetres from 100 km below the reference. */
const BASE_CM = 10_000_000;
const MAX_METRES = 42_849_672.95;

/** A location (RFC 1876): `52 14 05.000 N 0 8 50.000 E 10.00m 1m 10000m 10m`; in the fields, degrees and metres. */
export const loc: Layout = {
  names: ["latitude", "longitude", "altitude", "size", "horizontalPrecision", "verticalPrecision"],
  read(reader) {
    reader.u8();
    const [size, horizontalPrecision, verticalPrecision] = [precision(reader), precision(reader), precision(reader)];
    const latitude = angle(reader.u32(), 90);
    const longitude = angle(reader.u32(), 180);
    const altitude = (reader.u32() - BASE_CM) / 100;
    const fields = { latitude, longitude, altitude, size, horizontalPrecision, verticalPrecision };
    return { data: text(fields), fields };
  },
  parse(words, out) {
    const latitude = parseAngle(words, "latitude", 90, ["N", "S"]);
    const longitude = parseAngle(words, "longitude", 180, ["E", "W"]);
    const altitude = parseMetres(words, "altitude", -100_000, MAX_METRES);
    const sizes = [["size", 100], ["horizontal precision", 1_000_000], ["vertical precision", 1000]] as const;
    out.u8(0);
    for (const [what, cm] of sizes) {
      writePrecision(out, words.left > 0 ? Math.round(parseMetres(words, what, 0, 90_000_000) * 100) : cm);
    }
    out.u32(latitude);
    out.u32(longitude);
    out.u32(Math.round(altitude * 100) + BASE_CM);
  },
  text,
};

function text(fields: RecordFields): string {
  const metres = (name: string) => {
    const value = Number(fields[name]);
    return `${value % 1 === 0 ? value : value.toFixed(2)}m`;
  };
  return [
    angleText(Number(fields.latitude), "N", "S"),
    angleText(Number(fields.longitude), "E", "W"),
    `${Number(fields.altitude).toFixed(2)}m`,
    metres("size"),
    metres("horizontalPrecision"),
    metres("verticalPrecision"),
  ].join(" ");
}

/** Metres, of a digit and a power of ten in centimetres. */
function precision(reader: Reader): number {
  const byte = reader.u8();
  const [digit, power] = [byte >> 4, byte & 15];
  if (digit > 9 || power > 9) throw malformed("invalid precision of a location");
  return digit * 10 ** power / 100;
}

function writePrecision(out: ByteWriter, cm: number): void {
  let power = 0;
  let digit = cm;
  for (; digit >= 10; digit = Math.floor(digit / 10)) power++;
  out.u8(digit << 4 | power);
}

function angle(value: number, limit: number): number {
  const degrees = (value - MIDDLE) / DEGREE;
  if (Math.abs(degrees) > limit) throw malformed("invalid angle of a location");
  return degrees;
}

function angleText(degrees: number, positive: string, negative: string): string {
  const all = Math.round(Math.abs(degrees) * DEGREE);
  const minutes = Math.floor(all / 60_000);
  const rest = (all % 60_000 / 1000).toFixed(3);
  return `${Math.floor(minutes / 60)} ${minutes % 60} ${rest} ${degrees < 0 ? negative : positive}`;
}

function parseAngle(
  words: Words,
  what: string,
  limit: number,
  [positive, negative]: readonly [string, string],
): number {
  let value = decimalWord(words, what, limit) * DEGREE;
  if (/^\d+$/.test(words.peek ?? "")) value += decimalWord(words, what, 59) * 60_000;
  if (/^\d+(?:\.\d{1,3})?$/.test(words.peek ?? "")) {
    const seconds = Number(words.plain(what));
    if (seconds >= 60) throw words.invalid(`${what}: seconds below 60 are required`);
    value += Math.round(seconds * 1000);
  }
  const side = words.plain(what).toUpperCase();
  if (side !== positive && side !== negative) throw words.invalid(`${what}: ${positive} or ${negative} is required`);
  if (value > limit * DEGREE) throw words.invalid(`${what}: at most ${limit} degrees are possible`);
  return side === positive ? MIDDLE + value : MIDDLE - value;
}

function parseMetres(words: Words, what: string, min: number, max: number): number {
  const word = words.plain(what);
  const value = Number(/^(-?\d+(?:\.\d{1,2})?)m?$/i.exec(word)?.[1] ?? NaN);
  if (!(value >= min && value <= max)) throw words.invalid(`${what} "${word}": metres are required, such as 10.50m`);
  return value;
}
