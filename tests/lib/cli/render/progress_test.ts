import { assert, assertEquals, assertMatch } from "@std/assert";
import { Progress } from "../../../../lib/cli/mod.ts";

/** Returns the output of a progress line with a fake clock. */
function drawn(
  terminal: boolean,
  use: (progress: Progress, at: (ms: number) => void) => void,
  columns = 80,
  dumb = false,
  unit?: string,
): string {
  let text = "";
  const sink = {
    isTerminal: () => terminal,
    writeSync: (bytes: Uint8Array) => (text += new TextDecoder().decode(bytes), bytes.length),
  };
  const real = performance.now;
  // The clock has fractions of milliseconds.
  let now = Math.floor(real.call(performance)) + 0.3;
  performance.now = () => now;
  try {
    use(new Progress({ sink, dumb, unit, columns: () => columns }), (ms) => void (now += ms));
  } finally {
    performance.now = real;
  }
  return text;
}

Deno.test("Progress prints nothing within a second, without a terminal, or on a dumb one", () => {
  const long = (progress: Progress, at: (ms: number) => void) => {
    progress.update(progress, { bytes: 0, total: 1000 });
    at(5000);
    progress.update(progress, { bytes: 500, total: 1000 });
    progress.clear();
  };
  assertEquals(drawn(false, long), "");
  assertEquals(drawn(true, long, 80, true), "");
  assertEquals(drawn(true, (progress, at) => (at(500), progress.update(progress, { bytes: 1 }), progress.clear())), "");
  const bar = "[============            ] 50%  500 B of 1000 B  100 B/s  5s left";
  assertEquals(drawn(true, long), `\r\x1b[K${bar}\r\x1b[K`);
});

Deno.test("Progress shows a remaining time above zero until a transfer is complete", () => {
  const text = drawn(true, (progress, at) => {
    progress.update(progress, { bytes: 0, total: 1000 });
    at(5000);
    progress.update(progress, { bytes: 980, total: 1000 });
  });
  assertMatch(text, / 1s left$/);
});

Deno.test("Progress shows several transfers, one without a total, and resumed ones", () => {
  const text = drawn(true, (progress, at) => {
    const [one, other] = [{}, {}];
    progress.update(one, { bytes: 1000, total: 4000 });
    progress.update(other, { bytes: 0 });
    at(2000);
    progress.update(one, { bytes: 2000, total: 4000 });
    at(10);
    progress.update(one, { bytes: 2001, total: 4000 });
    at(1000);
    progress.update(other, { bytes: 3000 });
  });
  assertEquals(text, "\r\x1b[K1.95 KiB  500 B/s\r\x1b[K4.88 KiB  1.30 KiB/s");
  const narrow = drawn(true, (progress, at) => (at(3000), progress.update({}, { bytes: 1, total: 2 })), 20);
  assert(narrow.length <= 4 + 20);
});

Deno.test("Progress counts things with a unit, with and without a total", () => {
  const use = (total?: number) => (progress: Progress, at: (ms: number) => void) => {
    progress.update(progress, { bytes: 2000, total });
    at(5000);
    progress.update(progress, { bytes: 62_000, total });
  };
  assertEquals(drawn(true, use(), 80, false, "names").endsWith("K62,000 names  12,000/s"), true);
  const known = drawn(true, use(122_000), 80, false, "names");
  assertEquals(known.endsWith("] 50%  62,000 of 122,000 names  12,000/s  5s left"), true, known);
});
