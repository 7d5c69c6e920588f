import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Progress, textOnlySink } from "../../../../lib/cli/mod.ts";
import { UsageError } from "../../../../lib/core/mod.ts";

/** What a progress line writes, with a clock that stands where it is told to. */
function drawn(
  terminal: boolean,
  use: (progress: Progress, at: (ms: number) => void) => void,
  columns = 80,
  dumb = false,
): string {
  let text = "";
  const sink = {
    isTerminal: () => terminal,
    writeSync: (bytes: Uint8Array) => (text += new TextDecoder().decode(bytes), bytes.length),
  };
  const real = performance.now;
  // A clock has parts of milliseconds.
  let now = Math.floor(real.call(performance)) + 0.3;
  performance.now = () => now;
  try {
    use(new Progress({ sink, dumb, columns: () => columns }), (ms) => void (now += ms));
  } finally {
    performance.now = real;
  }
  return text;
}

Deno.test("progress: nothing within a second, beside a terminal, or on one that cannot redraw a line", () => {
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

Deno.test("progress: what is not over has some time left", () => {
  const text = drawn(true, (progress, at) => {
    progress.update(progress, { bytes: 0, total: 1000 });
    at(5000);
    progress.update(progress, { bytes: 980, total: 1000 });
  });
  assertMatch(text, / 1s left$/);
});

Deno.test("progress: several transfers together, without a total, and what an earlier run had", () => {
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

Deno.test("a sink before a terminal takes text, and refuses what is none", () => {
  const heard: string[] = [];
  const sink = textOnlySink({ write: (chunk) => void heard.push(new TextDecoder().decode(chunk)), end: () => {} });
  void sink.write(new TextEncoder().encode("é\t\x1b[1m\r\n"));
  assertMatch(heard.join(""), /^é\t\\x1b\[1m\n$/);
  const error = assertThrows(() => sink.write(Uint8Array.of(0x89, 0x50, 0)), UsageError);
  assertEquals(error.code, "binary-to-terminal");
});
