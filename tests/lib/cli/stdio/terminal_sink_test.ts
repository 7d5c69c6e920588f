import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { textOnlySink } from "../../../../lib/cli/stdio/terminal_sink.ts";
import { UsageError } from "../../../../lib/core/mod.ts";

Deno.test("textOnlySink escapes text and rejects binary data", () => {
  const heard: string[] = [];
  const sink = textOnlySink({ write: (chunk) => void heard.push(new TextDecoder().decode(chunk)), end: () => {} });
  void sink.write(new TextEncoder().encode("é\t\x1b[1m\r\n"));
  assertMatch(heard.join(""), /^é\t\\x1b\[1m\n$/);
  const error = assertThrows(() => sink.write(Uint8Array.of(0x89, 0x50, 0)), UsageError);
  assertEquals(error.code, "binary-to-terminal");
});
