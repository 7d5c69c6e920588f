import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/core/mod.ts";
import { formatEpsvReply, formatPasvReply, parseEpsvReply, parsePasvReply } from "../../../../lib/ftp/internal.ts";

const EXTENDED: readonly [text: string, port: number | undefined][] = [
  ["Entering Extended Passive Mode (|||6446|)", 6446],
  ["Entering Extended Passive Mode (|||6446|).", 6446],
  ["Extended (EPSV) mode (!!!1!)", 1],
  ["(|1|192.0.2.7|6446|)", 6446],
  ["(|||65535|)", 65535],
  ["(|||0|)", undefined],
  ["(|||65536|)", undefined],
  ["(|||-1|)", undefined],
  ["(|||6446)", undefined],
  ["(||6446|)", undefined],
  ["|||6446|", undefined],
  ["(111644611)", undefined],
  ["", undefined],
];

for (const [text, port] of EXTENDED) {
  Deno.test(`parseEpsvReply: ${text}`, () => assertEquals(parseEpsvReply(text), port));
}

const PASSIVE: readonly [text: string, endpoint: { host: string; port: number } | undefined][] = [
  ["Entering Passive Mode (127,0,0,1,4,1).", { host: "127.0.0.1", port: 1025 }],
  ["Entering Passive Mode. 127,0,0,1,4,1", { host: "127.0.0.1", port: 1025 }],
  ["=127,0,0,1,255,255", { host: "127.0.0.1", port: 65535 }],
  ["Passive mode 10, 0, 0, 1, 0, 21 OK", { host: "10.0.0.1", port: 21 }],
  ["(127,0,0,1,0,0)", undefined],
  ["(256,0,0,1,4,1)", undefined],
  ["(127,0,0,1,256,1)", undefined],
  ["(127,0,0,1,4)", undefined],
  ["(1127,0,0,1,4,1)", undefined],
  ["(127,0,0,1,4,1000)", undefined],
  ["", undefined],
];

for (const [text, endpoint] of PASSIVE) {
  Deno.test(`parsePasvReply: ${text}`, () => assertEquals(parsePasvReply(text), endpoint));
}

Deno.test("formatEpsvReply, formatPasvReply: parsed again", () => {
  for (const port of [1, 255, 256, 6446, 65535]) {
    assertEquals(parseEpsvReply(formatEpsvReply(port)), port);
    assertEquals(parsePasvReply(formatPasvReply("192.0.2.7", port)), { host: "192.0.2.7", port });
  }
});

Deno.test("formatPasvReply: only IPv4", () => {
  assertThrows(() => formatPasvReply("::1", 1), UsageError, "not an IPv4 address");
});
