import { assertEquals } from "@std/assert";
import { datagramLine, datagramLines } from "../../../lib/udp/internal.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const PAYLOADS: readonly Uint8Array<ArrayBuffer>[] = [
  ...[
    "",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\r\r\n",
    "a",
    "a\n",
    "a\r\n",
    "a\n\r",
    "\ta",
    "a\x7f",
    " ~\n",
    "grüße\n",
    "\x1b[31m",
    "\u202e",
    "\ufeffa",
  ]
    .map(encode),
  new Uint8Array([255, 10]),
  encode("x".repeat(65_507)),
];

Deno.test("datagramLines: the same as each line by itself, whatever stands beside it", () => {
  const peers = ["127.0.0.1:9", "[::1]:9", "unix:/a\x1bb", "unix:/ü"];
  const datagrams = PAYLOADS.flatMap((bytes, i) =>
    peers.flatMap((peer) => [{ peer, bytes }, { peer, bytes: PAYLOADS[(7 * i) % PAYLOADS.length] ?? bytes }])
  );
  assertEquals(datagramLines(datagrams), datagrams.map(datagramLine).join(""));
  assertEquals(datagramLines([]), "");
});
