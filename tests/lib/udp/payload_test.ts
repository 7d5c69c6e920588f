import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Address, concat, UsageError } from "../../../lib/core/mod.ts";
import {
  datagramHex,
  datagramLine,
  datagramRecord,
  LARGEST_DATAGRAM,
  listeningHost,
  parseGroup,
  pattern,
  payloadFields,
  payloadLines,
  requireFits,
} from "../../../lib/udp/internal.ts";
import { fromRuntime, isMany, isSamePeer, peerName } from "../../../lib/udp/socket/peer.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A source that gives these pieces. */
function source(pieces: readonly Uint8Array[]) {
  const rest = [...pieces];
  return { next: () => Promise.resolve(rest.shift() ?? null) };
}

const lines = async (pieces: readonly string[], end?: "none" | "crlf") =>
  (await Array.fromAsync(payloadLines(source(pieces.map(encode)), { end }))).map(decode);

Deno.test("a line is a datagram, with its line end, without, or with CR LF", async () => {
  const pieces = ["one\ntw", "o\r\n", "\n", "th", "ree"];
  assertEquals(await lines(pieces), ["one\n", "two\r\n", "\n", "three"]);
  assertEquals(await lines(pieces, "none"), ["one", "two", "", "three"]);
  assertEquals(await lines(pieces, "crlf"), ["one\r\n", "two\r\n", "\r\n", "three\r\n"]);
  assertEquals(await lines([]), []);
});

Deno.test("however a source is cut, its lines are the same, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 }), async (pieces) => {
      const biased = pieces.map((piece) => piece.map((byte) => byte % 4 === 0 ? 10 : byte));
      const got = await Array.fromAsync(payloadLines(source(biased)));
      assertEquals(concat(got), concat(biased));
      for (const [i, line] of got.entries()) {
        assertEquals(line.indexOf(10), i === got.length - 1 && line.at(-1) !== 10 ? -1 : line.length - 1);
      }
    }),
    { seed: 4, numRuns: 300 },
  );
});

Deno.test("a line without end is not held: it is cut where it can no more be sent, and the next one is whole", async () => {
  const mebibyte = new Uint8Array(1 << 20).fill(120);
  const got = await Array.fromAsync(payloadLines(source([mebibyte, mebibyte, encode("x\nnext\n")])));
  assertEquals(got.map(({ length }) => length), [1 << 20, 5]);
});

Deno.test("what fits into a datagram depends on the way", () => {
  const to: Record<keyof typeof LARGEST_DATAGRAM, Address> = {
    ipv4: { transport: "ip", host: "192.0.2.1", port: 9 },
    ipv6: { transport: "ip", host: "2001:db8::1", port: 9 },
    unix: { transport: "unix", path: "/s" },
  };
  assertEquals([LARGEST_DATAGRAM.ipv4, LARGEST_DATAGRAM.ipv6], [65_507, 65_527]);
  for (const way of ["ipv4", "ipv6", "unix"] as const) {
    requireFits(LARGEST_DATAGRAM[way], to[way]);
    const error = assertThrows(() => requireFits(LARGEST_DATAGRAM[way] + 1, to[way]), UsageError, "the maximum");
    assertEquals(error.code, "too-large");
  }
});

Deno.test("payloads are text where they are UTF-8, and Base64 otherwise", () => {
  assertEquals(payloadFields(encode("\ufeffä\0")), { size: 6, text: "\ufeffä\0" });
  assertEquals(payloadFields(new Uint8Array()), { size: 0, text: "" });
  assertEquals(payloadFields(new Uint8Array([0xc3, 0x28])), { size: 2, base64: "wyg=" });
  assertEquals(decode(pattern(97)), ` ${String.fromCharCode(...Array.from({ length: 94 }, (_, i) => 33 + i))} !`);
});

Deno.test("what a peer says can do nothing to a terminal, and does not look like two lines", () => {
  const event = { event: "received", peer: "192.0.2.1:9", ms: 1 } as const;
  const shown = (bytes: Uint8Array<ArrayBuffer>) => datagramLine({ ...event, bytes });
  assertEquals(shown(encode("hello\n")), "192.0.2.1:9  hello\n");
  assertEquals(
    shown(encode("a\x1b[2J\r\n127.0.0.1:1  forged\n\n")),
    "192.0.2.1:9  a\\x1b[2J\\r\\n127.0.0.1:1  forged\\n\n",
  );
  assertEquals(shown(new Uint8Array([0xff, 0x9b])), "192.0.2.1:9  \ufffd\ufffd\n");
  assertEquals(shown(new Uint8Array()), "192.0.2.1:9  \n");
  assertMatch(
    datagramHex({ ...event, bytes: encode("\x1b") }),
    /^< 192.0.2.1:9, 1 bytes\n< 00000000 {2}1b .*\|\.\|\n$/,
  );
  assertEquals(datagramRecord({ ...event, bytes: encode("x") }), {
    ...{ peer: event.peer, size: 1, text: "x", ms: event.ms },
  });
});

Deno.test("groups are read strictly", () => {
  assertEquals(parseGroup("239.1.2.3@127.0.0.1"), { group: "239.1.2.3", interface: "127.0.0.1" });
  assertEquals(parseGroup("ff15::7"), { group: "ff15::7" });
  for (
    const text of [
      "",
      "10.0.0.1",
      "240.0.0.1",
      "223.9.9.9",
      "fe80::1",
      "localhost",
      "ff02::1%1",
      "239.1.2.3@",
      "239.1.2.3@1",
      "ff02::1@lo",
      "ff02::1@127.0.0.1",
    ]
  ) {
    assertThrows(() => parseGroup(text), UsageError);
  }
  assertEquals(listeningHost([]), "127.0.0.1");
  assertEquals(listeningHost([], 6), "::1");
  assertEquals(listeningHost([parseGroup("ff02::1")]), "::");
  assertEquals(listeningHost([parseGroup("239.1.1.1"), parseGroup("239.1.1.2")]), "0.0.0.0");
});

Deno.test("peers compare in one form, and those that stand for many are known", () => {
  const ip = (host: string, port = 9) => ({ transport: "ip", host, port } as const);
  assertEquals(isSamePeer(ip("0:0::1"), ip("::1")), true);
  assertEquals(isSamePeer(ip("::ffff:192.0.2.1"), ip("192.0.2.1")), true);
  assertEquals(isSamePeer(ip("192.0.2.1"), ip("192.0.2.1", 10)), false);
  assertEquals(isSamePeer(ip("192.0.2.1"), { transport: "unix", path: "192.0.2.1:9" }), false);
  assertEquals(["239.0.0.1", "ff02::1", "255.255.255.255", "192.0.2.255"].map((host) => isMany(ip(host))), [
    true,
    true,
    true,
    true,
  ]);
  assertEquals(["192.0.2.1", "2001:db8::255", "::1"].map((host) => isMany(ip(host))), [false, false, false]);
  assertEquals(peerName(fromRuntime({ transport: "unixpacket", path: "" })), "unix:(unnamed)");
});
