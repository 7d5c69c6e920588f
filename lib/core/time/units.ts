import { UsageError } from "../errors/errors.ts";

const TIME: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SIZE: Record<string, number> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * Parses a duration such as `500ms`, `10s`, `1.5m` or `2h` as milliseconds. A number without a unit means seconds.
 *
 * @param text The duration.
 * @returns Milliseconds.
 * @throws {UsageError} When the text is not a duration.
 * @example
 * ```ts
 * import { parseDuration } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("1.5s"), 1500);
 * ```
 * @example Parse a duration
 * ```ts
 * import { parseDuration } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDuration("1.5m"), 90_000);
 * ```
 */
export function parseDuration(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const value = Number(number) * (TIME[unit] ?? NaN);
  if (!Number.isFinite(value)) throw new UsageError(`"${text}" is not a duration`);
  return Math.round(value);
}

/**
 * Formats milliseconds: `500ms`, `1.5s`, `2m`.
 *
 * @param ms Milliseconds.
 * @returns The duration with its unit.
 * @example Format a duration
 * ```ts
 * import { formatDuration } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDuration(15_000), "15s");
 * ```
 */
export function formatDuration(ms: number): string {
  for (const unit of ["h", "m", "s"]) {
    const size = TIME[unit] ?? 1;
    if (ms >= size) return `${Number((ms / size).toFixed(ms / size < 10 ? 2 : 1))}${unit}`;
  }
  return `${Number(ms.toFixed(1))}ms`;
}

/**
 * Parses a size such as `64k`, `1M` or `2G` as bytes; units are powers of 1024.
 *
 * @param text The size.
 * @returns Number of bytes.
 * @throws {UsageError} When the text is not a size.
 * @example Parse a size
 * ```ts
 * import { parseSize } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSize("64k"), 65_536);
 * ```
 */
export function parseSize(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const value = Math.round(Number(number) * (SIZE[unit.toLowerCase()] ?? NaN));
  const half = unit === "" && number?.includes(".");
  if (!Number.isSafeInteger(value) || half) throw new UsageError(`"${text}" is not a size`);
  return value;
}

/**
 * Formats a number of bytes: `1.5 MiB`.
 *
 * @param bytes Number of bytes.
 * @returns The size with its unit.
 * @example Format a size
 * ```ts
 * import { formatSize } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatSize(64 * 1024), "64.0 KiB");
 * ```
 */
export function formatSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  // A value that would be rounded up to 1024 is shown in the next unit.
  while (value >= (unit === 0 ? 1024 : 1023.95) && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}

/**
 * Parses a rate such as `10M/s` or `64k` as bytes per second.
 *
 * @param text The rate.
 * @returns Bytes per second.
 * @throws {UsageError} When the text is not a rate above zero.
 * @example Parse a rate
 * ```ts
 * import { parseRate } from "../public.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRate("10M/s"), 10 * 1024 * 1024);
 * ```
 */
export function parseRate(text: string): number {
  let value = 0;
  try {
    value = parseSize(text.replace(/\/s$/, ""));
  } catch {
    // Reported below.
  }
  if (value <= 0) throw new UsageError(`"${text}" is not a rate`);
  return value;
}
