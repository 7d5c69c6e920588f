import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { integer, text } from "../../../../lib/cli/grammar/field.ts";
import { result } from "../../../../lib/cli/grammar/record.ts";
import { Output } from "../../../../lib/cli/stdio/output.ts";
import type { Sink } from "../../../../lib/cli/stdio/sink.ts";
import { OutputClosedError, SystemError } from "../../../../lib/core/mod.ts";
import { FakeTime } from "../../../kit/fake_time.ts";

/** A sink that records text, or fails. */
class Kept implements Sink {
  text = "";
  writes = 0;
  readonly #terminal: boolean;
  readonly #failure?: Error;

  constructor(terminal = false, failure?: Error) {
    this.#terminal = terminal;
    this.#failure = failure;
  }

  writeSync(bytes: Uint8Array): number {
    this.writes++;
    if (this.#failure) throw this.#failure;
    this.text += new TextDecoder().decode(bytes);
    return bytes.length;
  }

  isTerminal(): boolean {
    return this.#terminal;
  }
}

const NUMBER = { "number": result("a number", { i: integer() }) };
const ODD = { "odd": result("an odd name", { "k\x9b": text() }) };

Deno.test("Output gathers many records into few writes, and writes a single one at once", async () => {
  using time = new FakeTime();
  const stdout = new Kept();
  const output = new Output<typeof NUMBER>({ json: true, stdout });
  for (let i = 0; i < 10_000; i++) output.record({ i });
  output.flush();
  assertEquals(stdout.text.split("\n").length, 10_001);
  assert(stdout.writes < 10, `${stdout.writes} writes`);
  output.record({ i: -1 });
  await time.pass(1);
  assert(stdout.text.endsWith('{"i":-1}\n'));
});

Deno.test("Output.record escapes characters that could control a terminal, without changing the value", () => {
  const stdout = new Kept();
  const output = new Output<typeof ODD>({ json: true, stdout });
  const value = { "k\x9b": "a\x1b[31m\x7f\x9b\u202e\u2028é😀" };
  output.record(value);
  output.flush();
  assertEquals(stdout.text, '{"k\\u009b":"a\\u001b[31m\\u007f\\u009b\\u202e\\u2028é😀"}\n');
  assertEquals(JSON.parse(stdout.text), value);
});

Deno.test("Output.note writes the result so far first", () => {
  const stream = new Kept();
  const output = new Output({ stdout: stream, stderr: stream });
  output.line("one");
  output.note("two");
  assertEquals(stream.text, "one\ntwo\n");
});

Deno.test("Output reports a closed stdout at the next write", async () => {
  using time = new FakeTime();
  const stderr = new Kept();
  const output = new Output({ stdout: new Kept(false, new Deno.errors.BrokenPipe("x")), stderr });
  output.line("one");
  await time.pass(1);
  assertThrows(() => output.line("two"), OutputClosedError);
  assertThrows(() => output.flush(), OutputClosedError);
  output.note("still said");
  assertEquals(stderr.text, "still said\n");
});

Deno.test("Output reports a full disk as SystemError disk-full", () => {
  const full = Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  const output = new Output({ stdout: new Kept(false, full), stderr: new Kept() });
  output.line("one");
  const error = assertThrows(() => output.flush());
  assertInstanceOf(error, SystemError);
  assertEquals([error.code, error.message], ["disk-full", "cannot write to stdout: no space left on the device"]);
});

Deno.test("Output ignores a closed stderr", () => {
  const stdout = new Kept();
  const output = new Output({ stdout, stderr: new Kept(false, new Deno.errors.BrokenPipe("x")) });
  output.note("unheard");
  output.line("heard");
  output.flush();
  assertEquals(stdout.text, "heard\n");
});

Deno.test("Output.colour is set only for text on a terminal", () => {
  assertEquals(new Output({ stdout: new Kept(true) }).colour, !Deno.noColor);
  assertEquals(new Output({ stdout: new Kept(true), json: true }).terminal, false);
  assertEquals(new Output({ stdout: new Kept(false) }).colour, false);
  const stderr = new Kept(true);
  const output = new Output({ stdout: new Kept(false), stderr }).onStderr();
  assertEquals(output.terminal, true);
  output.line("there");
  output.flush();
  assertEquals(stderr.text, "there\n");
});
