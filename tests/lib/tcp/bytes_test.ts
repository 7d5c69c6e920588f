import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { concat, HexDump } from "../../../lib/core/mod.ts";
import { openHexDumpFile } from "../../../lib/tcp/observe/dump_file.ts";
import { CrlfConverter } from "../../../lib/tcp/connection/crlf.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("line feeds become CR LF, however the text is cut", () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom("a", "\r", "\n") }), { maxLength: 8 });
  fc.assert(
    fc.property(pieces, (texts) => {
      const ends = new CrlfConverter();
      const converted = concat(texts.map((text) => ends.convert(encode(text))));
      assertEquals(new TextDecoder().decode(converted), texts.join("").replace(/(?<!\r)\n/g, "\r\n"));
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("a hex dump reads like one", () => {
  const dump = new HexDump();
  assertEquals(
    dump.lines(">", encode("GET / HTTP/1.1\r\nHost")),
    "> 00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n" +
      "> 00000010  48 6f 73 74                                       |Host|\n",
  );
  assertEquals(
    dump.lines(">", Uint8Array.of(0, 255)),
    "> 00000014  00 ff                                             |..|\n",
  );
  assertEquals(
    dump.lines("<", encode("\x1b")),
    "< 00000000  1b                                                |.|\n",
  );
});

Deno.test("a recording is added to what is in its file", async () => {
  const path = await Deno.makeTempFile();
  for (const word of ["one", "two"]) {
    using recording = openHexDumpFile(path);
    recording.observe("<", encode(word));
  }
  const text = await Deno.readTextFile(path);
  assertEquals(text.match(/^# \d{4}-/gm)?.length, 2);
  assert(text.includes("|one|") && text.includes("|two|"));
  await Deno.remove(path);
});
