import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  acceptKey,
  applyMask,
  encodeClose,
  encodeFrame,
  Fields,
  readUpgrade,
  WebSocketDecoder,
  WebSocketError,
  type WebSocketEvent,
} from "../../../lib/http/internal.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const MASK = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

Deno.test("websocket: the examples of RFC 6455, sections 1.3 and 5.7", async () => {
  assertEquals(await acceptKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  const hello = Uint8Array.of(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
  assertEquals(encodeFrame("text", bytes("Hello"), { mask: MASK }), hello);
  assertEquals(new WebSocketDecoder().push(hello), [{ kind: "text", text: "Hello" }]);
  const unmasked = Uint8Array.of(0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
  assertEquals(encodeFrame("text", bytes("Hello")), unmasked);
  const fragments = Uint8Array.of(0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f);
  const client = new WebSocketDecoder({ masked: false });
  assertEquals(client.push(fragments), [{ kind: "text", text: "Hello" }]);
  const ping = Uint8Array.of(0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
  assertEquals(client.push(ping), [{ kind: "ping", bytes: bytes("Hello") }]);
  assertEquals([...encodeFrame("binary", new Uint8Array(256)).subarray(0, 4)], [0x82, 0x7e, 0x01, 0x00]);
  assertEquals([...encodeFrame("binary", new Uint8Array(65536)).subarray(0, 10)], [
    0x82,
    0x7f,
    ...[0, 0, 0, 0, 0, 1, 0, 0],
  ]);
});

Deno.test("websocket: any messages, fragmented and cut anywhere, come out as they went in", () => {
  const event = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 300 }).map((text) => ({ opcode: "text" as const, payload: bytes(text) })),
    fc.uint8Array({ maxLength: 70_000 }).map((payload) => ({ opcode: "binary" as const, payload })),
    fc.uint8Array({ maxLength: 125 }).map((payload) => ({ opcode: "ping" as const, payload })),
  );
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 5 }),
      fc.boolean(),
      (events, cuts, split) => {
        const frames: Uint8Array[] = [];
        const wanted: WebSocketEvent[] = [];
        for (const { opcode, payload } of events) {
          const half = payload.length >> 1;
          if (split && opcode !== "ping") {
            frames.push(encodeFrame(opcode, payload.subarray(0, half), { more: true, mask: MASK }));
            frames.push(encodeFrame("pong", bytes("between"), { mask: MASK }));
            frames.push(encodeFrame("continuation", payload.subarray(half), { mask: MASK }));
            wanted.push({ kind: "pong", bytes: bytes("between") });
          } else frames.push(encodeFrame(opcode, payload, { mask: MASK }));
          wanted.push(
            opcode === "text"
              ? { kind: "text", text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload) }
              : { kind: opcode, bytes: new Uint8Array(payload) },
          );
        }
        const stream = new Uint8Array(frames.flatMap((frame) => [...frame]));
        const decoder = new WebSocketDecoder({ limit: 80_000 });
        const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
        const found = places.slice(1).flatMap((end, i) => decoder.push(stream.subarray(places[i] ?? 0, end)));
        assertEquals(found, wanted);
      },
    ),
    { seed: 6455, numRuns: 60 },
  );
});

/** A masked frame, byte by byte: its first byte, its length as it stands, its payload. */
function raw(first: number, length: readonly number[], payload: Uint8Array = new Uint8Array()): Uint8Array {
  const masked = payload.slice();
  applyMask(masked, MASK);
  const [short = 0, ...wide] = length;
  return Uint8Array.of(first, short | 0x80, ...wide, ...MASK, ...masked);
}

