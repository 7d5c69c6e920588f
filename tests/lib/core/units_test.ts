import { assertEquals, assertThrows } from "@std/assert";
import { formatDuration, formatSize, parseDuration, parseRate, parseSize, UsageError } from "../../../lib/core/mod.ts";

/** Texts and their values; `undefined` for an invalid one. */
type Cases = readonly (readonly [text: string, value: number | undefined])[];

const DURATIONS: Cases = [
  ["0", 0],
  ["10", 10_000],
  ["500ms", 500],
  ["1.5s", 1500],
  ["2m", 120_000],
  ["1.5h", 5_400_000],
  ["0.4ms", 0],
  ["007s", 7000],
  ["", undefined],
  ["s", undefined],
  ["-1s", undefined],
  ["+1s", undefined],
  ["1 s", undefined],
  ["1d", undefined],
  ["1S", undefined],
  [".5s", undefined],
  ["1.s", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
  ["1s2s", undefined],
  ["Infinity", undefined],
  ["NaN", undefined],
  ["1\n", undefined],
  ["١s", undefined],
  ["9".repeat(400), undefined],
];

const SIZES: Cases = [
  ["0", 0],
  ["1", 1],
  ["64k", 65_536],
  ["64K", 65_536],
  ["64kb", 65_536],
  ["64KiB", 65_536],
  ["1M", 1_048_576],
  ["1.5M", 1_572_864],
  ["2G", 2_147_483_648],
  ["1T", 1_099_511_627_776],
  ["10B", 10],
  ["1.5", undefined],
  ["", undefined],
  ["k", undefined],
  ["-1", undefined],
  ["1 k", undefined],
  ["1p", undefined],
  ["1e9", undefined],
  ["9999999T", undefined],
];

const RATES: Cases = [
  ["10M/s", 10_485_760],
  ["64k", 65_536],
  ["1/s", 1],
  ["0/s", undefined],
  ["0", undefined],
  ["/s", undefined],
  ["1/m", undefined],
  ["1/s/s", undefined],
];

for (
  const [what, parse, cases] of [
    ["duration", parseDuration, DURATIONS],
    ["size", parseSize, SIZES],
    ["rate", parseRate, RATES],
  ] as const
) {
  for (const [text, value] of cases) {
    const shown = JSON.stringify(text.slice(0, 20));
    Deno.test(`${what} ${shown} is ${value === undefined ? "refused" : value}`, () => {
      if (value === undefined) assertThrows(() => parse(text), UsageError, `"${text}" is not a ${what}`);
      else assertEquals(parse(text), value);
    });
  }
}

Deno.test("durations are written as they would be typed", () => {
  const cases = [[0, "0ms"], [0.04, "0ms"], [12.34, "12.3ms"], [500, "500ms"], [1500, "1.5s"], [60_000, "1m"]] as const;
  for (const [ms, text] of cases) assertEquals(formatDuration(ms), text);
  assertEquals(formatDuration(5_400_000), "1.5h");
});

Deno.test("sizes are written in units that stay below 1024", () => {
  const cases = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.00 KiB"],
    [1_048_575, "1.00 MiB"],
    [1_572_864, "1.50 MiB"],
    [20_971_520, "20.0 MiB"],
    [2 ** 30, "1.00 GiB"],
    [2 ** 50, "1024.0 TiB"],
  ] as const;
  for (const [bytes, text] of cases) assertEquals(formatSize(bytes), text);
});
