import { assert, assertEquals, assertRejects } from "@std/assert";
import { integer } from "../../../../lib/cli/grammar/field.ts";
import { result } from "../../../../lib/cli/grammar/record.ts";
import { Output } from "../../../../lib/cli/stdio/output.ts";
import { BufferedTextSink } from "../../../../lib/cli/stdio/buffered_text_sink.ts";
import type { ChunkSink } from "../../../../lib/core/bytes/chunks.ts";
import { turn, until } from "../../../kit/wait.ts";

/** A reader that accepts data only after a call of `read`. */
class Reader implements ChunkSink {
  text = "";
  pieces = 0;
  #gate = Promise.withResolvers<void>();

  async write(chunk: Uint8Array): Promise<void> {
    await this.#gate.promise;
    this.pieces++;
    this.text += new TextDecoder().decode(chunk);
  }

  end(): void {}

  read(): void {
    this.#gate.resolve();
  }

  goAway(error: Error): void {
    this.#gate.reject(error);
  }
}

const NUMBER = { "number": result("a number", { i: integer() }) };

const droppedNotice = (count: number) => `${count} lost\n`;
const never = new AbortController().signal;

Deno.test("BufferedTextSink drops whole lines that exceed the buffer, and counts them in their place", async () => {
  const reader = new Reader();
  const sink = new BufferedTextSink(reader, { maxBuffered: 10, droppedNotice });
  // The first is being written, and two fit into the buffer.
  for (const text of ["one\n", "two\n", "three\n", "four\nmore\n", "five\n"]) assertEquals(sink.write(text), undefined);
  reader.read();
  await sink.end();
  assertEquals(reader.text, "one\ntwo\nthree\n3 lost\n");
  for (const text of ["six\n", "seven\n"]) sink.write(text);
  await sink.end();
  assertEquals(reader.text, "one\ntwo\nthree\n3 lost\nsix\nseven\n");
});

Deno.test("BufferedTextSink writes the notice of dropped lines before the next line", async () => {
  const reader = new Reader();
  const sink = new BufferedTextSink(reader, { maxBuffered: 4, droppedNotice });
  for (const text of ["one\n", "two\n", "three\n"]) sink.write(text);
  reader.read();
  await until("two lines", () => reader.text === "one\ntwo\n");
  sink.write("four\n");
  await sink.end();
  assertEquals(reader.text, "one\ntwo\n1 lost\nfour\n");
});

Deno.test("BufferedTextSink accepts a single text larger than its buffer", async () => {
  const reader = new Reader();
  reader.read();
  const sink = new BufferedTextSink(reader, { maxBuffered: 4, droppedNotice });
  const text = "x".repeat(200_000);
  sink.write(text);
  await sink.end();
  assertEquals([reader.text === text, reader.pieces], [true, 4]);
});

Deno.test("BufferedTextSink without a notice drops nothing, and returns a promise when it is full", async () => {
  const reader = new Reader();
  const sink = new BufferedTextSink(reader, { maxBuffered: 4 });
  assertEquals(sink.write("one\n"), undefined);
  assertEquals(sink.write("two\n"), undefined);
  const behind = sink.write("three\n");
  assert(behind instanceof Promise);
  reader.read();
  await behind;
  assertEquals(reader.text, "one\ntwo\nthree\n");
});

Deno.test("BufferedTextSink.end stops waiting for a stalled reader once its signal has fired", async () => {
  const stop = new AbortController();
  const stuck = new BufferedTextSink(new Reader());
  stuck.write("one\n");
  stop.abort();
  await stuck.end(stop.signal);
  const reader = new Reader();
  const sink = new BufferedTextSink(reader);
  sink.write("x".repeat(300_000));
  reader.read();
  await sink.end(stop.signal);
  assertEquals(reader.text.length, 300_000);
});

Deno.test("Output.makeNonBlocking: a failed write of a server fires the signal, and end() throws its error", async () => {
  const [stdout, stderr] = [new Reader(), new Reader()];
  const output = new Output<typeof NUMBER>({ json: true });
  const signal = output.makeNonBlocking({ stdout, stderr, signal: never });
  output.record({ i: 1 });
  output.note("beside");
  const gone = new Deno.errors.BrokenPipe("x");
  stderr.goAway(gone);
  await Promise.resolve();
  assertEquals(signal.aborted, false);
  stdout.goAway(gone);
  await until("an abort", () => signal.aborted);
  assertEquals([signal.reason, output.record({ i: 2 }), output.flush()], [gone, undefined, undefined]);
  await assertRejects(() => output.end(), Deno.errors.BrokenPipe);
});

Deno.test("Output.end writes all of stderr when stdout has failed", async () => {
  const [stdout, stderr] = [new Reader(), new Reader()];
  const output = new Output();
  output.makeNonBlocking({ stdout, stderr, signal: never });
  output.line("result");
  output.note("why");
  stdout.goAway(new Deno.errors.BrokenPipe("x"));
  const ended = assertRejects(() => output.end(), Deno.errors.BrokenPipe);
  await turn();
  stderr.read();
  await ended;
  assertEquals(stderr.text, "why\n");
});

Deno.test("Output.onStderr writes records and notes of a server to stderr in order", async () => {
  const [stdout, stderr] = [new Reader(), new Reader()];
  const output = new Output<typeof NUMBER>({ json: true });
  const stop = new AbortController();
  const signal = output.makeNonBlocking({ stdout, stderr, maxBuffered: 40, signal: stop.signal });
  output.note("a note");
  output.onStderr().record({ i: 1 });
  for (let i = 0; i < 5; i++) output.note("more notes than have room".repeat(2));
  stdout.read();
  stderr.read();
  await output.end();
  assertEquals(stderr.text, 'a note\n{"i":1}\n{"event":"lost","lines":5}\n');
  assertEquals([signal.aborted, stop.abort(), signal.aborted], [false, undefined, true]);
});