/** Violations of the protocol, and the status of the close frame. */
const BROKEN: readonly (readonly [what: string, frames: Uint8Array, code: number])[] = [
  ["a frame that is not masked", encodeFrame("text", bytes("x")), 1002],
  ["a reserved bit", raw(0xc1, [0]), 1002],
  ["an unknown opcode", raw(0x83, [0]), 1002],
  ["an unknown control opcode", raw(0x8b, [0]), 1002],
  ["a fragmented ping", raw(0x09, [0]), 1002],
  ["a ping of 126 bytes", raw(0x89, [126, 0, 126], new Uint8Array(126)), 1002],
  ["a length of 5 in two bytes", raw(0x82, [126, 0, 5], bytes("12345")), 1002],
  ["a length of 300 in eight bytes", raw(0x82, [127, 0, 0, 0, 0, 0, 0, 1, 44]), 1002],
  ["a negative length", raw(0x82, [127, 255, 0, 0, 0, 0, 0, 0, 0]), 1002],
  ["a continuation of nothing", raw(0x80, [0]), 1002],
  ["a message within a message", Uint8Array.from([...raw(0x01, [0]), ...raw(0x81, [0])]), 1002],
  ["a length of a terabyte", raw(0x82, [127, 0, 0, 1, 0, 0, 0, 0, 0]), 1009],
  ["a message above the limit", raw(0x82, [126, 0x03, 0xe9]), 1009],
  [
    "fragments that are too much together",
    Uint8Array.from([...raw(0x02, [126, 3, 0], new Uint8Array(768)), ...raw(0x00, [126, 3, 0])]),
    1009,
  ],
  ["a text that is not UTF-8", raw(0x81, [2], Uint8Array.of(0xc3, 0x28)), 1007],
  ["a character that is cut at the end", raw(0x81, [1], Uint8Array.of(0xc3)), 1007],
  ["a surrogate", raw(0x81, [3], Uint8Array.of(0xed, 0xa0, 0x80)), 1007],
  ["half a close status", raw(0x88, [1], Uint8Array.of(3)), 1002],
  ["a close status that may not be sent", raw(0x88, [2], Uint8Array.of(0x03, 0xed)), 1002],
  ["a close status of 0", raw(0x88, [2], Uint8Array.of(0, 0)), 1002],
  ["a close reason that is not UTF-8", raw(0x88, [3], Uint8Array.of(3, 0xe8, 0xff)), 1007],
  [
    "empty fragments without end",
    Uint8Array.from([...raw(0x01, [0]), ...Array.from({ length: 1100 }, () => [...raw(0, [0])]).flat()]),
    1002,
  ],
];

for (const [what, frames, code] of BROKEN) {
  Deno.test(`websocket: ${what} is refused with ${code}`, () => {
    const error = assertThrows(() => new WebSocketDecoder({ limit: 1000 }).push(frames), WebSocketError);
    assertEquals(error.closeCode, code);
    // Byte by byte the result is the same.
    const slow = new WebSocketDecoder({ limit: 1000 });
    assertThrows(() => frames.forEach((_, i) => slow.push(frames.subarray(i, i + 1))), WebSocketError);
  });
}

Deno.test("websocket: a text whose characters are cut between fragments is whole", () => {
  const [high, low] = [Uint8Array.of(0xc3), Uint8Array.of(0xbc)];
  const frames = [
    encodeFrame("text", high, { more: true, mask: MASK }),
    encodeFrame("continuation", low, { mask: MASK }),
  ];
  const decoder = new WebSocketDecoder();
  assertEquals(frames.flatMap((frame) => decoder.push(frame)), [{ kind: "text", text: "ü" }]);
});

Deno.test("websocket: closing says why, in what fits", () => {
  const client = new WebSocketDecoder({ masked: false });
  assertEquals(client.push(encodeClose(1001, "bye")), [{ kind: "close", code: 1001, reason: "bye" }]);
  assertEquals(client.push(encodeClose(1000, "ü".repeat(100))), [{
    kind: "close",
    code: 1000,
    reason: "ü".repeat(61),
  }]);
  assertEquals(client.push(encodeFrame("close", new Uint8Array())), [{ kind: "close", reason: "" }]);
});

Deno.test("readUpgrade: accepts valid requests only", () => {
  const good = {
    "Upgrade": "WebSocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const read = (headers: Record<string, string | undefined>, method = "GET", version = "1.1") =>
    readUpgrade({ method, version, headers: new Fields({ ...good, ...headers }) });
  assertEquals(read({ "Sec-WebSocket-Protocol": "a , b" }), { key: "dGhlIHNhbXBsZSBub25jZQ==", protocols: ["a", "b"] });
  const status = (...args: Parameters<typeof read>) => {
    const answer = read(...args);
    return "status" in answer ? answer.status : 101;
  };
  assertEquals([
    status({}),
    status({ Upgrade: undefined }),
    status({ Connection: "keep-alive" }),
    status({ "Sec-WebSocket-Version": "8" }),
    status({ "Sec-WebSocket-Key": "short" }),
    status({ "Sec-WebSocket-Key": undefined }),
    status({}, "POST"),
    status({}, "GET", "1.0"),
  ], [101, 426, 426, 426, 400, 400, 400, 400]);
});
