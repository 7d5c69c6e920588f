import { crc32, deflateRawSync } from "node:zlib";
import { type Entry, modeOf } from "./entry.ts";

/** 2.0: folders and deflate. */
const VERSION_NEEDED = 20;
/** Made on a Unix system: the external attributes are its modes. */
const MADE_BY = (3 << 8) | VERSION_NEEDED;
const UTF8_NAME = 1 << 11;
const DEFLATE = 8;
const FOLDER_ATTRIBUTE = 0x10;
const encoder = new TextEncoder();

/**
 * Writes a zip archive (APPNOTE 6.3) without the extensions for large files, as parts to be joined. The same entries,
 * time and zlib give the same bytes. `level` is that of zlib.
 */
export function zip(entries: readonly Entry[], time: Date, level: number): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const entry of entries) {
    const stored = entry.data.length === 0;
    const packed = stored ? entry.data : new Uint8Array(deflateRawSync(entry.data, { level }));
    const name = encoder.encode(entry.path);
    const folder = entry.path.endsWith("/");
    const common = [
      u16(VERSION_NEEDED, UTF8_NAME, stored ? 0 : DEFLATE, dosTime(time), dosDate(time)),
      u32(crc32(entry.data), packed.length, entry.data.length),
      u16(name.length, 0),
    ];
    const local = join(u32(0x04034b50), ...common, name);
    const mode = modeOf(entry) | (folder ? 0o040000 : 0o100000);
    const attributes = ((mode << 16) | (folder ? FOLDER_ATTRIBUTE : 0)) >>> 0;
    directory.push(join(u32(0x02014b50), u16(MADE_BY), ...common, u16(0, 0, 0), u32(attributes, offset), name));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = entries.length;
  return [...parts, ...directory, join(u32(0x06054b50), u16(0, 0, count, count), u32(size, offset), u16(0))];
}

/** The time of day in the format of DOS, which counts two seconds. */
function dosTime(time: Date): number {
  return (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
}

function dosDate(time: Date): number {
  return ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
}

function u16(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.flatMap((value) => [value & 255, value >> 8]));
}

function u32(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  return u16(...values.flatMap((value) => [value & 65535, value >>> 16]));
}

function join(...parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
